/* SPDX-License-Identifier: MIT */
#include "lib/node/endpoint.h"

#include "workers/scheduler.h"

size_t dti_scheduler_free_slots(const struct dti_scheduler *scheduler)
{
	size_t limit = scheduler->limits.max_active_dials;

	if (scheduler->paused || scheduler->stopping ||
	    scheduler->limits.no_dial || scheduler->in_flight >= limit)
		return 0;
	return limit - scheduler->in_flight;
}

static void push(struct dti_scheduler *scheduler, const struct dti_task *task)
{
	struct dti_job *job = dti_job_set_get(&scheduler->jobs, task);

	if (task->kind != DT_TASK_LOOKUP) {
		dti_dialstate_set_tag(task, job->index);
		dti_scheduler_mark_probe(scheduler, job);
	}
	job->in_flight = true;
	job->pushed_ns = scheduler->now_ns;
	scheduler->in_flight++;
	dti_scheduler_watch_soon(scheduler);
	dti_ledger_pushed(&scheduler->ledger, task->kind);
	dti_scheduler_emit_begun(scheduler, job);
	dti_handoff_push(scheduler->handoff, job);
}

int64_t dti_scheduler_lookup_due_ms(const struct dti_scheduler *scheduler)
{
	const struct dti_held_lookup *lookup = &scheduler->lookup;

	if (!lookup->held)
		return DTI_NEVER;
	if (!lookup->has_begun)
		return scheduler->now_ms;
	return lookup->last_began_ms + scheduler->limits.lookup_interval_ms;
}

static void push_held_lookup(struct dti_scheduler *scheduler)
{
	struct dti_held_lookup *lookup = &scheduler->lookup;

	if (dti_scheduler_lookup_due_ms(scheduler) > scheduler->now_ms ||
	    dti_scheduler_free_slots(scheduler) == 0)
		return;
	lookup->held = false;
	lookup->has_begun = true;
	lookup->last_began_ms = scheduler->now_ms;
	push(scheduler, &lookup->task);
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
		scheduler->lookup.task = *task;
		scheduler->lookup.held = true;
		break;
	case DT_TASK_WAIT:
	case DT_TASK_COUNT:
		scheduler->wait.task = *task;
		scheduler->wait.active = true;
		/* An entry leaves once its expiry lies in the past. */
		scheduler->wait.until_ms =
			scheduler->policy_ms + task->wait_ms + 1;
		break;
	}
}

static size_t read_random_nodes(void *context, struct dt_node *out, size_t max)
{
	struct dti_scheduler *scheduler = context;
	const struct dt_table *table = &scheduler->steps->table;
	size_t count = table->random_nodes(table->context, out, max);

	if (count > max) {
		scheduler->ledger.counters.nodes_refused += count - max;
		count = max;
	}
	for (size_t i = 0; i < count; i++) {
		out[i].host_name = NULL; /* names are for static nodes */
		dti_endpoint_normalize(&out[i].endpoint);
	}
	return count;
}

void dti_scheduler_begin(struct dti_scheduler *scheduler)
{
	struct dti_random_source random = {
		.read = read_random_nodes,
		.context = scheduler,
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
			scheduler->state, scheduler->tasks,
			scheduler->policy_ms, running,
			scheduler->steps->table.random_nodes ? &random : NULL,
			max);
		for (size_t i = 0; i < count; i++)
			begin_task(scheduler, &scheduler->tasks[i]);
		push_held_lookup(scheduler);
	}
	if (scheduler->in_flight > before)
		dti_handoff_publish(scheduler->handoff);
}
