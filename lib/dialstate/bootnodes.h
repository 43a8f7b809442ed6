/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_BOOTNODES_H
#define DTI_DIALSTATE_BOOTNODES_H

/*
 * The ring of nodes to dial when there are no peers: whoever had its turn goes
 * to the end, whatever came of it. All O(1) but remove, which walks the ring.
 */

#include "lib/dialtone.h"

struct dti_bootnode;

struct dti_bootnodes {
	struct dti_bootnode *head;
	struct dti_bootnode *tail;
	uint64_t count;
};

/** To the end; repeats are kept. Copies the name. False: no memory. */
bool dti_bootnodes_add(struct dti_bootnodes *ring, const struct dt_node *node,
		       const struct dt_allocator *allocator);
/** Also its repeats. False: it was none. */
bool dti_bootnodes_remove(struct dti_bootnodes *ring,
			  const struct dt_node_id *id,
			  const struct dt_allocator *allocator);
/** Whose turn it is; NULL: nobody's. Valid until it is removed. */
const struct dt_node *dti_bootnodes_turn(struct dti_bootnodes *ring);
void dti_bootnodes_fini(struct dti_bootnodes *ring,
			const struct dt_allocator *allocator);

#endif /* DTI_DIALSTATE_BOOTNODES_H */
