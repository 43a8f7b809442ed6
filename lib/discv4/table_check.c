/* SPDX-License-Identifier: MIT */
#include "lib/discv4/table_state.h"

#define FIND_FAILURES_MAX 5

void dti_table_alive(struct dti_table *table, struct dti_table_entry *entry,
		     int64_t now_ms)
{
	struct dti_bucket *bucket = &table->buckets[entry->bucket];

	entry->alive_ms = now_ms;
	entry->checks++;
	dti_bucket_set_liveness(bucket, entry, entry->liveness + 1);
	dti_bucket_to_front(bucket, entry);
	dti_table_touch(table, entry);
}

bool dti_table_dead(struct dti_table *table, struct dti_table_entry *entry,
		    struct dti_random *random)
{
	dti_bucket_set_liveness(&table->buckets[entry->bucket], entry,
				entry->liveness / 3);
	if (entry->liveness == 0) {
		dti_table_remove(table, entry, random);
		return true;
	}
	dti_table_touch(table, entry);
	return false;
}

void dti_table_find_answered(struct dti_table *table,
			     struct dti_table_entry *entry)
{
	(void)table;
	entry->failures = 0;
}

bool dti_table_find_failed(struct dti_table *table,
			   struct dti_table_entry *entry,
			   struct dti_random *random)
{
	struct dti_bucket *bucket = &table->buckets[entry->bucket];

	entry->failures++;
	if (!entry->is_replacement && dti_bucket_to_end(bucket, entry))
		dti_table_touch(table, entry);
	/* A poor bucket keeps what it has: the loss may be our own network's */
	if (entry->failures < FIND_FAILURES_MAX ||
	    dti_bucket_entries(bucket) < DTI_BUCKET_SIZE / 2)
		return false;
	dti_table_remove(table, entry, random);
	return true;
}

void dti_table_set_record_seq(struct dti_table *table,
			      struct dti_table_entry *entry,
			      uint64_t record_seq)
{
	if (entry->record_seq == record_seq)
		return;
	entry->record_seq = record_seq;
	dti_table_touch(table, entry);
}

struct dti_table_entry *dti_table_to_check(const struct dti_table *table,
					   struct dti_random *random)
{
	struct dti_table_sizes sizes;
	size_t chosen;

	dti_table_sizes(table, &sizes);
	if (sizes.verified == 0)
		return NULL;
	chosen = dti_random_below(random, (uint32_t)sizes.verified);
	for (size_t i = 0; i < DTI_BUCKETS; i++) {
		const struct dti_bucket *bucket = &table->buckets[i];

		if (chosen < bucket->verified)
			return dti_bucket_last_verified(bucket);
		chosen -= bucket->verified;
	}
	return NULL;
}

struct dti_table_entry *dti_table_to_verify(const struct dti_table *table,
					    struct dti_random *random)
{
	struct dti_table_sizes sizes;
	size_t chosen;

	dti_table_sizes(table, &sizes);
	if (sizes.verified == sizes.entries)
		return NULL;
	chosen = dti_random_below(random,
				  (uint32_t)(sizes.entries - sizes.verified));
	for (size_t i = 0; i < DTI_BUCKETS; i++) {
		const struct dti_bucket *bucket = &table->buckets[i];
		size_t unverified = sizes.buckets[i] - bucket->verified;

		if (chosen < unverified)
			return dti_bucket_unverified(bucket, chosen);
		chosen -= unverified;
	}
	return NULL;
}
