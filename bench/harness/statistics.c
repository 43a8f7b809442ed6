/* SPDX-License-Identifier: MIT */
#include "bench/harness/statistics.h"

#include <math.h>
#include <stdlib.h>

#include "bench/harness/bench.h"

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

static size_t without_nans(double *values, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (!isnan(values[i]))
			values[kept++] = values[i];
	}
	return kept;
}

struct bench_summary bench_statistics_summary(double *values, size_t count)
{
	struct bench_summary summary = {BENCH_NOT_MEASURED, BENCH_NOT_MEASURED,
					BENCH_NOT_MEASURED, 0};

	count = without_nans(values, count);
	if (count == 0)
		return summary;
	qsort(values, count, sizeof(*values), compare);
	summary.count = count;
	summary.min = values[0];
	summary.max = values[count - 1];
	summary.median = values[count / 2];
	if (count % 2 == 0)
		summary.median = (summary.median + values[count / 2 - 1]) / 2;
	return summary;
}
