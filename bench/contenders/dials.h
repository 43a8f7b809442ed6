/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_DIALS_H
#define BENCH_CONTENDERS_DIALS_H

/*
 * What the contenders of bench_dials have in common. Each dials the nodes of a
 * dial site (dial_site.h) in rotation: a TCP connection is made and, once it is
 * up, closed with a reset, so that neither side keeps anything of it.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/harness/bench.h"
#include "bench/harness/measure.h"

/* The parameters and figures of bench_dials, in their order. */
enum dials_parameter {
	DIALS_WORKERS, /* dials under way at once */
	DIALS_NODES,
	DIALS_REFUSED, /* 1: nobody listens, and refused is what is wanted */
	DIALS_PORT,
};
enum dials_figure {
	DIALS_PER_S,
	DIALS_CPU_S,
	DIALS_FAILURES_PER_S,
};

/** How many have ended as they should, and how many otherwise. */
struct dials_count {
	uint64_t done;
	uint64_t failed;
};

/** Both numbers of a contender, added to by one thread. On its own line. */
struct dials_tally {
	_Alignas(64) _Atomic uint64_t done;
	_Atomic uint64_t failed;
};
/** A dial ended; @sys_errno: 0 if it connected. Its one thread. */
void dials_tally_add(struct dials_tally *tally, const struct bench_run *run,
		     int sys_errno);
/** The sum of several. Any thread. */
struct dials_count dials_tally_sum(const struct dials_tally *tallies,
				   size_t count);

/**
 * Measure what runs already: warm up, then take the numbers at both ends of the
 * time. @count is called with @context and answers the numbers of this moment.
 */
void dials_observe(struct bench_result *result, const struct bench_run *run,
		   struct dials_count (*count)(void *context), void *context);

/** Close a socket with a reset. */
void dials_abort(int fd);

#endif /* BENCH_CONTENDERS_DIALS_H */
