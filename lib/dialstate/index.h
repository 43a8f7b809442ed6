/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_INDEX_H
#define DTI_DIALSTATE_INDEX_H

/*
 * From a node's id to its record. Ids are chosen by strangers, so the hash
 * (SipHash-2-4) is keyed with a secret: nobody can make many ids meet.
 *
 * Cost: all O(1); add doubles the table now and then.
 */

#include "lib/dialstate/record.h"

struct dti_index {
	const struct dt_allocator *allocator;
	uint8_t key[16];
	struct dti_record *head;
	/* Never found; its presence keeps uthash from freeing an empty table */
	struct dti_record anchor;
};

/** Pair with fini. @index does not move after that. False: no memory. */
bool dti_index_init(struct dti_index *index, const uint8_t key[16],
		    const struct dt_allocator *allocator);
/** Frees the table, not the records. Also after an init that failed. */
void dti_index_fini(struct dti_index *index);

uint32_t dti_index_hash(const struct dti_index *index,
			const struct dt_node_id *id);
/** @hash: of @id. NULL: there is none. */
struct dti_record *dti_index_find(const struct dti_index *index,
				  const struct dt_node_id *id, uint32_t hash);
/** @record->id is in no record of the index. False: no memory. */
bool dti_index_add(struct dti_index *index, struct dti_record *record,
		   uint32_t hash);
void dti_index_remove(struct dti_index *index, struct dti_record *record);
/** All of them, one after the other: NULL begins and ends. */
struct dti_record *dti_index_next(const struct dti_index *index,
				  const struct dti_record *record);

#endif /* DTI_DIALSTATE_INDEX_H */
