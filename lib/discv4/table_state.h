/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_TABLE_STATE_H
#define DTI_DISCV4_TABLE_STATE_H

/*
 * What the parts of the table share. None of it leaves them:
 *
 *	table.c		makes it, finds in it, removes, tells what it holds
 *	table_add.c	which nodes get in, and which addresses
 *	table_check.c	what a node's answers and silence do to it
 *	table_closest.c	the entries closest to a place
 *	table_verify.c	its invariants
 */

#include "lib/discv4/bucket.h"
#include "lib/discv4/subnet_counts.h"
#include "lib/discv4/table.h"

struct dti_table {
	const struct dt_allocator *allocator;
	struct dt_node_id self;
	struct dti_place self_place;
	struct dti_bucket buckets[DTI_BUCKETS]; /* the entries are owned */
	struct dti_subnet_counts subnets;       /* of all members */
	uint64_t version;
};

/** The index of the bucket that a node at @place belongs to. */
unsigned int dti_table_bucket(const struct dti_table *table,
			      const struct dti_place *place);
/** Free an entry that is no member of its bucket any more. */
void dti_table_forget(struct dti_table *table, struct dti_table_entry *entry);
/** Something that is seen of @entry has changed: a new version, if it shows. */
void dti_table_touch(struct dti_table *table,
		     const struct dti_table_entry *entry);

#endif /* DTI_DISCV4_TABLE_STATE_H */
