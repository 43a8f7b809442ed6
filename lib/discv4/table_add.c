/* SPDX-License-Identifier: MIT */
#include "lib/discv4/table_state.h"
#include "lib/memory.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"

static bool is_full(const struct dti_table *table,
		    const struct dti_bucket *bucket,
		    const struct dti_subnet *subnet)
{
	return dti_bucket_in_subnet(bucket, subnet) >= DTI_SUBNET_A_BUCKET ||
	       dti_subnet_counts_get(&table->subnets, subnet) >=
		       DTI_SUBNET_A_TABLE;
}

/* It is counted with another network from now on, if there is room. */
static enum dti_table_added move_subnet(struct dti_table *table,
					struct dti_table_entry *entry,
					const struct dti_subnet *subnet)
{
	if (is_full(table, &table->buckets[entry->bucket], subnet))
		return DTI_TABLE_SUBNET_FULL;
	if (!dti_subnet_counts_add(&table->subnets, subnet))
		return DTI_TABLE_NO_MEMORY;
	dti_subnet_counts_remove(&table->subnets, &entry->subnet);
	entry->subnet = *subnet;
	return DTI_TABLE_KNOWN;
}

static enum dti_table_added set_endpoint(struct dti_table *table,
					 struct dti_table_entry *entry,
					 const struct dt_endpoint *endpoint)
{
	struct dti_subnet subnet =
		dti_subnet_counts_subnet(&table->subnets, endpoint);
	enum dti_table_added added = DTI_TABLE_KNOWN;

	if (dti_endpoint_equal(&entry->node.endpoint, endpoint))
		return DTI_TABLE_KNOWN;
	if (!dti_subnet_equal(&entry->subnet, &subnet))
		added = move_subnet(table, entry, &subnet);
	if (added != DTI_TABLE_KNOWN)
		return added;
	entry->node.endpoint = *endpoint;
	dti_table_touch(table, entry);
	return DTI_TABLE_KNOWN;
}

static enum dti_table_added meet_again(struct dti_table *table,
				       struct dti_table_entry *entry,
				       const struct dt_endpoint *endpoint,
				       bool proven)
{
	enum dti_table_added added = DTI_TABLE_KNOWN;

	/* What was verified is not given up for what somebody says. */
	if (proven || entry->liveness == 0)
		added = set_endpoint(table, entry, endpoint);
	if (added == DTI_TABLE_KNOWN && proven && entry->is_replacement)
		dti_bucket_to_front(&table->buckets[entry->bucket], entry);
	return added;
}

static enum dti_table_added insert(struct dti_table *table,
				   const struct dti_table_entry *made)
{
	struct dti_bucket *bucket = &table->buckets[made->bucket];
	struct dti_table_entry *entry;
	struct dti_table_entry *gone;

	if (is_full(table, bucket, &made->subnet))
		return DTI_TABLE_SUBNET_FULL;
	entry = dti_malloc(table->allocator, sizeof(*entry));
	if (entry == NULL)
		return DTI_TABLE_NO_MEMORY;
	if (!dti_subnet_counts_add(&table->subnets, &made->subnet)) {
		dti_free(table->allocator, entry);
		return DTI_TABLE_NO_MEMORY;
	}
	*entry = *made;
	gone = dti_bucket_add(bucket, entry);
	if (gone != NULL)
		dti_table_forget(table, gone);
	dti_table_touch(table, entry);
	return entry->is_replacement ? DTI_TABLE_REPLACEMENT : DTI_TABLE_ADDED;
}

enum dti_table_added dti_table_add(struct dti_table *table,
				   const struct dt_node *node,
				   const struct dti_place *place, bool proven,
				   int64_t now_ms)
{
	struct dti_table_entry *known;
	struct dti_table_entry made = {
		.node = {.id = node->id, .endpoint = node->endpoint},
		.place = *place,
		.added_ms = now_ms,
		.bucket = dti_table_bucket(table, place),
		.subnet = dti_subnet_counts_subnet(&table->subnets,
						   &node->endpoint),
	};

	if (dti_node_id_equal(&node->id, &table->self))
		return DTI_TABLE_SELF;
	if (!dti_address_can_be_asked(&node->endpoint))
		return DTI_TABLE_BAD_ENDPOINT;
	known = dti_bucket_find(&table->buckets[made.bucket], &node->id);
	if (known != NULL)
		return meet_again(table, known, &node->endpoint, proven);
	return insert(table, &made);
}
