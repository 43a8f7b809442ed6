/* SPDX-License-Identifier: MIT */
#include "bench/contenders/bare_queues.h"

#include <stdalign.h>
#include <stdlib.h>

#include "lib/dialtone.h"

#include "workers/cacheline.h"
#include "workers/clock.h"
#include "workers/handoff.h"
#include "workers/thread.h"

#define INBOX_SIZE 16 /* nobody sends a command */

struct bare_queues {
	struct dti_handoff handoff;
	/* Read-only. */
	alignas(DTI_CACHELINE) const struct handoff_setup *setup;
	struct dti_job *jobs; /* one an item, in the same place */
	struct dti_spin_limits spin_limits;
	/* The scheduler's. */
	alignas(DTI_CACHELINE) struct dti_spin spin;
};

static const struct dt_allocator libc_allocator;

static struct bare_queues *create(const struct handoff_setup *setup,
				  int64_t spin_ns)
{
	struct bare_queues *bare =
		aligned_alloc(alignof(struct bare_queues), sizeof(*bare));

	if (!bare)
		return NULL;
	*bare = (struct bare_queues){
		.setup = setup,
		.jobs = aligned_alloc(alignof(struct dti_job),
				      setup->in_flight * sizeof(*bare->jobs)),
		.spin_limits =
			dti_spin_measure(spin_ns, dti_thread_processors()),
	};
	if (!bare->jobs || dti_handoff_init(&bare->handoff, setup->in_flight,
					    INBOX_SIZE, &libc_allocator)) {
		free(bare->jobs);
		free(bare);
		return NULL;
	}
	dti_spin_init(&bare->spin, bare->spin_limits);
	return bare;
}

static int64_t initial_spin_ns(void)
{
	struct dt_config config;
	int64_t spin_ns;

	dt_config_init(&config, sizeof(config));
	spin_ns = config.spin_ns;
	dt_config_fini(&config);
	return spin_ns;
}

static void *create_spinning(const struct handoff_setup *setup)
{
	return create(setup, initial_spin_ns());
}

static void *create_parking(const struct handoff_setup *setup)
{
	return create(setup, 0);
}

/* A turn, as dti_scheduler_run() makes it. */
static size_t exchange(void *queue, struct handoff_item **items, size_t count)
{
	struct bare_queues *bare = queue;
	struct dti_handoff *handoff = &bare->handoff;
	struct dti_job *job;
	size_t back = 0;

	for (size_t i = 0; i < count; i++)
		dti_handoff_push(handoff, &bare->jobs[items[i]->index]);
	if (count > 0)
		dti_handoff_publish(handoff);
	dti_handoff_wake_workers(handoff, dti_clock_ns(),
				 dti_handoff_patience_ns(bare->spin_limits));
	while (!dti_handoff_take_in(handoff)) {
		if (!dti_handoff_spin(handoff, &bare->spin))
			dti_handoff_sleep(handoff, INT64_MAX);
	}
	while ((job = dti_handoff_next_completion(handoff)))
		items[back++] = &bare->setup->items[job - bare->jobs];
	return back;
}

static void work(void *queue)
{
	struct bare_queues *bare = queue;
	int64_t work_ns = bare->setup->work_ns;
	struct dti_spin spin;
	struct dti_job *job;

	dti_spin_init(&spin, bare->spin_limits);
	while ((job = dti_handoff_take(&bare->handoff, &spin))) {
		handoff_work(work_ns);
		dti_handoff_give_back(&bare->handoff, job);
	}
}

static void close_queues(void *queue)
{
	struct bare_queues *bare = queue;

	dti_handoff_close(&bare->handoff);
}

static void destroy(void *queue)
{
	struct bare_queues *bare = queue;

	dti_handoff_fini(&bare->handoff, &libc_allocator);
	free(bare->jobs);
	free(bare);
}

void bare_queues_measure(struct bench_result *result,
			 const struct bench_run *run)
{
	static const struct handoff_queue spinning = {
		create_spinning, exchange, work, close_queues, destroy,
	};

	handoff_measure(result, run, &spinning);
}

void bare_queues_measure_no_spin(struct bench_result *result,
				 const struct bench_run *run)
{
	static const struct handoff_queue parking = {
		create_parking, exchange, work, close_queues, destroy,
	};

	handoff_measure(result, run, &parking);
}
