/* SPDX-License-Identifier: MIT */
#include "tests/replay/dial_replay.h"

#include <stdlib.h>

#include "tests/replay/events.h"
#include "tests/replay/replay.h"

static bool dispatch(struct dial_replay *replay)
{
	static const struct {
		const char *word;
		bool (*apply)(struct dial_replay *replay);
	} events[] = {
		{"tick", dial_replay_tick},
		{"done", dial_replay_done},
		{"peer+", dial_replay_add_peer},
		{"peer-", dial_replay_remove},
		{"static+", dial_replay_add_static},
		{"static-", dial_replay_remove},
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (trace_is(replay->trace, 0, events[i].word))
			return events[i].apply(replay);
	return trace_refuse(replay->trace, "no event has this name");
}

static bool read_event(void *context)
{
	struct dial_replay *replay = context;
	const char *broken;

	if (!dispatch(replay))
		return false;
	broken = dti_dialstate_verify(replay->state);
	return broken == NULL ||
	       trace_refuse(replay->trace,
			    "afterwards it does not hold that %s", broken);
}

bool replay_dialtrace(struct trace *trace)
{
	static const struct dt_allocator libc = {.context = NULL};
	struct dial_replay *replay = calloc(1, sizeof(*replay));
	struct event_handler handler = {.event = read_event, .context = replay};
	bool passed;

	if (replay == NULL)
		return trace_refuse(trace, "no memory");
	replay->trace = trace;
	passed = dial_replay_header(replay) &&
		 events_read(trace, &replay->calls, &handler);
	dti_dialstate_destroy(replay->state);
	dti_netrestrict_destroy(replay->netrestrict, &libc);
	active_fini(&replay->active);
	free(replay->tasks);
	free(replay->calls.got);
	free(replay);
	return passed;
}
