/* SPDX-License-Identifier: MIT */
#ifndef DTI_PEER_SLOTS_H
#define DTI_PEER_SLOTS_H

/*
 * The sockets that the peer keeper holds, found by id. A slot is free, held
 * (in the index) or ending (out of the index, its socket still open).
 *
 * Slots come in slabs that live as long as the whole, so a slot's address stays
 * good. The index is a fixed number of chains under a keyed hash: a process has
 * at most some 100,000 descriptors, which makes chains of 100, and only hold
 * and drop walk one. A table that grows would have to be moved under the lock,
 * with thousands of slots and a worker waiting.
 *
 * Not thread-safe: the keeper calls all of this with its lock held, but for
 * make_slab(), which touches nothing that is shared.
 */

#include "lib/dialtone.h"

#define DTI_PEER_SLOTS_CHAINS 1024 /* a power of two */

struct dti_peer_slot {
	struct dt_node_id id;
	int fd;
	bool ending;
	uint64_t hash;
	/* In its chain, the free list or the list of those that are ending. */
	struct dti_peer_slot *next;
};

struct dti_peer_slab;

struct dti_peer_slots {
	uint8_t hash_key[16]; /* secret: ids are chosen by strangers */
	struct dti_peer_slot *chains[DTI_PEER_SLOTS_CHAINS];
	struct dti_peer_slot *free;
	struct dti_peer_slot *ending;
	struct dti_peer_slab *slabs;
	size_t free_count;
	size_t total;
};

/** All zero but @hash_key is an empty one. Frees the slabs, closes nothing. */
void dti_peer_slots_fini(struct dti_peer_slots *slots,
			 const struct dt_allocator *allocator);

/** NULL: no memory. Pair with add_slab, which takes it over. */
struct dti_peer_slab *
dti_peer_slots_make_slab(const struct dt_allocator *allocator, size_t count);
void dti_peer_slots_add_slab(struct dti_peer_slots *slots,
			     struct dti_peer_slab *slab);
/** So few are free that the next slab should be made now. */
bool dti_peer_slots_low(const struct dti_peer_slots *slots);
/** How many the next slab should have: as many as there are, within bounds. */
size_t dti_peer_slots_next_slab(const struct dti_peer_slots *slots);

/** Into the index. NULL: none is free. */
struct dti_peer_slot *dti_peer_slots_hold(struct dti_peer_slots *slots,
					  const struct dt_node_id *id, int fd);
/** Undo a hold: held -> free. */
void dti_peer_slots_unhold(struct dti_peer_slots *slots,
			   struct dti_peer_slot *slot);
/** Held -> ending. One that is ending already stays so. */
void dti_peer_slots_end(struct dti_peer_slots *slots,
			struct dti_peer_slot *slot);
/** The same for each with @id; true: there was one. */
bool dti_peer_slots_end_id(struct dti_peer_slots *slots,
			   const struct dt_node_id *id);
void dti_peer_slots_end_all(struct dti_peer_slots *slots);
/** All that are ending, linked by next; the caller's until it gives them back */
struct dti_peer_slot *dti_peer_slots_take_ending(struct dti_peer_slots *slots);
/** A list of take_ending: free again. NULL is allowed. */
void dti_peer_slots_give_back(struct dti_peer_slots *slots,
			      struct dti_peer_slot *list);

#endif /* DTI_PEER_SLOTS_H */
