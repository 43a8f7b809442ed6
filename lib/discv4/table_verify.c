/* SPDX-License-Identifier: MIT */
#include "lib/assert.h"
#include "lib/discv4/table_state.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"

static void verify_entry(const struct dti_table *table,
			 const struct dti_table_entry *entry)
{
	const struct dti_bucket *bucket = &table->buckets[entry->bucket];
	struct dti_subnet subnet = dti_subnet_counts_subnet(
		&table->subnets, &entry->node.endpoint);

	DTI_ASSERT(!dti_node_id_equal(&entry->node.id, &table->self));
	DTI_ASSERT(entry->node.host_name == NULL);
	DTI_ASSERT(entry->bucket == dti_table_bucket(table, &entry->place));
	DTI_ASSERT(dti_bucket_find(bucket, &entry->node.id) == entry);
	DTI_ASSERT(dti_endpoint_has_address(&entry->node.endpoint));
	DTI_ASSERT(entry->node.endpoint.udp_port != 0);
	DTI_ASSERT(entry->liveness <= entry->checks);
	DTI_ASSERT(dti_subnet_equal(&entry->subnet, &subnet));
	DTI_ASSERT(dti_bucket_in_subnet(bucket, &subnet) <=
		   DTI_SUBNET_A_BUCKET);
	DTI_ASSERT(dti_subnet_counts_get(&table->subnets, &subnet) <=
		   DTI_SUBNET_A_TABLE);
}

static void verify_subnets(const struct dti_table *table)
{
	const struct dti_subnet_counts *counts = &table->subnets;
	uint8_t left[DTI_BUCKETS * DTI_BUCKET_MEMBERS] = {0};

	DTI_ASSERT(counts->count <= sizeof(left));
	for (size_t i = 0; i < counts->count; i++)
		left[i] = counts->slots[i].nodes;
	for (size_t i = 0; i < DTI_BUCKETS; i++)
		for (size_t j = 0; j < table->buckets[i].count; j++) {
			const struct dti_subnet *subnet =
				&table->buckets[i].members[j]->subnet;

			if (!dti_subnet_is_exempt(subnet))
				left[dti_subnet_counts_find(counts, subnet)]--;
		}
	for (size_t i = 0; i < counts->count; i++)
		DTI_ASSERT(left[i] == 0 && counts->slots[i].nodes > 0);
}

void dti_table_verify(const struct dti_table *table)
{
	for (size_t i = 0; i < DTI_BUCKETS; i++) {
		const struct dti_bucket *bucket = &table->buckets[i];

		size_t verified = 0;

		DTI_ASSERT(bucket->count <= DTI_BUCKET_MEMBERS);
		for (size_t j = 0; j < bucket->count; j++) {
			const struct dti_table_entry *entry =
				bucket->members[j];

			DTI_ASSERT(entry->bucket == i);
			DTI_ASSERT(bucket->marks[j] == entry->node.id.bytes[0]);
			DTI_ASSERT(entry->is_replacement ==
				   (j >= DTI_BUCKET_SIZE));
			verify_entry(table, entry);
			verified +=
				!entry->is_replacement && entry->liveness > 0;
		}
		DTI_ASSERT(bucket->verified == verified);
	}
	verify_subnets(table);
}
