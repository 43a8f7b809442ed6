/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_DRAW_H
#define DTI_NODE_DRAW_H

/*
 * Some nodes of many that are seen one after the other, each as likely to be
 * among them, in random order: what a table's rows need, of which nobody knows
 * beforehand how many will come.
 */

#include "lib/crypto/random.h"
#include "lib/dialtone.h"

struct dti_node_draw {
	struct dti_random random;
	struct dt_node *out; /* the caller's; @count of them are drawn */
	size_t max;
	size_t count;
	uint32_t seen;
};

/** Draw at most @max nodes into @out. @seed decides which. */
void dti_node_draw_init(struct dti_node_draw *draw, struct dt_node *out,
			size_t max, uint64_t seed);
/** Here is one more. */
void dti_node_draw_see(struct dti_node_draw *draw, const struct dt_node *node);
/** Those drawn are settled; from now on draw the rest of @max from others. */
void dti_node_draw_settle(struct dti_node_draw *draw);

#endif /* DTI_NODE_DRAW_H */
