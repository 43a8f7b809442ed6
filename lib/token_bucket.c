/* SPDX-License-Identifier: MIT */
#include "lib/token_bucket.h"

#include "lib/assert.h"

#define MILLI 1000

struct dti_token_rate dti_token_rate(uint32_t per_s, uint32_t burst)
{
	return (struct dti_token_rate){
		.per_s = per_s,
		.full_milli = (uint64_t)(burst > 0 ? burst : 1) * MILLI,
	};
}

struct dti_token_bucket dti_token_bucket_full(const struct dti_token_rate *rate,
					      int64_t now_ms)
{
	return (struct dti_token_bucket){
		.milli = rate->full_milli,
		.as_of_ms = now_ms,
	};
}

bool dti_token_bucket_fill(struct dti_token_bucket *bucket,
			   const struct dti_token_rate *rate, int64_t now_ms)
{
	uint64_t missing = rate->full_milli - bucket->milli;
	uint64_t gain;

	if (rate->per_s == 0)
		return true;
	if (now_ms > bucket->as_of_ms) {
		/* Unsigned: the difference of any two times. */
		uint64_t ms = (uint64_t)now_ms - (uint64_t)bucket->as_of_ms;

		if (__builtin_mul_overflow(ms, rate->per_s, &gain) ||
		    gain > missing)
			gain = missing;
		bucket->milli += gain;
		bucket->as_of_ms = now_ms;
	}
	return bucket->milli >= MILLI;
}

void dti_token_bucket_take(struct dti_token_bucket *bucket,
			   const struct dti_token_rate *rate)
{
	if (rate->per_s == 0)
		return;
	DTI_ASSERT(bucket->milli >= MILLI);
	bucket->milli -= MILLI;
}
