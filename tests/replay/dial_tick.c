/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tests/replay/dial_replay.h"

/* Room for all that a tick can ask for: its max must not bind. */
static bool make_room(struct dial_replay *replay)
{
	const struct dti_dialstate_counters *counters =
		dti_dialstate_counters(replay->state);
	size_t room = counters->static_nodes + counters->lookup_buffer +
		      replay->list_count + 2;
	struct dti_task *tasks;
	struct call *got;

	if (room <= replay->task_room)
		return true;
	tasks = reallocarray(replay->tasks, 2 * room, sizeof(*tasks));
	if (tasks == NULL)
		return trace_refuse(replay->trace, "no memory");
	replay->tasks = tasks;
	got = reallocarray(replay->calls.got, 2 * room, sizeof(*got));
	if (got == NULL)
		return trace_refuse(replay->trace, "no memory");
	replay->calls.got = got;
	replay->task_room = 2 * room;
	return true;
}

size_t dial_replay_hand_out(void *context, struct dt_node *out, size_t max)
{
	const struct dial_replay *replay = context;
	size_t count = replay->list_count < max ? replay->list_count : max;

	for (size_t i = 0; i < count; i++)
		out[i] = dial_replay_node(&replay->list[i]);
	return count;
}

static struct call call_of(const struct dti_task *task)
{
	static const enum call_kind kinds[] = {
		[DT_TASK_STATIC_DIAL] = CALL_STATIC,
		[DT_TASK_DYN_DIAL] = CALL_DYN,
		[DT_TASK_LOOKUP] = CALL_DISCOVER,
		[DT_TASK_WAIT] = CALL_WAIT,
	};

	return (struct call){
		.kind = kinds[task->kind],
		.node = {.number = trace_id_number(&task->node.id),
			 .endpoint = task->node.endpoint},
		.wait_ms = task->wait_ms,
	};
}

/* Static dials by number; the original makes them in a random order. */
static int by_number(const void *left, const void *right)
{
	const struct call *a = left;
	const struct call *b = right;

	return (a->node.number > b->node.number) -
	       (a->node.number < b->node.number);
}

static bool note_tasks(struct dial_replay *replay, size_t count)
{
	struct calls *calls = &replay->calls;
	size_t static_count = 0;

	for (size_t i = 0; i < count; i++) {
		const struct dti_task *task = &replay->tasks[i];

		calls->got[i] = call_of(task);
		if (task->kind == DT_TASK_STATIC_DIAL && static_count == i)
			static_count++;
		if ((task->kind == DT_TASK_STATIC_DIAL ||
		     task->kind == DT_TASK_DYN_DIAL) &&
		    !active_set(&replay->active, task))
			return trace_refuse(replay->trace, "no memory");
	}
	calls->count = count;
	qsort(calls->got, static_count, sizeof(*calls->got), by_number);
	return true;
}

/* tick T running R random LIST */
bool dial_replay_tick(struct dial_replay *replay)
{
	struct dti_random_source random = {.read = dial_replay_hand_out,
					   .context = replay};
	struct trace *trace = replay->trace;
	uint64_t running;
	int64_t now_ms;
	size_t count;

	if (!trace_want_fields(trace, 6) || !trace_time(trace, 1, &now_ms) ||
	    !trace_want(trace, 2, "running") ||
	    !trace_number(trace, 3, UINT64_MAX, &running) ||
	    !trace_want(trace, 4, "random") ||
	    !trace_list(trace, 5, replay->list, DIAL_LIST_MAX,
			&replay->list_count) ||
	    !make_room(replay))
		return false;
	count = dti_dialstate_new_tasks(
		replay->state, replay->tasks, now_ms, running > 0 ? 1 : 0,
		replay->has_table ? &random : NULL, replay->task_room - 1);
	replay->list_count = 0;
	return note_tasks(replay, count);
}
