/* SPDX-License-Identifier: MIT */
#include "workers/peer_slots.h"

#include <sodium/crypto_shorthash.h>
#include <string.h>

#include "lib/assert.h"
#include "lib/memory.h"
#include "lib/node/id.h"

#define SLAB_LEAST 256
#define SLAB_MOST  4096
#define LOW_WATER  64

struct dti_peer_slab {
	struct dti_peer_slab *next;
	size_t count;
	struct dti_peer_slot slots[];
};

_Static_assert(sizeof(((struct dti_peer_slots *)0)->hash_key) ==
		       crypto_shorthash_KEYBYTES,
	       "the key is SipHash's");

void dti_peer_slots_fini(struct dti_peer_slots *slots,
			 const struct dt_allocator *allocator)
{
	struct dti_peer_slab *slab = slots->slabs;

	while (slab) {
		struct dti_peer_slab *next = slab->next;

		dti_free(allocator, slab);
		slab = next;
	}
}

struct dti_peer_slab *
dti_peer_slots_make_slab(const struct dt_allocator *allocator, size_t count)
{
	struct dti_peer_slab *slab = dti_malloc(
		allocator, sizeof(*slab) + count * sizeof(slab->slots[0]));

	if (slab)
		slab->count = count;
	return slab;
}

static void free_slot(struct dti_peer_slots *slots, struct dti_peer_slot *slot)
{
	slot->next = slots->free;
	slots->free = slot;
	slots->free_count++;
}

void dti_peer_slots_add_slab(struct dti_peer_slots *slots,
			     struct dti_peer_slab *slab)
{
	slab->next = slots->slabs;
	slots->slabs = slab;
	slots->total += slab->count;
	/* From the back: the free list hands out the first pages first. */
	for (size_t i = slab->count; i > 0; i--)
		free_slot(slots, &slab->slots[i - 1]);
}

bool dti_peer_slots_low(const struct dti_peer_slots *slots)
{
	return slots->free_count < LOW_WATER;
}

size_t dti_peer_slots_next_slab(const struct dti_peer_slots *slots)
{
	if (slots->total < SLAB_LEAST)
		return SLAB_LEAST;
	return slots->total < SLAB_MOST ? slots->total : SLAB_MOST;
}

static uint64_t hash_id(const struct dti_peer_slots *slots,
			const struct dt_node_id *id)
{
	uint8_t digest[crypto_shorthash_BYTES];
	uint64_t hash;

	crypto_shorthash(digest, id->bytes, sizeof(id->bytes), slots->hash_key);
	memcpy(&hash, digest, sizeof(hash));
	return hash;
}

static struct dti_peer_slot **chain_of(struct dti_peer_slots *slots,
				       uint64_t hash)
{
	return &slots->chains[hash % DTI_PEER_SLOTS_CHAINS];
}

struct dti_peer_slot *dti_peer_slots_hold(struct dti_peer_slots *slots,
					  const struct dt_node_id *id, int fd)
{
	struct dti_peer_slot *slot = slots->free;
	struct dti_peer_slot **chain;

	if (!slot)
		return NULL;
	slots->free = slot->next;
	slots->free_count--;
	slot->id = *id;
	slot->fd = fd;
	slot->ending = false;
	slot->hash = hash_id(slots, id);
	chain = chain_of(slots, slot->hash);
	slot->next = *chain;
	*chain = slot;
	return slot;
}

/* Where a held slot hangs in its chain. */
static struct dti_peer_slot **link_to(struct dti_peer_slots *slots,
				      const struct dti_peer_slot *slot)
{
	struct dti_peer_slot **link = chain_of(slots, slot->hash);

	while (*link != slot) {
		DTI_ASSERT(*link != NULL);
		link = &(*link)->next;
	}
	return link;
}

void dti_peer_slots_unhold(struct dti_peer_slots *slots,
			   struct dti_peer_slot *slot)
{
	*link_to(slots, slot) = slot->next;
	free_slot(slots, slot);
}

/* Move what *@link points to from its chain to the ending list. */
static void end_at(struct dti_peer_slots *slots, struct dti_peer_slot **link)
{
	struct dti_peer_slot *slot = *link;

	*link = slot->next;
	slot->ending = true;
	slot->next = slots->ending;
	slots->ending = slot;
}

void dti_peer_slots_end(struct dti_peer_slots *slots,
			struct dti_peer_slot *slot)
{
	if (!slot->ending)
		end_at(slots, link_to(slots, slot));
}

bool dti_peer_slots_end_id(struct dti_peer_slots *slots,
			   const struct dt_node_id *id)
{
	uint64_t hash = hash_id(slots, id);
	struct dti_peer_slot **link = chain_of(slots, hash);
	bool found = false;

	while (*link) {
		if ((*link)->hash == hash &&
		    dti_node_id_equal(&(*link)->id, id)) {
			end_at(slots, link);
			found = true;
		} else {
			link = &(*link)->next;
		}
	}
	return found;
}

void dti_peer_slots_end_all(struct dti_peer_slots *slots)
{
	for (size_t i = 0; i < DTI_PEER_SLOTS_CHAINS; i++) {
		while (slots->chains[i])
			end_at(slots, &slots->chains[i]);
	}
}

struct dti_peer_slot *dti_peer_slots_take_ending(struct dti_peer_slots *slots)
{
	struct dti_peer_slot *list = slots->ending;

	slots->ending = NULL;
	return list;
}

void dti_peer_slots_give_back(struct dti_peer_slots *slots,
			      struct dti_peer_slot *list)
{
	while (list) {
		struct dti_peer_slot *next = list->next;

		free_slot(slots, list);
		list = next;
	}
}
