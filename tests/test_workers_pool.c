/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "workers/pool.h"
#include "workers/tsan.h"

#include "tests/failing_allocator.h"
#include "tests/gate.h"
#include "tests/harness.h"

static const struct dt_allocator libc_allocator;

enum {
	WORKERS = 5,
};

/* A lookup is the one task that needs no more than a table. */
struct shop {
	struct dti_handoff handoff;
	struct dti_steps steps;
	struct dti_published_settings settings;
	struct dti_pool pool;
	struct dti_job_set jobs;
	struct gate gate;
	_Atomic uint64_t lookups;
	_Atomic uint64_t strangers; /* not of the owner that was given */
	_Atomic uint64_t misnamed;
};

static bool look_up(void *context, const struct dt_op *op, struct dt_node *out,
		    size_t max, size_t *count, const struct dt_node_id *target)
{
	struct shop *shop = context;
	char name[16] = "";
	unsigned long number;
	char *end;

	(void)op;
	(void)out;
	(void)max;
	(void)target;
	*count = 0;
	pthread_getname_np(pthread_self(), name, sizeof(name));
	number = strtoul(name + strlen("dt-work-"), &end, 10);
	if (strncmp(name, "dt-work-", strlen("dt-work-")) != 0 || *end ||
	    number >= WORKERS)
		atomic_fetch_add(&shop->misnamed, 1);
	if (!dti_thread_belongs_to(shop))
		atomic_fetch_add(&shop->strangers, 1);
	atomic_fetch_add(&shop->lookups, 1);
	gate_pass(&shop->gate);
	return true;
}

static struct shop *make(void)
{
	struct dt_config config;
	struct dti_settings *settings;
	void *memory = NULL;
	struct shop *shop;

	cr_assert_eq(
		posix_memalign(&memory, _Alignof(struct shop), sizeof(*shop)),
		0);
	shop = memory;
	memset(shop, 0, sizeof(*shop));
	gate_init(&shop->gate);
	dt_config_init(&config, sizeof(config));
	cr_assert_eq(
		dti_settings_create(&settings, &config, &libc_allocator, NULL),
		DT_OK);
	(void)dti_settings_publish(&shop->settings, settings);
	cr_assert_eq(
		dti_handoff_init(&shop->handoff, WORKERS, 16, &libc_allocator),
		DT_OK);
	cr_assert_eq(dti_job_set_init(&shop->jobs, WORKERS, &libc_allocator),
		     DT_OK);
	cr_assert_eq(dti_pool_init(&shop->pool, WORKERS, &libc_allocator),
		     DT_OK);
	shop->steps.handoff = &shop->handoff;
	shop->steps.settings = &shop->settings;
	shop->steps.table.context = shop;
	shop->steps.table.lookup = look_up;
	return shop;
}

static void unmake(struct shop *shop)
{
	dti_pool_fini(&shop->pool, &libc_allocator);
	dti_job_set_fini(&shop->jobs, &libc_allocator);
	dti_handoff_fini(&shop->handoff, &libc_allocator);
	dti_settings_destroy(dti_settings_publish(&shop->settings, NULL),
			     &libc_allocator);
	gate_fini(&shop->gate);
	free(shop);
}

static dt_err start(struct shop *shop, uint32_t *made, size_t stack_size)
{
	struct dti_pool_options options = {
		.stack_size = stack_size,
		.spin = dti_spin_measure(1000, 2),
		.owner = shop,
	};

	return dti_pool_start(&shop->pool, made, &shop->steps, &options);
}

static void push_lookups(struct shop *shop, size_t count)
{
	struct dti_task task = {.kind = DT_TASK_LOOKUP};

	for (size_t i = 0; i < count; i++)
		dti_handoff_push(&shop->handoff,
				 dti_job_set_get(&shop->jobs, &task));
	dti_handoff_publish(&shop->handoff);
	dti_handoff_wake_workers(&shop->handoff, 0, 0);
}

Test(workers_pool, all_its_threads_work_at_once, .timeout = 60)
{
	struct shop *shop = make();
	struct dti_job *job;
	uint32_t made = 0;
	size_t back = 0;

	cr_assert_eq(start(shop, &made, (size_t)256 * 1024), DT_OK);
	cr_assert_eq(made, WORKERS);
	push_lookups(shop, WORKERS);

	/* Each of them waits in a lookup of its own. */
	gate_await(&shop->gate, WORKERS);
	gate_open(&shop->gate);
	dti_pool_stop(&shop->pool, &shop->handoff);

	cr_assert(dti_handoff_take_in(&shop->handoff));
	for (; (job = dti_handoff_next_completion(&shop->handoff)); back++) {
		cr_assert_eq(job->result.outcome, DT_OUTCOME_EMPTY);
		cr_assert_gt(job->times.taken_ns, 0);
		cr_assert_geq(job->times.given_back_ns, job->times.taken_ns);
		cr_assert_eq(atomic_load(&job->step_deadline_ms), INT64_MAX);
	}
	cr_assert_eq(back, WORKERS);
	cr_assert_eq(atomic_load(&shop->strangers), 0);
	cr_assert_eq(atomic_load(&shop->misnamed), 0);
	unmake(shop);
}

Test(workers_pool, stop_joins_threads_that_have_nothing_to_do, .timeout = 60)
{
	struct shop *shop = make();
	uint32_t made = 0;

	for (int i = 0; i < 10; i++) {
		dti_handoff_reopen(&shop->handoff);
		cr_assert_eq(start(shop, &made, (size_t)256 * 1024), DT_OK);
		dti_pool_stop(&shop->pool, &shop->handoff);
	}

	cr_assert_eq(atomic_load(&shop->lookups), 0);
	unmake(shop);
}

Test(workers_pool, a_start_that_fails_leaves_no_thread, .timeout = 60)
{
	struct shop *shop = make();
	uint32_t made = 77;

	/* More stack than there are addresses. */
	cr_assert_eq(start(shop, &made, (size_t)1 << 60), DT_ERR_NO_THREAD);

	cr_assert_eq(made, 0);
	cr_assert(atomic_load(&shop->handoff.closed));
	dti_handoff_reopen(&shop->handoff);
	cr_assert_eq(start(shop, &made, (size_t)256 * 1024), DT_OK);
	dti_pool_stop(&shop->pool, &shop->handoff);
	unmake(shop);
}

Test(workers_pool, a_stack_that_cannot_be_had_leaves_no_thread, .timeout = 60)
{
	struct shop *shop;
	struct rlimit limit;
	struct rlimit none;
	uint32_t made = 77;
	dt_err err;

	if (DTI_TSAN_STACK > 0)
		cr_skip("ThreadSanitizer needs memory meanwhile");
	shop = make();
	cr_assert_eq(getrlimit(RLIMIT_DATA, &limit), 0);
	none = (struct rlimit){.rlim_cur = 1, .rlim_max = limit.rlim_max};
	cr_assert_eq(setrlimit(RLIMIT_DATA, &none), 0);
	errno = 0;
	err = start(shop, &made, (size_t)256 * 1024);
	cr_assert_eq(errno, ENOMEM);
	cr_assert_eq(setrlimit(RLIMIT_DATA, &limit), 0);

	cr_assert_eq(err, DT_ERR_NO_THREAD);
	cr_assert_eq(made, 0);
	cr_assert(atomic_load(&shop->handoff.closed));
	unmake(shop);
}

Test(workers_pool, cannot_be_made_without_memory)
{
	struct failing_allocator memory = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&memory);
	struct dti_pool pool;

	cr_assert_eq(dti_pool_init(&pool, WORKERS, &allocator),
		     DT_ERR_NO_MEMORY);
	cr_assert_eq(memory.live, 0);
}
