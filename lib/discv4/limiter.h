/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_LIMITER_H
#define DTI_DISCV4_LIMITER_H

/*
 * How much of a stranger's packets is worth a signature: a token bucket for
 * each network they come from (/24, /64) and one for all. Identities cost
 * nothing, so only addresses are counted.
 *
 * Addresses that have proven to be somebody's have a bucket for all of them of
 * their own, as large: the flood that the other is there for has forged ones. It
 * may have forged these too, since who they are is no secret; so there is a limit
 * of what it can take of a processor. Private ones have none: nobody outside can
 * send from there.
 *
 * Bounded: a fixed hash table, keyed, set-associative. Where it is full the
 * network that has been quiet longest gives way; that starts with a full bucket
 * then, so forging many sources gains what the bucket for all still allows, and
 * no more: a network gets its place with a packet that passes.
 *
 * Owner: the state machine that has it. All O(1), no allocation after create.
 */

#include "lib/dialtone.h"

struct dti_limiter;

/** A rate of 0: no limit of that kind. A burst of 0 counts as 1. */
struct dti_limiter_rates {
	uint32_t subnet_per_s; /* packets a second, in the long run */
	uint32_t subnet_burst; /* packets at once */
	uint32_t all_per_s;    /* of strangers, and of known addresses */
	uint32_t all_burst;
	/* Remembered at once; rounded up to a power of two, at least 8. Each
	 * takes 32 bytes. */
	size_t subnets;
};

/** @key: secret. NULL: no memory. */
struct dti_limiter *dti_limiter_create(const struct dti_limiter_rates *rates,
				       const uint8_t key[16],
				       const struct dt_allocator *allocator);
/** NULL is allowed. */
void dti_limiter_destroy(struct dti_limiter *limiter);

enum dti_limiter_verdict {
	DTI_LIMITER_PASS,
	DTI_LIMITER_SUBNET_FULL,
	DTI_LIMITER_ALL_FULL
};
/**
 * A packet from @source: take a token of both, or of neither. Loopback is no
 * exception for strangers. @is_known: the address has been proven, so that what
 * strangers use up does not count against it. A time before the latest one brings
 * no tokens.
 */
enum dti_limiter_verdict dti_limiter_take(struct dti_limiter *limiter,
					  const struct dt_endpoint *source,
					  bool is_known, int64_t now_ms);

/** Assert every invariant; for tests. */
void dti_limiter_verify(const struct dti_limiter *limiter);

#endif /* DTI_DISCV4_LIMITER_H */
