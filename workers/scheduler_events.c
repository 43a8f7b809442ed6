/* SPDX-License-Identifier: MIT */
#include "workers/clock.h"
#include "workers/scheduler.h"

static bool listens(const struct dti_scheduler *scheduler, enum dt_level level)
{
	return scheduler->event && level <= scheduler->limits.log;
}

void dti_scheduler_emit(struct dti_scheduler *scheduler, struct dt_event *event)
{
	if (!listens(scheduler, event->level))
		return;
	event->size = sizeof(*event);
	event->time_ms = scheduler->now_ms;
	scheduler->event(scheduler->event_context, event);
}

void dti_scheduler_emit_peer(struct dti_scheduler *scheduler,
			     struct dt_event *event)
{
	event->level = DT_LEVEL_INFO;
	dti_scheduler_emit(scheduler, event);
}

void dti_scheduler_emit_begun(struct dti_scheduler *scheduler,
			      const struct dti_job *job)
{
	bool is_lookup = job->task.kind == DT_TASK_LOOKUP;

	if (!listens(scheduler, DT_LEVEL_DEBUG))
		return; /* twice a task: do not even put it together */
	dti_scheduler_emit(scheduler,
			   &(struct dt_event){
				   .type = is_lookup ? DT_EVENT_LOOKUP_STARTED
						     : DT_EVENT_DIAL_STARTED,
				   .level = DT_LEVEL_DEBUG,
				   .task = job->task.kind,
				   .node = is_lookup ? NULL : &job->task.node,
			   });
}

void dti_scheduler_emit_ended(struct dti_scheduler *scheduler,
			      const struct dti_job *job)
{
	bool is_lookup = job->task.kind == DT_TASK_LOOKUP;
	struct dt_node node;

	if (!listens(scheduler, DT_LEVEL_DEBUG))
		return;
	node = job->task.node;
	if (job->result.has_endpoint)
		node.endpoint = job->result.endpoint;
	dti_scheduler_emit(
		scheduler,
		&(struct dt_event){
			.type = is_lookup ? DT_EVENT_LOOKUP_ENDED
					  : DT_EVENT_DIAL_ENDED,
			.level = DT_LEVEL_DEBUG,
			.task = job->task.kind,
			.outcome = job->result.outcome,
			.detail = job->result.detail,
			.count = is_lookup ? job->result.node_count : 0,
			.duration_ms = (scheduler->now_ns - job->pushed_ns) /
				       DTI_NS_PER_MS,
			.node = is_lookup ? NULL : &node,
		});
}
