/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_AXIS_H
#define BENCH_HARNESS_AXIS_H

/*
 * Where an axis of a plot has its marks: at round values of its unit, also in
 * powers of two for bytes.
 */

#include <stdbool.h>
#include <stddef.h>

#define BENCH_AXIS_TICS_MAX 64

struct bench_axis {
	/* From the first to the last one is the range of the axis. */
	double tics[BENCH_AXIS_TICS_MAX];
	size_t count;
};

/** A linear axis for 0 to @max; @unit as in scale.h. */
struct bench_axis bench_axis_linear(double max, const char *unit);

/** A logarithmic one for @min to @max, both above 0. */
struct bench_axis bench_axis_log(double min, double max, const char *unit);

#endif /* BENCH_HARNESS_AXIS_H */
