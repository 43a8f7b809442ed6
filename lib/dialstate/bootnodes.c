/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/bootnodes.h"

#include "lib/memory.h"
#include "lib/node/id.h"
#include "lib/node/node_copy.h"

struct dti_bootnode {
	struct dti_bootnode *next;
	struct dt_node node;
	char host_name[];
};

static void append(struct dti_bootnodes *ring, struct dti_bootnode *bootnode)
{
	bootnode->next = NULL;
	if (ring->tail != NULL)
		ring->tail->next = bootnode;
	else
		ring->head = bootnode;
	ring->tail = bootnode;
	ring->count++;
}

static struct dti_bootnode *take_head(struct dti_bootnodes *ring)
{
	struct dti_bootnode *head = ring->head;

	if (head == NULL)
		return NULL;
	ring->head = head->next;
	if (ring->head == NULL)
		ring->tail = NULL;
	ring->count--;
	return head;
}

bool dti_bootnodes_add(struct dti_bootnodes *ring, const struct dt_node *node,
		       const struct dt_allocator *allocator)
{
	size_t name_size = dti_node_copy_name_size(node);
	struct dti_bootnode *bootnode;

	bootnode = dti_malloc(allocator, sizeof(*bootnode) + name_size);
	if (bootnode == NULL)
		return false;
	(void)dti_node_copy(&bootnode->node, bootnode->host_name, node);
	append(ring, bootnode);
	return true;
}

bool dti_bootnodes_remove(struct dti_bootnodes *ring,
			  const struct dt_node_id *id,
			  const struct dt_allocator *allocator)
{
	uint64_t before = ring->count;

	for (uint64_t i = 0; i < before; i++) {
		struct dti_bootnode *bootnode = take_head(ring);

		if (dti_node_id_equal(&bootnode->node.id, id))
			dti_free(allocator, bootnode);
		else
			append(ring, bootnode);
	}
	return ring->count != before;
}

const struct dt_node *dti_bootnodes_turn(struct dti_bootnodes *ring)
{
	struct dti_bootnode *head = take_head(ring);

	if (head == NULL)
		return NULL;
	append(ring, head);
	return &head->node;
}

void dti_bootnodes_fini(struct dti_bootnodes *ring,
			const struct dt_allocator *allocator)
{
	struct dti_bootnode *bootnode;

	while ((bootnode = take_head(ring)) != NULL)
		dti_free(allocator, bootnode);
}
