/* SPDX-License-Identifier: MIT */
#include "workers/scheduler.h"

/*
 * The watchdog: reports workers that a hook does not give back in time. It
 * looks overdue_after after a task begins or is cancelled, and then when the
 * next one would be overdue; it costs nothing while no task runs.
 */

void dti_scheduler_watch_soon(struct dti_scheduler *scheduler)
{
	int64_t look_ms =
		scheduler->now_ms + scheduler->limits.overdue_after_ms;

	if (look_ms < scheduler->watch_due_ms)
		scheduler->watch_due_ms = look_ms;
}

/* When @job is overdue, as far as it can be said now. */
static int64_t overdue_ms(const struct dti_scheduler *scheduler,
			  const struct dti_job *job)
{
	/* Relaxed: see the field. */
	int64_t deadline_ms = atomic_load_explicit(&job->step_deadline_ms,
						   memory_order_relaxed);

	if (deadline_ms == INT64_MAX)
		deadline_ms = scheduler->now_ms; /* in no step yet */
	else if (deadline_ms > job->cancelled_ms)
		deadline_ms = job->cancelled_ms;
	return deadline_ms + scheduler->limits.overdue_after_ms;
}

static void report(struct dti_scheduler *scheduler, struct dti_job *job)
{
	bool is_lookup = job->task.kind == DT_TASK_LOOKUP;

	job->overdue = true;
	dti_scheduler_drop_probe(scheduler, job);
	scheduler->ledger.counters.workers_overdue++;
	dti_scheduler_emit(scheduler,
			   &(struct dt_event){
				   .type = DT_EVENT_WORKER_OVERDUE,
				   .level = DT_LEVEL_WARNING,
				   .task = job->task.kind,
				   .node = is_lookup ? NULL : &job->task.node,
			   });
}

void dti_scheduler_watch(struct dti_scheduler *scheduler)
{
	int64_t next_ms = DTI_NEVER;

	for (uint32_t i = 0; i < scheduler->jobs.size; i++) {
		struct dti_job *job = &scheduler->jobs.jobs[i];
		int64_t due_ms;

		if (!job->in_flight || job->overdue)
			continue;
		due_ms = overdue_ms(scheduler, job);
		if (due_ms <= scheduler->now_ms)
			report(scheduler, job);
		else if (due_ms < next_ms)
			next_ms = due_ms;
	}
	scheduler->watch_due_ms = next_ms;
}
