/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_LOAD_H
#define BENCH_CONTENDERS_LOAD_H

/*
 * A dialer under load. Dials are in flight all the time; beside them run, in
 * turn: nothing; threads that are busy with something else; threads of the
 * embedder that go through a round of calls again and again without a pause:
 * add a static node, read the counters, add a peer, explain the node, remove
 * the peer and the node.
 *
 * One thread more makes a call of each kind now and then, and takes the time.
 * The times of a thread that never pauses would say little about how long one
 * waits: who waits makes no call meanwhile, and who is let through makes
 * thousands.
 */

#include <pthread.h>
#include <stdatomic.h>

#include "bench/contenders/callable.h"
#include "bench/harness/measure.h"

enum load_phase {
	LOAD_ALONE, /* nothing but the dials */
	LOAD_BUSY,  /* beside threads that do something else */
	LOAD_CALLS, /* beside threads that call */
	LOAD_PHASES
};

struct load_caller;

struct load {
	const struct callable *subject;
	void *dialer;
	struct callable_dials dials;
	struct dt_node *nodes;
	struct load_caller *callers; /* the last one takes the time */
	size_t caller_count;         /* without the last one */
	enum load_phase phase;
	/* Shared: relaxed, nothing is published by it. */
	_Atomic bool over;

	/* What was found. */
	double ended[LOAD_PHASES]; /* dials */
	double seconds[LOAD_PHASES];
	uint64_t calls; /* without those that were timed */
	struct bench_latencies latencies[CALLABLE_COUNT];
	struct bench_latencies commands; /* all that ask for no answer */
	struct bench_latencies peers;    /* added and removed */
};

/** False: no memory. Pair with fini. */
bool load_init(struct load *load, size_t callers, uint32_t in_flight,
	       int64_t dial_ns);
void load_fini(struct load *load);
/** Start a dialer, measure for about so long, stop it. False: no threads. */
bool load_run(struct load *load, const struct callable *subject,
	      double seconds);
/** Dials that ended, a second. */
double load_dial_rate(const struct load *load, enum load_phase phase);

#endif /* BENCH_CONTENDERS_LOAD_H */
