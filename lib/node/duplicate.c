/* SPDX-License-Identifier: MIT */
#include "lib/node/duplicate.h"

#include "lib/memory.h"
#include "lib/node/id.h"
#include "lib/node/id_order.h"

static struct dti_duplicate first_repeat(const struct dti_id_order_key *sorted,
					 size_t count,
					 const struct dt_node *nodes)
{
	struct dti_duplicate duplicate = {.found = false};

	for (size_t i = 1; i < count; i++) {
		const struct dti_id_order_key *before = &sorted[i - 1];
		size_t second = (size_t)(sorted[i].node - nodes);

		if (before->prefix != sorted[i].prefix ||
		    !dti_node_id_equal(&before->node->id, &nodes[second].id))
			continue;
		if (duplicate.found && duplicate.second < second)
			continue;
		duplicate = (struct dti_duplicate){
			.found = true,
			.first = (size_t)(before->node - nodes),
			.second = second,
		};
	}
	return duplicate;
}

dt_err dti_duplicate_find(struct dti_duplicate *out,
			  const struct dt_node *nodes, size_t count,
			  const struct dt_allocator *allocator)
{
	struct dti_id_order_key *keys;

	*out = (struct dti_duplicate){.found = false};
	if (count < 2)
		return DT_OK;
	keys = dti_calloc(allocator, count, 2 * sizeof(*keys));
	if (keys == NULL)
		return DT_ERR_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		keys[i] = dti_id_order_key_of(&nodes[i]);
	dti_id_order_sort(keys, keys + count, count);
	*out = first_repeat(keys, count, nodes);
	dti_free(allocator, keys);
	return DT_OK;
}
