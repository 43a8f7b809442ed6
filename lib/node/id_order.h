/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_ID_ORDER_H
#define DTI_NODE_ID_ORDER_H

/*
 * Nodes in the order of their ids: that of the bytes. What is sorted stands in
 * the nodes' stead, with the id's first bytes: nearly every comparison ends
 * with them and does not visit the nodes.
 */

#include "lib/dialtone.h"

struct dti_id_order_key {
	uint64_t prefix;            /* numbers compare as ids do */
	const struct dt_node *node; /* the caller's */
};

struct dti_id_order_key dti_id_order_key_of(const struct dt_node *node);

/**
 * Sort @keys, O(n log n) whatever the ids; equals keep their order.
 * @scratch: room for @count keys; undefined afterwards.
 */
void dti_id_order_sort(struct dti_id_order_key *keys,
		       struct dti_id_order_key *scratch, size_t count);

#endif /* DTI_NODE_ID_ORDER_H */
