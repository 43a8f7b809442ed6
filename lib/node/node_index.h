/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_INDEX_H
#define DTI_NODE_INDEX_H

/*
 * A set of nodes to look things up in: sorted by id, once, and then never
 * changed. So any number of threads may read it.
 *
 * Cost: create O(n log n), find O(log n), closest O(max + log n) for ids that
 * are not made to share long prefixes (O(max + 512 log n) for any), random
 * O(max). A node takes 96 bytes and its host name.
 */

#include "lib/dialtone.h"

struct dti_node_index;

/**
 * dti_node_index_create - make an index of @count nodes.
 * @nodes: copied with their names; no id may stand twice.
 * Pair with destroy. Errors: DT_ERR_NO_MEMORY.
 */
dt_err dti_node_index_create(struct dti_node_index **out,
			     const struct dt_node *nodes, size_t count,
			     const struct dt_allocator *allocator);
/** NULL is allowed. */
void dti_node_index_destroy(struct dti_node_index *index,
			    const struct dt_allocator *allocator);

/** Also one without address; it and its name are the index's. NULL: none. */
const struct dt_node *dti_node_index_find(const struct dti_node_index *index,
					  const struct dt_node_id *id);

/*
 * Copies of nodes that have an address, without their host names, which would
 * be the index's.
 */

/** The @max nodes closest to @target by XOR of the ids, in no order. */
size_t dti_node_index_closest(const struct dti_node_index *index,
			      struct dt_node *out, size_t max,
			      const struct dt_node_id *target);
/**
 * @max different nodes, each as likely as any other, in random order. The same
 * @seed gives the same ones; a seed is for one call.
 */
size_t dti_node_index_random(const struct dti_node_index *index,
			     struct dt_node *out, size_t max, uint64_t seed);

#endif /* DTI_NODE_INDEX_H */
