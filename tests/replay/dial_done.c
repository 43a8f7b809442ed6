/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tests/replay/dial_replay.h"

/* The latest dial of a node, or one that never was and left no record. */
static struct dti_task dial_of(const struct dial_replay *replay,
			       uint64_t number)
{
	struct dt_node_id id = trace_id(number);
	const struct dti_task *task = active_find(&replay->active, &id);

	if (task != NULL)
		return *task;
	return (struct dti_task){.kind = DT_TASK_DYN_DIAL, .node = {.id = id}};
}

/* done T dial nK [endpoint HOST PORT] */
static bool dial_done(struct dial_replay *replay, int64_t now_ms)
{
	struct trace *trace = replay->trace;
	struct dti_task_result result = {.outcome = DT_OUTCOME_TIMED_OUT};
	struct dti_task task;
	uint64_t number;

	if (!trace_name(trace, 3, &number))
		return false;
	if (trace->field_count != 4) {
		result.has_endpoint = true;
		if (!trace_want_fields(trace, 7) ||
		    !trace_want(trace, 4, "endpoint") ||
		    !trace_endpoint(trace, 5, &result.endpoint))
			return false;
	}
	task = dial_of(replay, number);
	result.backoff = task.backoff;
	dti_dialstate_task_done(replay->state, now_ms, &task, &result);
	return true;
}

/* done T discover LIST */
static bool discover_done(struct dial_replay *replay, int64_t now_ms)
{
	struct dti_task task = {.kind = DT_TASK_LOOKUP};
	struct dti_task_result result = {.outcome = DT_OUTCOME_FOUND};
	struct dt_node *nodes;

	if (!trace_want_fields(replay->trace, 4) ||
	    !trace_list(replay->trace, 3, replay->list, DIAL_LIST_MAX,
			&replay->list_count))
		return false;
	nodes = calloc(replay->list_count + 1, sizeof(*nodes));
	if (nodes == NULL)
		return trace_refuse(replay->trace, "no memory");
	result.node_count =
		dial_replay_hand_out(replay, nodes, replay->list_count);
	result.nodes = nodes;
	dti_dialstate_task_done(replay->state, now_ms, &task, &result);
	free(nodes);
	replay->list_count = 0;
	return true;
}

bool dial_replay_done(struct dial_replay *replay)
{
	struct trace *trace = replay->trace;
	struct dti_task wait = {.kind = DT_TASK_WAIT};
	struct dti_task_result result = {.outcome = DT_OUTCOME_EXPIRED};
	int64_t now_ms;

	if (!trace_time(trace, 1, &now_ms))
		return false;
	if (trace_is(trace, 2, "dial"))
		return dial_done(replay, now_ms);
	if (trace_is(trace, 2, "discover"))
		return discover_done(replay, now_ms);
	if (!trace_want(trace, 2, "wait") || !trace_want_fields(trace, 3))
		return false;
	dti_dialstate_task_done(replay->state, now_ms, &wait, &result);
	return true;
}
