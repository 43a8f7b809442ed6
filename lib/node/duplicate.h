/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_DUPLICATE_H
#define DTI_NODE_DUPLICATE_H

#include "lib/dialtone.h"

/** Where an id stands twice; first < second. */
struct dti_duplicate {
	bool found;
	size_t first;
	size_t second;
};

/**
 * Find the node whose id is the first to stand before it already: the least
 * @second, and the nearest @first before it. O(n log n), whatever the ids.
 * Errors: DT_ERR_NO_MEMORY.
 */
dt_err dti_duplicate_find(struct dti_duplicate *out,
			  const struct dt_node *nodes, size_t count,
			  const struct dt_allocator *allocator);

#endif /* DTI_NODE_DUPLICATE_H */
