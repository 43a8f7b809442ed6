/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_STATISTICS_H
#define BENCH_HARNESS_STATISTICS_H

#include <stddef.h>

/** Of the rounds of one figure. All are NAN when count is 0. */
struct bench_summary {
	double median;
	double min;
	double max;
	size_t count; /* of the values that are not NAN */
};

/** Sorts @values. NANs are left out; the median of two is their mean. */
struct bench_summary bench_statistics_summary(double *values, size_t count);

#endif /* BENCH_HARNESS_STATISTICS_H */
