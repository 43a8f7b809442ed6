/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_SHUFFLE_H
#define DTI_NODE_SHUFFLE_H

/*
 * The numbers from 0 to count - 1 in an order that a seed picks, one at a time,
 * each exactly once, without memory of those that were given: what drawing
 * without repeats would need. Not for secrets.
 */

#include <stdint.h>

struct dti_shuffle {
	uint64_t seed;
	uint32_t count;
	/* A square, nearly, of at least count cells, few more. */
	uint32_t rows;
	uint32_t columns;
};

/** @count may be 0. Cost: the square root of @count, in additions. */
void dti_shuffle_init(struct dti_shuffle *shuffle, uint32_t count,
		      uint64_t seed);
/** The number at @place, which is less than count. O(1) on average. */
uint32_t dti_shuffle_at(const struct dti_shuffle *shuffle, uint32_t place);

#endif /* DTI_NODE_SHUFFLE_H */
