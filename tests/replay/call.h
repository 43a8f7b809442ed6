/* SPDX-License-Identifier: MIT */
#ifndef TESTS_REPLAY_CALL_H
#define TESTS_REPLAY_CALL_H

/*
 * What a ">" line expects, and what came instead: the two are compared one by
 * one, in order.
 */

#include "tests/replay/trace.h"

enum call_kind {
	CALL_STATIC,
	CALL_DYN,
	CALL_DISCOVER,
	CALL_WAIT,
	CALL_RESOLVE,
	CALL_DIAL,
	CALL_ENDPOINT,
};

struct call {
	enum call_kind kind;
	struct trace_node node; /* of static, dyn; the endpoint of some more */
	int64_t wait_ms;
};

enum {
	CALL_TEXT_SIZE = 128
};

/** What an event brought about, and how much of it has been expected. */
struct calls {
	struct call *got; /* owned by whoever fills it */
	size_t count;
	size_t next;
	size_t line; /* of the event */
};

/** Compare the current line, which begins with ">". False: why is set. */
bool calls_expect(struct calls *calls, struct trace *trace);
/** The event's expectations are over: was that all? */
bool calls_end(const struct calls *calls, struct trace *trace);

#endif /* TESTS_REPLAY_CALL_H */
