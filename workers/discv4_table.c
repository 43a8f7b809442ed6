/* SPDX-License-Identifier: MIT */
/* Discovery as a dialer's table. */
#include <string.h>

#include "workers/discv4.h"

/* On the scheduler's thread: waits for nobody. */
static size_t random_nodes(void *context, struct dt_node *out, size_t max)
{
	dt_discv4 *discv4 = context;

	return dti_published_table_random(&discv4->published, out, max);
}

static bool resolve(void *context, const struct dt_op *op,
		    struct dt_endpoint *out, const struct dt_node_id *id)
{
	struct dti_discv4_question question = {
		.kind = DTI_QUERY_RESOLVE,
		.target = *id,
	};
	struct dti_query_slot *slot;

	if (dti_discv4_query(context, &slot, &question, op) != DT_OK)
		return false;
	*out = slot->answer.nodes[0].endpoint;
	dti_query_give(slot);
	/* A node that takes no connections is found, but not to be dialed. */
	return out->tcp_port != 0;
}

static bool lookup(void *context, const struct dt_op *op, struct dt_node *out,
		   size_t max, size_t *count, const struct dt_node_id *target)
{
	struct dti_discv4_question question = {
		.kind = DTI_QUERY_LOOKUP,
		.target = *target,
	};
	struct dti_query_slot *slot;

	if (dti_discv4_query(context, &slot, &question, op) != DT_OK)
		return false;
	*count = slot->answer.count < max ? slot->answer.count : max;
	if (*count > 0)
		memcpy(out, slot->answer.nodes, *count * sizeof(*out));
	dti_query_give(slot);
	return true;
}

struct dt_table dt_discv4_table(dt_discv4 *discv4)
{
	/*
	 * No close: a dialer that stops cancels the op of each call, which ends
	 * it as well; and other dialers may have the same table.
	 */
	return (struct dt_table){
		.context = discv4,
		.random_nodes = random_nodes,
		.resolve = resolve,
		.lookup = lookup,
	};
}
