/* SPDX-License-Identifier: MIT */
#include "lib/discv4/table.h"

#include "lib/discv4/table_state.h"
#include "lib/memory.h"

struct dti_table *dti_table_create(const struct dt_node_id *self,
				   bool limit_lan,
				   const struct dt_allocator *allocator)
{
	struct dti_table *table = dti_calloc(allocator, 1, sizeof(*table));

	if (table == NULL)
		return NULL;
	table->allocator = allocator;
	table->self = *self;
	table->self_place = dti_place_of(self);
	dti_subnet_counts_init(&table->subnets, limit_lan, allocator);
	return table;
}

void dti_table_destroy(struct dti_table *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < DTI_BUCKETS; i++)
		for (size_t j = 0; j < table->buckets[i].count; j++)
			dti_free(table->allocator,
				 table->buckets[i].members[j]);
	dti_subnet_counts_fini(&table->subnets);
	dti_free(table->allocator, table);
}

unsigned int dti_table_bucket(const struct dti_table *table,
			      const struct dti_place *place)
{
	return dti_place_bucket(
		dti_place_log_distance(&table->self_place, place));
}

void dti_table_forget(struct dti_table *table, struct dti_table_entry *entry)
{
	dti_subnet_counts_remove(&table->subnets, &entry->subnet);
	dti_free(table->allocator, entry);
}

void dti_table_touch(struct dti_table *table,
		     const struct dti_table_entry *entry)
{
	table->version += entry->is_replacement ? 0 : 1;
}

struct dti_table_entry *dti_table_find(const struct dti_table *table,
				       const struct dt_node_id *id)
{
	struct dti_place place = dti_place_of(id);
	unsigned int bucket = dti_table_bucket(table, &place);

	return dti_bucket_find(&table->buckets[bucket], id);
}

void dti_table_remove(struct dti_table *table, struct dti_table_entry *entry,
		      struct dti_random *random)
{
	dti_bucket_take(&table->buckets[entry->bucket], entry, random);
	dti_table_touch(table, entry);
	dti_table_forget(table, entry);
}

size_t
dti_table_entries(const struct dti_table *table,
		  const struct dti_table_entry *out[DTI_TABLE_ENTRIES_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < DTI_BUCKETS; i++) {
		const struct dti_bucket *bucket = &table->buckets[i];
		size_t entries = dti_bucket_entries(bucket);

		for (size_t j = 0; j < entries; j++)
			out[count++] = bucket->members[j];
	}
	return count;
}

void dti_table_sizes(const struct dti_table *table, struct dti_table_sizes *out)
{
	*out = (struct dti_table_sizes){.entries = 0};
	for (size_t i = 0; i < DTI_BUCKETS; i++) {
		const struct dti_bucket *bucket = &table->buckets[i];

		out->buckets[i] = dti_bucket_entries(bucket);
		out->entries += out->buckets[i];
		out->replacements += bucket->count - out->buckets[i];
		out->verified += bucket->verified;
	}
}

uint64_t dti_table_version(const struct dti_table *table)
{
	return table->version;
}
