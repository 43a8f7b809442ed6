/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_MEASURED_H
#define BENCH_HARNESS_MEASURED_H

/*
 * All that one program has found: each round of each contender at each point.
 * Filled by bench_rounds_run(), read by whatever reports. Allocated once.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bench/harness/arguments.h"
#include "bench/harness/bench.h"
#include "bench/harness/statistics.h"

/** One contender at one point. */
struct bench_cell {
	struct bench_result *rounds;
	unsigned int round_count; /* 0: it does not run there */
	bool is_given_up;         /* it takes far too long for another round */
};

struct bench_measured {
	const struct bench *bench;
	const struct bench_arguments *arguments;
	size_t parameter_count;
	size_t figure_count;
	size_t contender_count;
	size_t point_count;
	/* The point_count that are measured, in the order of the bench. */
	struct bench_point *points;
	/* contender_count for each point. */
	struct bench_cell *cells;
	/* For each contender: true if it is a peer that is not there. */
	bool *missing;
	struct bench_result *results; /* what the cells point into */
};

/** False: no memory. */
bool bench_measured_init(struct bench_measured *measured,
			 const struct bench *bench,
			 const struct bench_arguments *arguments);
void bench_measured_fini(struct bench_measured *measured);

struct bench_cell *bench_measured_cell(const struct bench_measured *measured,
				       size_t point, size_t contender);

/** Of the rounds that did not fail. */
struct bench_summary
bench_measured_summary(const struct bench_measured *measured, size_t point,
		       size_t contender, size_t figure);

/** Why a round failed, the first one; NULL: none did. */
const char *bench_measured_failure(const struct bench_measured *measured,
				   size_t point, size_t contender);

/** At least one round did not fail. */
bool bench_measured_succeeded(const struct bench_measured *measured,
			      size_t point, size_t contender);

struct bench_missing {
	char text[256];
};
/** Of a contender that is missing: why, and what to do. */
struct bench_missing
bench_measured_missing(const struct bench_measured *measured, size_t contender);

/**
 * What the others at @point are compared with: the floor, else the first one
 * that was measured there; contender_count: there is none.
 */
size_t bench_measured_base(const struct bench_measured *measured, size_t point);

/** True: it was measured at some point at least once. */
bool bench_measured_any(const struct bench_measured *measured);

/** An index, or the count when there is no such name. */
size_t bench_measured_find_figure(const struct bench_measured *measured,
				  const char *name);
size_t bench_measured_find_contender(const struct bench_measured *measured,
				     const char *name);

#endif /* BENCH_HARNESS_MEASURED_H */
