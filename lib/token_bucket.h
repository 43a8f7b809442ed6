/* SPDX-License-Identifier: MIT */
#ifndef DTI_TOKEN_BUCKET_H
#define DTI_TOKEN_BUCKET_H

/*
 * A token bucket: full with @burst tokens, it gets @per_s tokens a second for
 * as long as it is not full. Counted in thousandths, of which a millisecond
 * brings exactly @per_s: nothing is rounded, so nothing drifts.
 *
 * A time before the latest one changes nothing, so a clock that goes back gives
 * nobody more.
 */

#include <stdbool.h>
#include <stdint.h>

struct dti_token_rate {
	uint32_t per_s; /* 0: no limit */
	uint64_t full_milli;
};

struct dti_token_bucket {
	uint64_t milli;
	int64_t as_of_ms;
};

/** @burst: 0 counts as 1, as an empty bucket would let nothing pass ever. */
struct dti_token_rate dti_token_rate(uint32_t per_s, uint32_t burst);

struct dti_token_bucket dti_token_bucket_full(const struct dti_token_rate *rate,
					      int64_t now_ms);
/** What time has brought until now; is there a token? */
bool dti_token_bucket_fill(struct dti_token_bucket *bucket,
			   const struct dti_token_rate *rate, int64_t now_ms);
/** Take the token that fill() has said is there. */
void dti_token_bucket_take(struct dti_token_bucket *bucket,
			   const struct dti_token_rate *rate);

#endif /* DTI_TOKEN_BUCKET_H */
