/* SPDX-License-Identifier: MIT */
/* When refreshes and checks are due, and what a pong does to the table. */
#include "lib/discv4/state.h"
#include "lib/node/endpoint.h"

size_t dti_discv4_entries(const struct dti_discv4 *discv4)
{
	struct dti_table_sizes sizes;

	dti_table_sizes(discv4->table, &sizes);
	return sizes.entries;
}

void dti_discv4_maintain(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	if (!discv4->started)
		return;
	if (discv4->next_refresh_ms <= now.ms)
		dti_discv4_begin_refresh(discv4, now);
	if (dti_discv4_entries(discv4) == 0) {
		discv4->next_check_ms = INT64_MAX;
		return;
	}
	if (discv4->next_check_ms <= now.ms)
		dti_discv4_check(discv4, now);
	else if (discv4->next_check_ms != INT64_MAX)
		return;
	discv4->next_check_ms = now.ms + dti_discv4_check_delay(discv4);
}

int64_t dti_discv4_maintain_deadline(const struct dti_discv4 *discv4)
{
	int64_t check_ms = discv4->next_check_ms;

	if (!discv4->started)
		return INT64_MAX;
	/* The first entry came since the last tick: begin to check. */
	if (check_ms == INT64_MAX && dti_discv4_entries(discv4) > 0)
		return 0;
	return check_ms < discv4->next_refresh_ms ? check_ms
						  : discv4->next_refresh_ms;
}

void dti_discv4_ponged(struct dti_discv4 *discv4,
		       const struct dti_request *request,
		       struct dti_discv4_now now)
{
	const struct dt_node *node = &request->node;
	struct dti_table_entry *entry =
		dti_table_find(discv4->table, &node->id);
	struct dti_place place;

	(void)dti_proofs_ponged(discv4->proofs, &node->id, &node->endpoint,
				now.ms);
	if (entry != NULL &&
	    dti_endpoint_equal(&entry->node.endpoint, &node->endpoint)) {
		dti_table_alive(discv4->table, entry, now.ms);
		return;
	}
	/* Strangers may not fill a table that knows nobody yet. */
	if (!discv4->ready && entry == NULL &&
	    (request->purpose_kind & DTI_REQUEST_BACK) != 0)
		return;
	if (!dti_netrestrict_allows(discv4->config.netrestrict,
				    &node->endpoint))
		return;
	place = dti_place_of(&node->id);
	(void)dti_table_add(discv4->table, node, &place, true, now.ms);
	entry = dti_table_find(discv4->table, &node->id);
	if (entry != NULL)
		dti_table_alive(discv4->table, entry, now.ms);
}
