/* SPDX-License-Identifier: MIT */
#include "workers/scheduler.h"

/* A peer that came of a dial may go again: refused by its keeper, or banned
 * after its last look at the cancel. */
static void settle_peer(struct dti_scheduler *scheduler,
			const struct dti_job *job)
{
	const struct dt_node *node = &job->task.node;

	if (job->announced && job->result.outcome != DT_OUTCOME_CONNECTED)
		dti_scheduler_dialed_peer_ended(scheduler, node);
	else if (job->unwanted)
		(void)dti_scheduler_drop_peer(scheduler, &node->id);
}

/* What it says of how long connects take. */
static void learn(struct dti_scheduler *scheduler, const struct dti_job *job)
{
	struct dti_connect_patience *patience = &scheduler->patience;
	bool connected = job->has_extra && job->extra.connect_ns > 0;

	if (connected)
		dti_connect_patience_connected(patience, job->pushed_ns,
					       job->extra.connect_ns);
	if (job->connects_cut > 0)
		dti_connect_patience_gave_up(patience, job->pushed_ns);
	if (connected || job->connects_cut > 0)
		dti_scheduler_limit_connects(scheduler);
}

static void complete(struct dti_scheduler *scheduler, struct dti_job *job)
{
	scheduler->in_flight--;
	scheduler->stirred = true;
	settle_peer(scheduler, job);
	dti_dialstate_task_done(scheduler->state, scheduler->policy_ms,
				&job->task, &job->result);
	dti_ledger_completed(&scheduler->ledger, job, scheduler->now_ns);
	learn(scheduler, job);
	if (job->task.kind != DT_TASK_LOOKUP)
		dti_scheduler_note_fault(scheduler, job);
	dti_scheduler_emit_ended(scheduler, job);
	dti_job_set_put(&scheduler->jobs, job);
	if (scheduler->in_flight == 0)
		scheduler->watch_due_ms = DTI_NEVER;
}

size_t dti_scheduler_complete(struct dti_scheduler *scheduler, size_t max)
{
	struct dti_job *job;
	size_t count = 0;

	while (count < max &&
	       (job = dti_handoff_next_completion(scheduler->handoff))) {
		complete(scheduler, job);
		count++;
	}
	return count;
}

void dti_scheduler_cancel(struct dti_scheduler *scheduler, uint32_t index)
{
	struct dti_job *job = &scheduler->jobs.jobs[index];

	if (job->cancelled_ms == INT64_MAX)
		job->cancelled_ms = scheduler->now_ms;
	dti_cancel_raise(&job->cancel);
	dti_scheduler_watch_soon(scheduler);
}

void dti_scheduler_end_waiting(struct dti_scheduler *scheduler,
			       const struct dti_task *task,
			       enum dt_outcome outcome)
{
	struct dti_task_result result = {.outcome = outcome};

	dti_ledger_ended_waiting(&scheduler->ledger, task->kind, outcome);
	dti_dialstate_task_done(scheduler->state, scheduler->policy_ms, task,
				&result);
}

void dti_scheduler_cancel_all(struct dti_scheduler *scheduler)
{
	struct dti_job *job;

	if (scheduler->lookup.held)
		dti_scheduler_end_waiting(scheduler, &scheduler->lookup.task,
					  DT_OUTCOME_CANCELLED);
	if (scheduler->wait.active)
		dti_scheduler_end_waiting(scheduler, &scheduler->wait.task,
					  DT_OUTCOME_CANCELLED);
	scheduler->lookup.held = false;
	scheduler->wait.active = false;
	while ((job = dti_handoff_recall(scheduler->handoff))) {
		dti_job_recalled(job);
		complete(scheduler, job);
	}
	for (uint32_t i = 0; i < scheduler->jobs.size; i++) {
		if (scheduler->jobs.jobs[i].in_flight)
			dti_scheduler_cancel(scheduler, i);
	}
}
