/* SPDX-License-Identifier: MIT */
#include "lib/histogram.h"

#include <string.h>

#define STEPS (1u << DTI_HISTOGRAM_BITS)

static size_t bucket_of(uint64_t value)
{
	unsigned int shift;

	if (value < STEPS)
		return (size_t)value;
	shift = 63u - (unsigned int)__builtin_clzll(value) - DTI_HISTOGRAM_BITS;
	return ((size_t)shift << DTI_HISTOGRAM_BITS) + (size_t)(value >> shift);
}

static uint64_t upper_end(size_t bucket)
{
	size_t shift;
	uint64_t step;

	if (bucket < (size_t)2 * STEPS)
		return bucket;
	shift = (bucket >> DTI_HISTOGRAM_BITS) - 1;
	step = (bucket & (STEPS - 1)) + STEPS;
	return (step << shift) + (((uint64_t)1 << shift) - 1);
}

void dti_histogram_add(struct dti_histogram *histogram, int64_t value)
{
	uint64_t sample = value > 0 ? (uint64_t)value : 0;

	histogram->buckets[bucket_of(sample)]++;
	histogram->samples++;
	histogram->sum += sample;
	if (sample > histogram->max)
		histogram->max = sample;
}

void dti_histogram_clear(struct dti_histogram *histogram)
{
	size_t used = bucket_of(histogram->max) + 1;

	memset(histogram->buckets, 0, used * sizeof(histogram->buckets[0]));
	histogram->samples = 0;
	histogram->sum = 0;
	histogram->max = 0;
}

uint64_t dti_histogram_quantile(const struct dti_histogram *histogram,
				unsigned int per_mille)
{
	/* In this order it cannot overflow below 1.8e16 samples. */
	uint64_t wanted = (histogram->samples * per_mille + 999) / 1000;
	uint64_t seen = 0;

	if (histogram->samples == 0)
		return 0;
	for (size_t i = 0; i < DTI_HISTOGRAM_BUCKETS; i++) {
		seen += histogram->buckets[i];
		if (seen >= wanted && seen > 0) {
			uint64_t end = upper_end(i);

			return end < histogram->max ? end : histogram->max;
		}
	}
	return histogram->max;
}

void dti_histogram_read(const struct dti_histogram *histogram,
			struct dt_latency *out)
{
	*out = (struct dt_latency){
		.samples = histogram->samples,
		.p50_ns = dti_histogram_quantile(histogram, 500),
		.p99_ns = dti_histogram_quantile(histogram, 990),
		.p999_ns = dti_histogram_quantile(histogram, 999),
		.max_ns = histogram->max,
		.sum_ns = histogram->sum,
	};
}
