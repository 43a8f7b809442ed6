/* SPDX-License-Identifier: MIT */
#include "workers/scheduler.h"

/*
 * After a fault of this machine (no descriptors, no ports, no memory) no dial
 * is begun for a pause; then one goes ahead as a probe. What the probe meets
 * decides: dials that were out before say nothing about now.
 */

int64_t dti_scheduler_fault_due_ms(const struct dti_scheduler *scheduler)
{
	if (!scheduler->fault.active || scheduler->fault.probing)
		return DTI_NEVER;
	return scheduler->fault.last_ms +
	       scheduler->limits.local_fault_pause_ms;
}

size_t dti_scheduler_free_dials(const struct dti_scheduler *scheduler)
{
	size_t free = dti_scheduler_free_slots(scheduler);
	bool may_probe =
		dti_scheduler_fault_due_ms(scheduler) <= scheduler->now_ms;

	if (!scheduler->fault.active || free == 0)
		return free;
	return may_probe ? 1 : 0;
}

void dti_scheduler_mark_probe(struct dti_scheduler *scheduler,
			      struct dti_job *job)
{
	job->probe = scheduler->fault.active;
	scheduler->fault.probing |= job->probe;
}

void dti_scheduler_drop_probe(struct dti_scheduler *scheduler,
			      struct dti_job *job)
{
	if (job->probe)
		scheduler->fault.probing = false;
	job->probe = false;
}

static void begin_fault(struct dti_scheduler *scheduler,
			const struct dti_job *job)
{
	struct dti_local_fault *fault = &scheduler->fault;

	fault->last_ms = scheduler->now_ms;
	fault->lost++;
	if (fault->active)
		return;
	fault->active = true;
	scheduler->ledger.counters.local_fault_pauses++;
	dti_scheduler_emit(scheduler, &(struct dt_event){
					      .type = DT_EVENT_LOCAL_FAULT,
					      .level = DT_LEVEL_WARNING,
					      .task = job->task.kind,
					      .outcome = job->result.outcome,
					      .detail = job->result.detail,
					      .node = &job->task.node,
				      });
}

static void end_fault(struct dti_scheduler *scheduler)
{
	uint64_t lost = scheduler->fault.lost;

	scheduler->fault = (struct dti_local_fault){0};
	dti_scheduler_emit(scheduler, &(struct dt_event){
					      .type = DT_EVENT_LOCAL_RECOVERED,
					      .level = DT_LEVEL_INFO,
					      .count = lost,
				      });
}

/* The others can come without a socket, so they prove nothing. */
static bool is_proof(enum dt_outcome outcome)
{
	return outcome != DT_OUTCOME_CANCELLED &&
	       outcome != DT_OUTCOME_RESOLVE_FAILED &&
	       outcome != DT_OUTCOME_NOT_ALLOWED;
}

void dti_scheduler_note_fault(struct dti_scheduler *scheduler,
			      struct dti_job *job)
{
	bool was_probe = job->probe;

	dti_scheduler_drop_probe(scheduler, job);
	if (dt_outcome_is_local_fault(job->result.outcome))
		begin_fault(scheduler, job);
	else if (was_probe && is_proof(job->result.outcome))
		end_fault(scheduler);
}
