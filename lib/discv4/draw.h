/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_DRAW_H
#define DTI_DISCV4_DRAW_H

#include "lib/dialtone.h"

/**
 * dti_discv4_draw - nodes to dial, picked at random from a table.
 * @out: at most @max, each another one; the number is returned.
 * @entries: @count of them, bucket by bucket.
 * @seed: of the choice; for one call.
 *
 * One of each bucket in turn, so that the few nodes that are near do not drown
 * in the many that are far; the order of buckets, and of nodes within one, is a
 * matter of chance. Nodes that cannot be dialed (no address, no TCP port) are
 * left out. O(@count); no allocation.
 */
size_t dti_discv4_draw(struct dt_node *out, size_t max,
		       const struct dt_discv4_entry *entries, size_t count,
		       uint64_t seed);

#endif /* DTI_DISCV4_DRAW_H */
