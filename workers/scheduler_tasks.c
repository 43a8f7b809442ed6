/* SPDX-License-Identifier: MIT */
#include "workers/scheduler.h"

/* ---- beginning ---- */

size_t dti_scheduler_free_slots(const struct dti_scheduler *scheduler)
{
	size_t limit = scheduler->limits.max_active_dials;

	if (scheduler->paused || scheduler->stopping ||
	    scheduler->limits.no_dial || scheduler->in_flight >= limit)
		return 0;
	return limit - scheduler->in_flight;
}

size_t dti_scheduler_free_dials(const struct dti_scheduler *scheduler)
{
	size_t free = dti_scheduler_free_slots(scheduler);

	if (!scheduler->fault.active || free == 0)
		return free;
	return scheduler->now_ms >= scheduler->fault.until_ms &&
			       scheduler->dials_in_flight == 0
		       ? 1
		       : 0;
}

static void push(struct dti_scheduler *scheduler, const struct dti_task *task)
{
	struct dti_job *job = dti_job_set_get(&scheduler->jobs, task);

	if (task->kind != DT_TASK_LOOKUP) {
		dti_dialstate_set_tag(scheduler->state, &task->node.id,
				      job->index);
		scheduler->dials_in_flight++;
	}
	job->in_flight = true;
	job->times.pushed_ns = scheduler->now_ns;
	scheduler->in_flight++;
	if (scheduler->watch_due_ms == DTI_NEVER)
		scheduler->watch_due_ms =
			scheduler->now_ms + scheduler->limits.overdue_after_ms;
	dti_ledger_pushed(&scheduler->ledger, task->kind);
	dti_scheduler_emit_begun(scheduler, job);
	dti_handoff_push(scheduler->handoff, job);
}

static void push_held_lookup(struct dti_scheduler *scheduler)
{
	struct dti_held_lookup *lookup = &scheduler->lookup;

	if (!lookup->held || lookup->due_ms > scheduler->now_ms ||
	    dti_scheduler_free_slots(scheduler) == 0)
		return;
	lookup->held = false;
	lookup->has_begun = true;
	lookup->last_began_ms = scheduler->now_ms;
	push(scheduler, &lookup->task);
}

static void hold_lookup(struct dti_scheduler *scheduler,
			const struct dti_task *task)
{
	struct dti_held_lookup *lookup = &scheduler->lookup;

	lookup->task = *task;
	lookup->held = true;
	lookup->due_ms = scheduler->now_ms;
	if (lookup->has_begun &&
	    lookup->last_began_ms + scheduler->limits.lookup_interval_ms >
		    scheduler->now_ms)
		lookup->due_ms = lookup->last_began_ms +
				 scheduler->limits.lookup_interval_ms;
}

static void begin_task(struct dti_scheduler *scheduler,
		       const struct dti_task *task)
{
	dti_ledger_created(&scheduler->ledger, task->kind);
	switch (task->kind) {
	case DT_TASK_STATIC_DIAL:
	case DT_TASK_DYN_DIAL:
		push(scheduler, task);
		break;
	case DT_TASK_LOOKUP:
		hold_lookup(scheduler, task);
		break;
	case DT_TASK_WAIT:
	case DT_TASK_COUNT:
		scheduler->wait.task = *task;
		scheduler->wait.active = true;
		/* An entry leaves once its expiry lies in the past. */
		scheduler->wait.until_ms =
			scheduler->now_ms + task->wait_ms + 1;
		break;
	}
}

static size_t read_random_nodes(void *context, struct dt_node *out, size_t max)
{
	const struct dt_table *table = context;
	size_t count = table->random_nodes(table->context, out, max);

	if (count > max)
		count = max;
	for (size_t i = 0; i < count; i++)
		out[i].host_name = NULL; /* names are for static nodes */
	return count;
}

void dti_scheduler_begin(struct dti_scheduler *scheduler)
{
	struct dti_random_source random = {
		.read = read_random_nodes,
		.context = &scheduler->steps->table,
	};
	size_t before = scheduler->in_flight;
	size_t running;
	size_t count;
	size_t max;

	push_held_lookup(scheduler);
	max = dti_scheduler_free_dials(scheduler);
	if (max > 0) {
		scheduler->stirred = false;
		running = scheduler->in_flight + scheduler->lookup.held +
			  scheduler->wait.active;
		count = dti_dialstate_new_tasks(
			scheduler->state, scheduler->tasks, scheduler->now_ms,
			running,
			scheduler->steps->table.random_nodes ? &random : NULL,
			max);
		for (size_t i = 0; i < count; i++)
			begin_task(scheduler, &scheduler->tasks[i]);
		push_held_lookup(scheduler);
	}
	if (scheduler->in_flight > before)
		dti_handoff_wake_workers(scheduler->handoff);
}

/* ---- ending ---- */

static void begin_fault(struct dti_scheduler *scheduler,
			const struct dti_job *job)
{
	struct dti_local_fault *fault = &scheduler->fault;

	fault->until_ms =
		scheduler->now_ms + scheduler->limits.local_fault_pause_ms;
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
					      .detail = job->detail,
					      .node = &job->task.node,
				      });
}

static void end_fault(struct dti_scheduler *scheduler)
{
	struct dti_local_fault fault = scheduler->fault;

	if (!fault.active)
		return;
	scheduler->fault = (struct dti_local_fault){0};
	dti_scheduler_emit(scheduler, &(struct dt_event){
					      .type = DT_EVENT_LOCAL_RECOVERED,
					      .level = DT_LEVEL_INFO,
					      .count = fault.lost,
				      });
}

/* Its keeper refused the peer that it had announced. */
static void withdraw_peer(struct dti_scheduler *scheduler,
			  const struct dti_job *job)
{
	uint32_t flags = dti_dialstate_peer_removed(scheduler->state,
						    &job->task.node.id);

	if (flags)
		dti_scheduler_emit_peer(scheduler, DT_EVENT_PEER_REMOVED,
					&job->task.node, flags);
}

static void complete(struct dti_scheduler *scheduler, struct dti_job *job)
{
	bool is_dial = job->task.kind != DT_TASK_LOOKUP;
	enum dt_outcome outcome = job->result.outcome;

	scheduler->in_flight--;
	scheduler->dials_in_flight -= is_dial;
	scheduler->stirred = true;
	if (job->announced && outcome != DT_OUTCOME_CONNECTED)
		withdraw_peer(scheduler, job);
	dti_dialstate_task_done(scheduler->state, scheduler->now_ms, &job->task,
				&job->result);
	dti_ledger_completed(&scheduler->ledger, job, scheduler->now_ns);
	if (is_dial && dt_outcome_is_local_fault(outcome))
		begin_fault(scheduler, job);
	else if (is_dial && outcome != DT_OUTCOME_CANCELLED)
		end_fault(scheduler);
	dti_scheduler_emit_ended(scheduler, job);
	dti_job_set_put(&scheduler->jobs, job);
	if (scheduler->in_flight == 0)
		scheduler->watch_due_ms = DTI_NEVER;
}

void dti_scheduler_complete_all(struct dti_scheduler *scheduler)
{
	struct dti_job *job;

	while ((job = dti_handoff_next_completion(scheduler->handoff)))
		complete(scheduler, job);
}

/* ---- cancelling ---- */

void dti_scheduler_cancel(struct dti_scheduler *scheduler, uint32_t index)
{
	struct dti_job *job = &scheduler->jobs.jobs[index];
	int64_t due_ms = scheduler->now_ms + scheduler->limits.overdue_after_ms;

	if (job->cancelled_ms == INT64_MAX)
		job->cancelled_ms = scheduler->now_ms;
	dti_cancel_raise(&job->cancel);
	/* Its step should have ended now. */
	if (due_ms < scheduler->watch_due_ms)
		scheduler->watch_due_ms = due_ms;
}

static void cancel_waiting(struct dti_scheduler *scheduler,
			   const struct dti_task *task)
{
	struct dti_task_result result = {.outcome = DT_OUTCOME_CANCELLED};

	dti_ledger_ended_waiting(&scheduler->ledger, task->kind,
				 DT_OUTCOME_CANCELLED);
	dti_dialstate_task_done(scheduler->state, scheduler->now_ms, task,
				&result);
}

void dti_scheduler_cancel_all(struct dti_scheduler *scheduler)
{
	struct dti_job *job;

	if (scheduler->lookup.held)
		cancel_waiting(scheduler, &scheduler->lookup.task);
	if (scheduler->wait.active)
		cancel_waiting(scheduler, &scheduler->wait.task);
	scheduler->lookup.held = false;
	scheduler->wait.active = false;
	while ((job = dti_handoff_recall(scheduler->handoff))) {
		job->result.outcome = DT_OUTCOME_CANCELLED;
		job->result.backoff = job->task.backoff;
		complete(scheduler, job);
	}
	for (uint32_t i = 0; i < scheduler->jobs.size; i++) {
		if (scheduler->jobs.jobs[i].in_flight)
			dti_scheduler_cancel(scheduler, i);
	}
}

/* ---- watching ---- */

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

void dti_scheduler_watch(struct dti_scheduler *scheduler)
{
	int64_t next_ms = DTI_NEVER;

	for (uint32_t i = 0; i < scheduler->jobs.size; i++) {
		struct dti_job *job = &scheduler->jobs.jobs[i];
		int64_t due_ms;

		if (!job->in_flight || job->overdue)
			continue;
		due_ms = overdue_ms(scheduler, job);
		if (due_ms > scheduler->now_ms) {
			next_ms = due_ms < next_ms ? due_ms : next_ms;
			continue;
		}
		job->overdue = true;
		scheduler->ledger.counters.workers_overdue++;
		dti_scheduler_emit(
			scheduler,
			&(struct dt_event){
				.type = DT_EVENT_WORKER_OVERDUE,
				.level = DT_LEVEL_WARNING,
				.task = job->task.kind,
				.node = job->task.kind == DT_TASK_LOOKUP
						? NULL
						: &job->task.node,
			});
	}
	scheduler->watch_due_ms = next_ms;
}
