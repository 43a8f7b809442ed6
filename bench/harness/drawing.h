/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_DRAWING_H
#define BENCH_HARNESS_DRAWING_H

/*
 * What is on a plot: the points that lie on its x axis, in order, and the
 * contenders that were measured at one of them. Allocated once.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/harness/measured.h"

/** One place on the x axis. */
struct bench_mark {
	int64_t x;
	size_t point; /* that was measured there */
};

struct bench_drawing {
	const struct bench_measured *measured;
	const struct bench_plot *plot;
	size_t figure;
	size_t parameter;
	struct bench_mark *marks; /* by x */
	size_t mark_count;
	/* For each contender: has it a line? */
	bool *drawn;
	size_t drawn_count;
	/* Of all values: the smallest above 0 (infinite: none), the largest. */
	double least;
	double most;
};

/**
 * False: no memory, or the plot names a figure or a parameter that the bench
 * has not. Nothing to undo then.
 */
bool bench_drawing_init(struct bench_drawing *drawing,
			const struct bench_measured *measured,
			const struct bench_plot *plot);
void bench_drawing_fini(struct bench_drawing *drawing);

#endif /* BENCH_HARNESS_DRAWING_H */
