/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_DISTANCE_H
#define DTI_DISCV4_DISTANCE_H

/*
 * Kademlia's metric (Maymounkov and Mazieres 2002) as discv4 uses it: XOR of
 * the Keccak-256 hashes of node ids.
 */

#include "lib/dialtone.h"

/** Where a node is in the key space. */
struct dti_place {
	uint8_t bytes[32];
};

#define DTI_BUCKETS 17 /* of a table: the farthest 16 distances, and the rest */

struct dti_place dti_place_of(const struct dt_node_id *id);
/** 0 for the same place, else 1 + the index of the highest bit that differs. */
unsigned int dti_place_log_distance(const struct dti_place *a,
				    const struct dti_place *b);
/** The bucket that a node at @log_distance belongs to: 0 to DTI_BUCKETS - 1. */
unsigned int dti_place_bucket(unsigned int log_distance);
/** Negative: @a is closer to @target than @b; 0: the same place. */
int dti_place_compare(const struct dti_place *target, const struct dti_place *a,
		      const struct dti_place *b);

#endif /* DTI_DISCV4_DISTANCE_H */
