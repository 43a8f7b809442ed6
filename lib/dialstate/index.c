/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/index.h"

#include <sodium/crypto_shorthash.h>
#include <string.h>

/* uthash's macros are long and deep, and each expands in one line here. */
/* NOLINTBEGIN(readability-function-size) */

static_assert(crypto_shorthash_KEYBYTES == 16, "SipHash-2-4 has 16 key bytes");

static bool add_key(struct dti_index *index, struct dti_record *record,
		    size_t key_length, uint32_t hash)
{
	const struct dt_allocator *allocator = index->allocator;
	bool added = true;

	HASH_ADD_KEYPTR_BYHASHVALUE(hh, index->head, &record->id, key_length,
				    hash, record);
	return added;
}

bool dti_index_init(struct dti_index *index, const uint8_t key[16],
		    const struct dt_allocator *allocator)
{
	*index = (struct dti_index){.allocator = allocator};
	memcpy(index->key, key, sizeof(index->key));
	return add_key(index, &index->anchor, 0, 0);
}

void dti_index_fini(struct dti_index *index)
{
	const struct dt_allocator *allocator = index->allocator;

	HASH_CLEAR(hh, index->head);
}

uint32_t dti_index_hash(const struct dti_index *index,
			const struct dt_node_id *id)
{
	unsigned char hash[crypto_shorthash_BYTES];
	uint32_t value;

	crypto_shorthash(hash, id->bytes, sizeof(id->bytes), index->key);
	memcpy(&value, hash, sizeof(value));
	return value;
}

struct dti_record *dti_index_find(const struct dti_index *index,
				  const struct dt_node_id *id, uint32_t hash)
{
	struct dti_record *record;

	HASH_FIND_BYHASHVALUE(hh, index->head, id, sizeof(*id), hash, record);
	return record;
}

bool dti_index_add(struct dti_index *index, struct dti_record *record,
		   uint32_t hash)
{
	return add_key(index, record, sizeof(record->id), hash);
}

void dti_index_remove(struct dti_index *index, struct dti_record *record)
{
	const struct dt_allocator *allocator = index->allocator;

	HASH_DELETE(hh, index->head, record);
}

struct dti_record *dti_index_next(const struct dti_index *index,
				  const struct dti_record *record)
{
	return record == NULL ? index->anchor.hh.next : record->hh.next;
}

/* NOLINTEND(readability-function-size) */
