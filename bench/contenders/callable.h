/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_CALLABLE_H
#define BENCH_CONTENDERS_CALLABLE_H

/*
 * Dialers as the threads of an embedder see them: something that dials all the
 * time, and calls on it. Its dials reach nobody: each takes its time asleep and
 * is refused then, so that what differs is all the dialer's.
 */

#include <stdatomic.h>

#include "lib/dialtone.h"

enum callable_call {
	CALLABLE_ADD_STATIC,
	CALLABLE_REMOVE_STATIC,
	CALLABLE_PEER_ADDED,
	CALLABLE_PEER_REMOVED,
	CALLABLE_COUNTERS,
	CALLABLE_EXPLAIN,
	CALLABLE_SET, /* another netrestrict list */
	CALLABLE_COUNT
};

struct callable_dials {
	uint32_t in_flight;
	int64_t each_ns; /* on average */
	/* More than are in flight: each is dialed again when its turn comes. */
	const struct dt_node *nodes;
	size_t node_count;
	/* Shared: those that have ended. Relaxed: a count. */
	_Atomic uint64_t ended;
};

struct callable {
	/** Make it dial @dials, which must outlive it. NULL: it cannot. */
	void *(*start)(struct callable_dials *dials);
	void (*stop)(void *dialer);
	/** Any thread. False: refused. */
	bool (*call)(void *dialer, enum callable_call call,
		     const struct dt_node *node);
};

/** As many workers as dials that may be active. */
extern const struct callable callable_dialtone;
/** A quarter more may be active: they wait for a worker that gets free. */
extern const struct callable callable_dialtone_ahead;
extern const struct callable callable_mutex;

#endif /* BENCH_CONTENDERS_CALLABLE_H */
