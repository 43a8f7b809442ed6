/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/harness/measure.h"

bool bench_latencies_init(struct bench_latencies *latencies, size_t max)
{
	*latencies = (struct bench_latencies){.stride = 1};
	latencies->values = malloc(max * sizeof(*latencies->values));
	if (!latencies->values)
		return false;
	latencies->max = max;
	/* The pages come now, not while something is measured. */
	memset(latencies->values, 1, max * sizeof(*latencies->values));
	return true;
}

void bench_latencies_fini(struct bench_latencies *latencies)
{
	free(latencies->values);
	*latencies = (struct bench_latencies){.stride = 1};
}

static void thin_out(struct bench_latencies *latencies)
{
	size_t kept = 0;

	for (size_t i = 0; i < latencies->count; i += 2)
		latencies->values[kept++] = latencies->values[i];
	latencies->count = kept;
	latencies->stride *= 2;
}

void bench_latencies_add(struct bench_latencies *latencies, int64_t ns)
{
	uint64_t index = latencies->seen++;

	if (index & (latencies->stride - 1))
		return;
	if (latencies->count == latencies->max) {
		thin_out(latencies);
		if (index & (latencies->stride - 1))
			return;
	}
	latencies->values[latencies->count++] = ns;
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

double bench_latencies_quantile(struct bench_latencies *latencies, double share)
{
	size_t rank;

	if (latencies->count == 0)
		return BENCH_NOT_MEASURED;
	qsort(latencies->values, latencies->count, sizeof(*latencies->values),
	      compare);
	rank = (size_t)ceil(share * (double)latencies->count);
	if (rank > 0)
		rank--;
	if (rank >= latencies->count)
		rank = latencies->count - 1;
	return (double)latencies->values[rank] * 1e-9;
}
