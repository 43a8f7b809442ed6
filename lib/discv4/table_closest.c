/* SPDX-License-Identifier: MIT */
#include "lib/discv4/table_state.h"

/*
 * BUCKET ORDER. The nodes of a bucket agree with the own place up to the bit
 * that the bucket stands for, and not in that one. So, seen from a target, each
 * node of one bucket is closer than each of another, and which comes first is
 * known from the bits in which target and own place differ:
 *
 *	1. the target's own bucket;
 *	2. nearer buckets whose bit differs, from the farthest on: their nodes
 *	   have the target's bit where the own place has not;
 *	3. bucket 0, about as far from it as the own place is;
 *	4. nearer buckets whose bit is the same, from the nearest on: their
 *	   nodes differ from the target where the own place does not;
 *	5. the farther buckets, from the nearest on.
 *
 * Only the nodes of one bucket must be compared, and few buckets are visited.
 */

struct closest {
	const struct dti_table *table;
	const struct dti_place *target;
	bool verified_only;
	/* Closest first; the caller's. */
	const struct dti_table_entry **entries;
	size_t count;
	size_t max;
};

/* Put it among those from @first on, which are of its bucket. */
static void offer(struct closest *found, size_t first,
		  const struct dti_table_entry *entry)
{
	size_t index = found->count;

	while (index > first &&
	       dti_place_compare(found->target, &entry->place,
				 &found->entries[index - 1]->place) < 0)
		index--;
	if (index == found->max)
		return;
	if (found->count < found->max)
		found->count++;
	for (size_t i = found->count - 1; i > index; i--)
		found->entries[i] = found->entries[i - 1];
	found->entries[index] = entry;
}

/* The nodes of the bucket that comes next, as far as there is room. */
static void take(struct closest *found, unsigned int index)
{
	const struct dti_bucket *bucket = &found->table->buckets[index];
	size_t entries = dti_bucket_entries(bucket);
	size_t first = found->count;

	if (first == found->max)
		return;
	for (size_t i = 0; i < entries; i++)
		if (!found->verified_only || bucket->members[i]->liveness > 0)
			offer(found, first, bucket->members[i]);
}

/* Do target and own place differ in the bit that the bucket stands for? */
static bool differs(const struct closest *found, unsigned int bucket)
{
	const uint8_t *own = found->table->self_place.bytes;
	const uint8_t *target = found->target->bytes;
	unsigned int bit = DTI_BUCKETS - 1 - bucket; /* 0: the highest */

	return (own[bit / 8] ^ target[bit / 8]) & 0x80 >> bit % 8;
}

/* See BUCKET ORDER. */
static void take_in_order(struct closest *found)
{
	unsigned int own = dti_table_bucket(found->table, found->target);

	take(found, own);
	for (unsigned int i = own; i-- > 1;)
		if (differs(found, i))
			take(found, i);
	if (own > 0)
		take(found, 0);
	for (unsigned int i = 1; i < own; i++)
		if (!differs(found, i))
			take(found, i);
	for (unsigned int i = own + 1; i < DTI_BUCKETS; i++)
		take(found, i);
}

size_t dti_table_closest(const struct dti_table *table,
			 const struct dti_table_entry **out, size_t max,
			 const struct dti_place *target, bool verified_only)
{
	struct closest found = {
		.table = table,
		.target = target,
		.verified_only = verified_only,
		.entries = out,
		.max = max,
	};

	take_in_order(&found);
	if (found.count == 0 && verified_only) {
		found.verified_only = false;
		take_in_order(&found);
	}
	return found.count;
}
