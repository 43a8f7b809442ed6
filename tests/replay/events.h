/* SPDX-License-Identifier: MIT */
#ifndef TESTS_REPLAY_EVENTS_H
#define TESTS_REPLAY_EVENTS_H

#include "tests/replay/call.h"

/** What to do with an event line. False: the trace says why. */
struct event_handler {
	bool (*event)(void *context);
	void *context;
};

/**
 * Read the lines from behind "begin" to the end of the text, and compare each
 * event's expectations with what @calls has got of it.
 */
bool events_read(struct trace *trace, struct calls *calls,
		 const struct event_handler *handler);

#endif /* TESTS_REPLAY_EVENTS_H */
