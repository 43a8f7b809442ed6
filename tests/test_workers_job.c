/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/resource.h>

#include "workers/clock.h"
#include "workers/job.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/sockets.h"

static const struct dt_allocator libc_allocator;

static struct dti_task dial_of(const char *host_name)
{
	return (struct dti_task){
		.kind = DT_TASK_STATIC_DIAL,
		.node = {.host_name = host_name},
		.backoff = {.delay_ms = 5},
	};
}

Test(workers_job, a_set_has_as_many_jobs_as_it_was_made_with)
{
	struct dti_job_set set;
	struct dti_task task = dial_of(NULL);
	bool given[8] = {false};

	cr_assert_eq(dti_job_set_init(&set, 8, &libc_allocator), DT_OK);

	for (size_t i = 0; i < 8; i++) {
		struct dti_job *job = dti_job_set_get(&set, &task);

		cr_assert_lt(job->index, 8);
		cr_assert_not(given[job->index]);
		cr_assert_eq(&set.jobs[job->index], job);
		given[job->index] = true;
	}
	cr_assert_null(set.free);
	dti_job_set_put(&set, &set.jobs[3]);
	cr_assert_eq(dti_job_set_get(&set, &task), &set.jobs[3]);
	dti_job_set_fini(&set, &libc_allocator);
}

Test(workers_job, a_job_that_comes_back_starts_afresh)
{
	struct dti_job_set set;
	struct dti_task task = dial_of(NULL);
	struct dti_job *job;

	cr_assert_eq(dti_job_set_init(&set, 1, &libc_allocator), DT_OK);
	job = dti_job_set_get(&set, &task);
	job->in_flight = true;
	job->result.outcome = DT_OUTCOME_RESET;
	job->result.detail.sys_errno = 9;
	job->times.taken_ns = 9;
	dti_job_extra(job)->resolves = 9;
	job->announced = job->overdue = job->probe = job->unwanted = true;
	job->cancelled_ms = 9;
	job->connects_cut = 9;
	(void)dti_job_begin_step(job, 1000);
	dti_cancel_raise(&job->cancel);
	dti_job_set_put(&set, job);
	cr_assert_not(job->in_flight);

	cr_assert_eq(dti_job_set_get(&set, &task), job);
	dti_job_recalled(job);

	cr_assert_eq(job->result.outcome, DT_OUTCOME_CANCELLED);
	cr_assert_not(job->result.has_backoff);
	cr_assert_eq(job->result.detail.sys_errno, 0);
	cr_assert_eq(job->times.taken_ns, 0);
	cr_assert_not(job->has_extra);
	cr_assert_eq(dti_job_extra(job)->resolves, 0);
	cr_assert_not(job->announced || job->overdue || job->probe ||
		      job->unwanted);
	cr_assert_eq(job->cancelled_ms, INT64_MAX);
	cr_assert_eq(job->connects_cut, 0);
	cr_assert_not(job->result.cut_short);
	cr_assert_not(atomic_load(&job->cancel.cancelled));
	cr_assert_eq(job->task.backoff.delay_ms, 5);
	dti_job_set_fini(&set, &libc_allocator);
}

Test(workers_job, one_that_never_ran_leaves_it_as_it_was)
{
	struct dti_job_set set;
	struct dti_task task = dial_of(NULL);
	struct dti_job *job;

	task.cut_short = true;
	cr_assert_eq(dti_job_set_init(&set, 1, &libc_allocator), DT_OK);
	job = dti_job_set_get(&set, &task);

	dti_job_recalled(job);

	cr_assert(job->result.cut_short);
	dti_job_set_fini(&set, &libc_allocator);
}

Test(workers_job, a_host_name_is_copied)
{
	struct dti_job_set set;
	char name[DT_HOST_NAME_SIZE];
	struct dti_task task = dial_of(name);
	struct dti_job *job;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	cr_assert_eq(dti_job_set_init(&set, 1, &libc_allocator), DT_OK);

	job = dti_job_set_get(&set, &task);
	name[0] = '?';

	cr_assert_eq(job->task.node.host_name, job->apart->host_name);
	cr_assert_eq(strlen(job->apart->host_name), DT_HOST_NAME_SIZE - 1);
	cr_assert_eq(job->apart->host_name[0], 'n');
	dti_job_set_put(&set, job);
	/* A shorter one does not keep the end of the longer one. */
	strcpy(name, "short");
	job = dti_job_set_get(&set, &task);
	cr_assert_str_eq(job->task.node.host_name, "short");
	dti_job_set_put(&set, job);
	task.node.host_name = NULL;
	job = dti_job_set_get(&set, &task);
	cr_assert_null(job->task.node.host_name);
	dti_job_set_fini(&set, &libc_allocator);
}

Test(workers_job, a_step_has_a_deadline_that_the_watchdog_sees)
{
	struct dti_job_set set;
	struct dti_task task = dial_of(NULL);
	struct dti_job *job;
	struct dt_op op;
	int64_t before_ms;

	cr_assert_eq(dti_job_set_init(&set, 1, &libc_allocator), DT_OK);
	job = dti_job_set_get(&set, &task);
	before_ms = dti_clock_ms();
	dti_job_taken(job);

	op = dti_job_begin_step(job, 5000);

	cr_assert_geq(op.deadline_ms, before_ms + 5000);
	cr_assert_leq(op.deadline_ms, dti_clock_ms() + 5000);
	cr_assert_eq(op.cancel, &job->cancel);
	cr_assert_eq(atomic_load(&job->step_deadline_ms), op.deadline_ms);
	dti_job_set_fini(&set, &libc_allocator);
}

Test(workers_job, a_step_begins_where_the_one_before_it_ended)
{
	struct dti_job_set set;
	struct dti_task task = dial_of(NULL);
	struct dti_job *job;
	int64_t first_ns;
	int64_t second_ns;

	cr_assert_eq(dti_job_set_init(&set, 1, &libc_allocator), DT_OK);
	job = dti_job_set_get(&set, &task);
	dti_job_taken(job);
	cr_assert_gt(job->times.taken_ns, 0);
	cr_assert_eq(job->times.given_back_ns, job->times.taken_ns);

	first_ns = dti_job_end_step(job);
	second_ns = dti_job_end_step(job);

	cr_assert_geq(first_ns, 0);
	cr_assert_geq(second_ns, 0);
	cr_assert_eq(job->times.given_back_ns,
		     job->times.taken_ns + first_ns + second_ns);
	cr_assert_eq(dti_job_now_ms(job),
		     job->times.given_back_ns / DTI_NS_PER_MS);
	dti_job_set_fini(&set, &libc_allocator);
}

Test(workers_job, a_set_that_cannot_be_made_leaves_nothing)
{
	struct failing_allocator memory = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&memory);
	struct rlimit limit;
	struct rlimit lowered;
	struct dti_job_set set;
	size_t open_before = sockets_count_open();

	cr_assert_eq(dti_job_set_init(&set, 4, &allocator), DT_ERR_NO_MEMORY);
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	lowered = limit;
	lowered.rlim_cur = 0;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &lowered), 0);
	cr_assert_eq(dti_job_set_init(&set, 4, &allocator),
		     DT_ERR_NO_DESCRIPTORS);
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);

	cr_assert_eq(memory.live, 0);
	cr_assert_eq(sockets_count_open(), open_before);
}
