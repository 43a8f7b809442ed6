/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_BUCKET_H
#define DTI_DISCV4_BUCKET_H

/*
 * One bucket of a table: a row of nodes, of which the first DTI_BUCKET_SIZE
 * are its entries and those behind them its replacements. So there are
 * replacements only while it is full, and a node is one or the other.
 *
 * Owner: the table; the bucket allocates and frees nothing, but it is the one
 * that writes is_replacement and liveness. All O(members).
 */

#include "lib/discv4/table.h"

#define DTI_BUCKET_MEMBERS (DTI_BUCKET_SIZE + DTI_BUCKET_REPLACEMENTS)

struct dti_bucket {
	struct dti_table_entry *members[DTI_BUCKET_MEMBERS];
	/* The first byte of each one's id: a search visits few of them. */
	uint8_t marks[DTI_BUCKET_MEMBERS];
	size_t count;
	size_t verified; /* entries with liveness */
};

static inline size_t dti_bucket_entries(const struct dti_bucket *bucket)
{
	return bucket->count < DTI_BUCKET_SIZE ? bucket->count
					       : DTI_BUCKET_SIZE;
}

/** NULL: no member has this id. */
struct dti_table_entry *dti_bucket_find(const struct dti_bucket *bucket,
					const struct dt_node_id *id);
/** How many members are counted with @subnet; 0 if that is exempt. */
size_t dti_bucket_in_subnet(const struct dti_bucket *bucket,
			    const struct dti_subnet *subnet);
/**
 * @entry is no member yet: it becomes the last entry or, if there is no room,
 * the first replacement. Returns the replacement that had to leave for it, the
 * caller's from then on, or NULL.
 */
struct dti_table_entry *dti_bucket_add(struct dti_bucket *bucket,
				       struct dti_table_entry *entry);
/** Of an entry or a replacement. */
void dti_bucket_set_liveness(struct dti_bucket *bucket,
			     struct dti_table_entry *entry, uint32_t liveness);
/** The entry that is number @nth of those without liveness; there are more. */
struct dti_table_entry *dti_bucket_unverified(const struct dti_bucket *bucket,
					      size_t nth);
/** The last entry with liveness; there is one. */
struct dti_table_entry *
dti_bucket_last_verified(const struct dti_bucket *bucket);
/** @entry, no replacement, becomes the last of the entries. False: it was. */
bool dti_bucket_to_end(struct dti_bucket *bucket,
		       const struct dti_table_entry *entry);
/** @entry becomes the first of the entries, or of the replacements. */
void dti_bucket_to_front(struct dti_bucket *bucket,
			 const struct dti_table_entry *entry);
/**
 * @entry leaves, the caller's from then on. If it was an entry, a replacement
 * picked at random becomes the last entry.
 */
void dti_bucket_take(struct dti_bucket *bucket,
		     const struct dti_table_entry *entry,
		     struct dti_random *random);

#endif /* DTI_DISCV4_BUCKET_H */
