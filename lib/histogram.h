/* SPDX-License-Identifier: MIT */
#ifndef DTI_HISTOGRAM_H
#define DTI_HISTOGRAM_H

/*
 * A histogram of 64-bit values with a relative error of at most 1 part in 32,
 * whatever their range: 32 linear steps for each power of two (the layout of
 * HdrHistogram with 5 bits; no package of it in C exists on Debian 12).
 *
 * Owner: one thread. Adding costs a count of leading zeros and an increment.
 */

#include "lib/dialtone.h"

#define DTI_HISTOGRAM_BITS 5
#define DTI_HISTOGRAM_BUCKETS \
	((64 - DTI_HISTOGRAM_BITS + 1) << DTI_HISTOGRAM_BITS)

struct dti_histogram {
	uint64_t buckets[DTI_HISTOGRAM_BUCKETS];
	uint64_t samples;
	uint64_t sum;
	uint64_t max;
};

/** Add a value; a negative one counts as 0. */
void dti_histogram_add(struct dti_histogram *histogram, int64_t value);

/** Forget all values. The larger the largest was, the more it costs. */
void dti_histogram_clear(struct dti_histogram *histogram);

/**
 * The least bucket's upper end that @per_mille thousandths of the values do not
 * exceed, and no more than the largest value; 0 if there are none.
 */
uint64_t dti_histogram_quantile(const struct dti_histogram *histogram,
				unsigned int per_mille);

/** The figures that the public API gives of it. */
void dti_histogram_read(const struct dti_histogram *histogram,
			struct dt_latency *out);

#endif /* DTI_HISTOGRAM_H */
