/* SPDX-License-Identifier: MIT */
#include "lib/discv4/table_state.h"

/* The closest so far, closest first. */
struct closest {
	const struct dti_place *target;
	const struct dti_table_entry **entries; /* the caller's */
	size_t count;
	size_t max;
};

static bool is_closer(const struct closest *found,
		      const struct dti_table_entry *entry, size_t than)
{
	return dti_place_compare(found->target, &entry->place,
				 &found->entries[than]->place) < 0;
}

static void offer(struct closest *found, const struct dti_table_entry *entry)
{
	size_t index;

	if (found->count < found->max)
		index = found->count++;
	else if (found->max > 0 && is_closer(found, entry, found->max - 1))
		index = found->max - 1;
	else
		return;
	for (; index > 0 && is_closer(found, entry, index - 1); index--)
		found->entries[index] = found->entries[index - 1];
	found->entries[index] = entry;
}

static void walk(struct closest *found, const struct dti_table *table,
		 bool verified_only)
{
	for (size_t i = 0; i < DTI_BUCKETS; i++) {
		const struct dti_bucket *bucket = &table->buckets[i];
		size_t entries = dti_bucket_entries(bucket);

		for (size_t j = 0; j < entries; j++)
			if (!verified_only || bucket->members[j]->liveness > 0)
				offer(found, bucket->members[j]);
	}
}

size_t dti_table_closest(const struct dti_table *table,
			 const struct dti_table_entry **out, size_t max,
			 const struct dti_place *target, bool verified_only)
{
	struct closest found = {.target = target, .entries = out, .max = max};

	walk(&found, table, verified_only);
	if (found.count == 0 && verified_only)
		walk(&found, table, false);
	return found.count;
}
