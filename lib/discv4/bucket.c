/* SPDX-License-Identifier: MIT */
#include "lib/discv4/bucket.h"

#include "lib/assert.h"
#include "lib/discv4/subnet_counts.h"
#include "lib/node/id.h"

struct dti_table_entry *dti_bucket_find(const struct dti_bucket *bucket,
					const struct dt_node_id *id)
{
	for (size_t i = 0; i < bucket->count; i++)
		if (bucket->marks[i] == id->bytes[0] &&
		    dti_node_id_equal(&bucket->members[i]->node.id, id))
			return bucket->members[i];
	return NULL;
}

size_t dti_bucket_in_subnet(const struct dti_bucket *bucket,
			    const struct dti_subnet *subnet)
{
	size_t count = 0;

	if (dti_subnet_is_exempt(subnet))
		return 0;
	for (size_t i = 0; i < bucket->count; i++)
		count += dti_subnet_equal(&bucket->members[i]->subnet, subnet);
	return count;
}

static size_t index_of(const struct dti_bucket *bucket,
		       const struct dti_table_entry *entry)
{
	size_t index = 0;

	while (index < bucket->count && bucket->members[index] != entry)
		index++;
	DTI_ASSERT(index < bucket->count);
	return index;
}

/* The members between the two places close up and make room. */
static void move(struct dti_bucket *bucket, size_t from, size_t to)
{
	struct dti_table_entry *moved = bucket->members[from];

	uint8_t mark = bucket->marks[from];

	for (; from < to; from++) {
		bucket->members[from] = bucket->members[from + 1];
		bucket->marks[from] = bucket->marks[from + 1];
	}
	for (; from > to; from--) {
		bucket->members[from] = bucket->members[from - 1];
		bucket->marks[from] = bucket->marks[from - 1];
	}
	bucket->members[to] = moved;
	bucket->marks[to] = mark;
}

struct dti_table_entry *dti_bucket_add(struct dti_bucket *bucket,
				       struct dti_table_entry *entry)
{
	struct dti_table_entry *gone = NULL;

	if (bucket->count == DTI_BUCKET_MEMBERS)
		gone = bucket->members[--bucket->count];
	entry->is_replacement = bucket->count >= DTI_BUCKET_SIZE;
	bucket->verified += !entry->is_replacement && entry->liveness > 0;
	bucket->marks[bucket->count] = entry->node.id.bytes[0];
	bucket->members[bucket->count++] = entry;
	if (entry->is_replacement)
		move(bucket, bucket->count - 1, DTI_BUCKET_SIZE);
	return gone;
}

void dti_bucket_set_liveness(struct dti_bucket *bucket,
			     struct dti_table_entry *entry, uint32_t liveness)
{
	if (!entry->is_replacement) {
		bucket->verified -= entry->liveness > 0;
		bucket->verified += liveness > 0;
	}
	entry->liveness = liveness;
}

struct dti_table_entry *dti_bucket_unverified(const struct dti_bucket *bucket,
					      size_t nth)
{
	size_t index = 0;

	DTI_ASSERT(nth < dti_bucket_entries(bucket) - bucket->verified);
	while (bucket->members[index]->liveness > 0 || nth-- > 0)
		index++;
	return bucket->members[index];
}

struct dti_table_entry *
dti_bucket_last_verified(const struct dti_bucket *bucket)
{
	size_t index = dti_bucket_entries(bucket);

	DTI_ASSERT(bucket->verified > 0);
	while (bucket->members[--index]->liveness == 0) {
	}
	return bucket->members[index];
}

bool dti_bucket_to_end(struct dti_bucket *bucket,
		       const struct dti_table_entry *entry)
{
	size_t index = index_of(bucket, entry);
	size_t last = dti_bucket_entries(bucket) - 1;

	move(bucket, index, last);
	return index != last;
}

void dti_bucket_to_front(struct dti_bucket *bucket,
			 const struct dti_table_entry *entry)
{
	move(bucket, index_of(bucket, entry),
	     entry->is_replacement ? DTI_BUCKET_SIZE : 0);
}

/* When the entry before it leaves, it closes up to the last entry's place. */
static void promote(struct dti_bucket *bucket, struct dti_random *random)
{
	uint32_t replacements = (uint32_t)(bucket->count - DTI_BUCKET_SIZE);
	size_t chosen =
		DTI_BUCKET_SIZE + dti_random_below(random, replacements);

	move(bucket, chosen, DTI_BUCKET_SIZE);
	bucket->members[DTI_BUCKET_SIZE]->is_replacement = false;
	bucket->verified += bucket->members[DTI_BUCKET_SIZE]->liveness > 0;
}

void dti_bucket_take(struct dti_bucket *bucket,
		     const struct dti_table_entry *entry,
		     struct dti_random *random)
{
	size_t index = index_of(bucket, entry);

	bucket->verified -= !entry->is_replacement && entry->liveness > 0;
	if (!entry->is_replacement && bucket->count > DTI_BUCKET_SIZE)
		promote(bucket, random);
	move(bucket, index, bucket->count - 1);
	bucket->count--;
}
