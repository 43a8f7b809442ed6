/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/dialstate/dial_task.h"
#include "lib/node/endpoint.h"

#include "tests/replay/events.h"
#include "tests/replay/replay.h"

enum {
	DELAY_INITIAL_MS = 60000,
	DELAY_MAX_MS = 3600000,
	CALLS_MAX = 8
};

/* What stays of a node between its runs. */
struct task_record {
	uint64_t number;
	bool is_static;
	struct dt_endpoint endpoint;
	struct dti_resolve_backoff backoff;
};

struct task_replay {
	struct trace *trace;
	bool has_table;
	struct task_record *records;
	size_t count;
	struct call got[CALLS_MAX];
	struct calls calls;
};

/* How a run's dials and its question to the table would go. */
struct outlook {
	bool connects[2];
	struct dt_endpoint answer;
};

static struct task_record *find(struct task_replay *replay, uint64_t number)
{
	for (size_t i = 0; i < replay->count; i++)
		if (replay->records[i].number == number)
			return &replay->records[i];
	return NULL;
}

static struct task_record *find_or_make(struct task_replay *replay,
					uint64_t number)
{
	struct task_record *record = find(replay, number);

	if (record != NULL)
		return record;
	record = reallocarray(replay->records, replay->count + 1,
			      sizeof(*record));
	if (record == NULL)
		return NULL;
	replay->records = record;
	return &replay->records[replay->count++];
}

/* new KIND nK HOST PORT */
static bool make_record(struct task_replay *replay)
{
	struct trace *trace = replay->trace;
	struct task_record fresh = {
		.is_static = trace_is(trace, 1, "static"),
		.backoff = dti_resolve_backoff_initial(DELAY_INITIAL_MS),
	};
	struct task_record *record;

	if (!trace_want_fields(trace, 5) ||
	    (!fresh.is_static && !trace_want(trace, 1, "dyn")) ||
	    !trace_name(trace, 2, &fresh.number) ||
	    !trace_endpoint(trace, 3, &fresh.endpoint))
		return false;
	record = find_or_make(replay, fresh.number);
	if (record == NULL)
		return trace_refuse(trace, "no memory");
	*record = fresh;
	return true;
}

static void note(struct task_replay *replay, enum call_kind kind,
		 const struct dt_endpoint *endpoint)
{
	struct calls *calls = &replay->calls;
	struct call call = {.kind = kind};

	if (endpoint != NULL)
		call.node.endpoint = *endpoint;
	if (calls->count < CALLS_MAX)
		replay->got[calls->count++] = call;
}

static void resolve(struct task_replay *replay, struct dti_dial_task *dial,
		    int64_t now_ms, const struct dt_endpoint *answer)
{
	bool found = dti_endpoint_has_address(answer);

	note(replay, CALL_RESOLVE, NULL);
	dti_dial_task_resolved(dial, now_ms, found ? answer : NULL);
}

static void run(struct task_replay *replay, struct task_record *record,
		int64_t now_ms, const struct outlook *outlook)
{
	struct dti_dial_task dial = {
		.endpoint = record->endpoint,
		.backoff = record->backoff,
		.delay_initial_ms = DELAY_INITIAL_MS,
		.delay_max_ms = DELAY_MAX_MS,
		.is_static = record->is_static,
		.has_table = replay->has_table,
	};
	size_t connects = 0;

	dti_dial_task_begin(&dial, now_ms);
	while (dial.step != DTI_DIAL_STEP_END && connects <= 2) {
		if (dial.step == DTI_DIAL_STEP_RESOLVE) {
			resolve(replay, &dial, now_ms, &outlook->answer);
			continue;
		}
		note(replay, CALL_DIAL, &dial.endpoint);
		dti_dial_task_connected(&dial, now_ms,
					outlook->connects[connects++ % 2]);
	}
	record->endpoint = dial.endpoint;
	record->backoff = dial.backoff;
	note(replay, CALL_ENDPOINT, &record->endpoint);
}

static bool read_dials(struct trace *trace, size_t index, bool connects[2])
{
	static const struct {
		const char *word;
		bool connects[2];
	} forms[] = {
		{"ok,ok", {true, true}},
		{"ok,fail", {true, false}},
		{"fail,ok", {false, true}},
		{"fail,fail", {false, false}},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (trace_is(trace, index, forms[i].word)) {
			memcpy(connects, forms[i].connects,
			       sizeof(forms[i].connects));
			return true;
		}
	return trace_refuse(trace, "two outcomes, each \"ok\" or \"fail\", "
				   "must stand behind \"dials\"");
}

/* run T nK dials O1,O2 answer HOST PORT */
static bool run_record(struct task_replay *replay)
{
	struct trace *trace = replay->trace;
	struct task_record *record;
	struct outlook outlook;
	uint64_t number;
	int64_t now_ms;

	if (!trace_want_fields(trace, 8) || !trace_time(trace, 1, &now_ms) ||
	    !trace_name(trace, 2, &number) || !trace_want(trace, 3, "dials") ||
	    !read_dials(trace, 4, outlook.connects) ||
	    !trace_want(trace, 5, "answer") ||
	    !trace_endpoint(trace, 6, &outlook.answer))
		return false;
	record = find(replay, number);
	if (record == NULL)
		return trace_refuse(trace, "this node has no record");
	run(replay, record, now_ms, &outlook);
	return true;
}

static bool read_header(struct task_replay *replay)
{
	struct trace *trace = replay->trace;

	if (!trace_next(trace) || !trace_want(trace, 0, "table"))
		return false;
	replay->has_table = trace_is(trace, 1, "yes");
	if (!replay->has_table && !trace_want(trace, 1, "no"))
		return false;
	return trace_want_fields(trace, 2) && trace_next(trace) &&
	       trace_want(trace, 0, "begin") && trace_want_fields(trace, 1);
}

static bool read_event(void *context)
{
	struct task_replay *replay = context;

	if (trace_is(replay->trace, 0, "new"))
		return make_record(replay);
	if (trace_is(replay->trace, 0, "run"))
		return run_record(replay);
	return trace_refuse(replay->trace, "no event has this name");
}

bool replay_tasktrace(struct trace *trace)
{
	struct task_replay replay = {.trace = trace};
	struct event_handler handler = {.event = read_event,
					.context = &replay};
	bool passed;

	replay.calls.got = replay.got;
	passed = read_header(&replay) &&
		 events_read(trace, &replay.calls, &handler);
	free(replay.records);
	return passed;
}
