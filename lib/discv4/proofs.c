/* SPDX-License-Identifier: MIT */
#include "lib/discv4/proofs.h"

#include <string.h>

#include "lib/assert.h"
#include "lib/container.h"
#include "lib/discv4/chains.h"
#include "lib/discv4/contact.h"
#include "lib/list.h"
#include "lib/memory.h"
#include "lib/slab.h"

#define NEVER_MS INT64_MIN

enum {
	FIRST_CHAINS = 16,
	PROOFS_AN_ADDRESS = 8 /* that are found by it, and are in proven */
};

struct proof {
	struct dti_chain_link chain;
	struct dti_chain_link at_address; /* if is_at_address */
	struct dti_list_link order;
	int64_t ponged_ms;
	int64_t pinged_ms;
	struct dti_contact contact;
	bool is_proven; /* when it was used last: which list it is in */
	bool is_at_address;
};

struct dti_proofs {
	const struct dt_allocator *allocator;
	uint8_t key[16];
	size_t capacity;
	struct dti_slab slab;
	struct dti_chains chains;
	struct dti_chains addresses; /* a few proofs of each */
	/* The one that was used last is the first. */
	struct dti_list unproven;
	struct dti_list proven;
};

struct dti_proofs *dti_proofs_create(size_t capacity, const uint8_t key[16],
				     const struct dt_allocator *allocator)
{
	struct dti_proofs *proofs = dti_malloc(allocator, sizeof(*proofs));

	DTI_ASSERT(capacity > 0);
	if (proofs == NULL)
		return NULL;
	proofs->allocator = allocator;
	proofs->capacity = capacity;
	memcpy(proofs->key, key, sizeof(proofs->key));
	dti_slab_init(&proofs->slab, sizeof(struct proof), capacity, allocator);
	dti_list_init(&proofs->unproven);
	dti_list_init(&proofs->proven);
	if (!dti_chains_init(&proofs->chains, FIRST_CHAINS, allocator))
		goto fail_free;
	if (!dti_chains_init(&proofs->addresses, FIRST_CHAINS, allocator))
		goto fail_chains;
	return proofs;

fail_chains:
	dti_chains_fini(&proofs->chains);
fail_free:
	dti_free(allocator, proofs);
	return NULL;
}

void dti_proofs_destroy(struct dti_proofs *proofs)
{
	if (proofs == NULL)
		return;
	dti_chains_fini(&proofs->addresses);
	dti_chains_fini(&proofs->chains);
	dti_slab_fini(&proofs->slab);
	dti_free(proofs->allocator, proofs);
}

static bool holds(int64_t since_ms, int64_t now_ms)
{
	return since_ms != NEVER_MS && now_ms - since_ms < DTI_PROOF_LIFE_MS;
}

static struct proof *proof_of(struct dti_list_link *order)
{
	return dti_container_of(order, struct proof, order);
}

static struct proof *find_hash(const struct dti_proofs *proofs,
			       const struct dti_contact *contact, uint64_t hash)
{
	struct dti_chain_link *link = dti_chains_first(&proofs->chains, hash);

	for (; link != NULL; link = dti_chain_next(link)) {
		struct proof *proof =
			dti_container_of(link, struct proof, chain);

		if (dti_contact_equal(&proof->contact, contact))
			return proof;
	}
	return NULL;
}

static struct proof *find(const struct dti_proofs *proofs,
			  const struct dt_node_id *id,
			  const struct dt_endpoint *ip)
{
	struct dti_contact contact = dti_contact_of(id, ip);

	return find_hash(proofs, &contact,
			 dti_contact_hash(&contact, proofs->key));
}

static void forget(struct dti_proofs *proofs, struct proof *proof)
{
	dti_chains_remove(&proofs->chains, &proof->chain);
	if (proof->is_at_address)
		dti_chains_remove(&proofs->addresses, &proof->at_address);
	dti_list_remove(&proof->order);
	dti_slab_give(&proofs->slab, proof);
}

/* There is at least one. */
static struct proof *least_wanted(const struct dti_proofs *proofs,
				  int64_t now_ms)
{
	struct dti_list_link *proven = dti_list_last(&proofs->proven);
	struct dti_list_link *unproven = dti_list_last(&proofs->unproven);

	if (proven != NULL && !holds(proof_of(proven)->ponged_ms, now_ms))
		return proof_of(proven);
	return proof_of(unproven != NULL ? unproven : proven);
}

static struct proof *make(struct dti_proofs *proofs,
			  const struct dti_contact *contact, uint64_t hash,
			  int64_t now_ms)
{
	struct proof *proof;

	if (proofs->chains.count == proofs->capacity)
		forget(proofs, least_wanted(proofs, now_ms));
	proof = dti_slab_take(&proofs->slab);
	if (proof == NULL)
		return NULL;
	*proof = (struct proof){
		.ponged_ms = NEVER_MS,
		.pinged_ms = NEVER_MS,
		.contact = *contact,
	};
	dti_chains_add(&proofs->chains, &proof->chain, hash);
	dti_list_push_front(&proofs->unproven, &proof->order);
	return proof;
}

static struct proof *find_or_make(struct dti_proofs *proofs,
				  const struct dt_node_id *id,
				  const struct dt_endpoint *ip, int64_t now_ms)
{
	struct dti_contact contact = dti_contact_of(id, ip);
	uint64_t hash = dti_contact_hash(&contact, proofs->key);
	struct proof *proof = find_hash(proofs, &contact, hash);

	return proof != NULL ? proof : make(proofs, &contact, hash, now_ms);
}

static void use(struct dti_proofs *proofs, struct proof *proof, int64_t now_ms)
{
	proof->is_proven =
		proof->is_at_address && holds(proof->ponged_ms, now_ms);
	dti_list_remove(&proof->order);
	dti_list_push_front(proof->is_proven ? &proofs->proven
					     : &proofs->unproven,
			    &proof->order);
}

static struct dti_chain_link *
first_at(const struct dti_proofs *proofs,
	 const struct dti_contact_address *address)
{
	return dti_chains_first(&proofs->addresses,
				dti_contact_address_hash(address, proofs->key));
}

/* It is the next to go. */
static void demote(struct dti_proofs *proofs, struct proof *proof)
{
	dti_chains_remove(&proofs->addresses, &proof->at_address);
	proof->is_at_address = false;
	proof->is_proven = false;
	dti_list_remove(&proof->order);
	dti_list_push_back(&proofs->unproven, &proof->order);
}

/* A few proofs of an address are enough to know it, the newest: with thousands
 * of ids there the chain would be as long, and leave nothing to others. */
static void note_address(struct dti_proofs *proofs, struct proof *proof)
{
	const struct dti_contact_address *address = &proof->contact.address;
	struct dti_chain_link *link = first_at(proofs, address);
	struct proof *oldest = NULL;
	int count = 0;

	for (; link != NULL; link = dti_chain_next(link)) {
		struct proof *other =
			dti_container_of(link, struct proof, at_address);

		if (oldest == NULL || other->ponged_ms < oldest->ponged_ms)
			oldest = other;
		count++;
	}
	if (count >= PROOFS_AN_ADDRESS)
		demote(proofs, oldest);
	dti_chains_add(&proofs->addresses, &proof->at_address,
		       dti_contact_address_hash(address, proofs->key));
	proof->is_at_address = true;
}

bool dti_proofs_ponged(struct dti_proofs *proofs, const struct dt_node_id *id,
		       const struct dt_endpoint *ip, int64_t now_ms)
{
	struct proof *proof = find_or_make(proofs, id, ip, now_ms);

	if (proof == NULL)
		return false;
	proof->ponged_ms = now_ms;
	if (!proof->is_at_address)
		note_address(proofs, proof);
	use(proofs, proof, now_ms);
	return true;
}

bool dti_proofs_pinged(struct dti_proofs *proofs, const struct dt_node_id *id,
		       const struct dt_endpoint *ip, int64_t now_ms)
{
	struct proof *proof = find_or_make(proofs, id, ip, now_ms);

	if (proof == NULL)
		return false;
	proof->pinged_ms = now_ms;
	use(proofs, proof, now_ms);
	return true;
}

bool dti_proofs_has_ponged(const struct dti_proofs *proofs,
			   const struct dt_node_id *id,
			   const struct dt_endpoint *ip, int64_t now_ms)
{
	const struct proof *proof = find(proofs, id, ip);

	return proof != NULL && holds(proof->ponged_ms, now_ms);
}

bool dti_proofs_has_pinged(const struct dti_proofs *proofs,
			   const struct dt_node_id *id,
			   const struct dt_endpoint *ip, int64_t now_ms)
{
	const struct proof *proof = find(proofs, id, ip);

	return proof != NULL && holds(proof->pinged_ms, now_ms);
}

bool dti_proofs_knows_address(const struct dti_proofs *proofs,
			      const struct dt_endpoint *ip, int64_t now_ms)
{
	struct dti_contact_address address = dti_contact_address_of(ip);
	struct dti_chain_link *link = first_at(proofs, &address);

	for (; link != NULL; link = dti_chain_next(link)) {
		const struct proof *proof =
			dti_container_of(link, struct proof, at_address);

		if (memcmp(&proof->contact.address, &address,
			   sizeof(address)) == 0 &&
		    holds(proof->ponged_ms, now_ms))
			return true;
	}
	return false;
}

void dti_proofs_forget_ping(struct dti_proofs *proofs,
			    const struct dt_node_id *id,
			    const struct dt_endpoint *ip)
{
	struct proof *proof = find(proofs, id, ip);

	if (proof != NULL)
		proof->pinged_ms = NEVER_MS;
}

size_t dti_proofs_count(const struct dti_proofs *proofs)
{
	return proofs->chains.count;
}

/* How many are in @list; all of them are proven, or none is. */
static size_t verify_list(const struct dti_list *list, bool are_proven)
{
	struct dti_list_link *order = dti_list_first(list);
	size_t count = 0;

	for (; order != NULL; order = dti_list_next(list, order)) {
		const struct proof *proof = proof_of(order);

		DTI_ASSERT(proof->is_proven == are_proven);
		DTI_ASSERT(!are_proven || proof->ponged_ms != NEVER_MS);
		count++;
	}
	return count;
}

void dti_proofs_verify(const struct dti_proofs *proofs)
{
	size_t count = verify_list(&proofs->unproven, false) +
		       verify_list(&proofs->proven, true);

	DTI_ASSERT(count == proofs->chains.count);
	DTI_ASSERT(count <= proofs->capacity);
	dti_chains_verify(&proofs->chains);
	dti_chains_verify(&proofs->addresses);
	DTI_ASSERT(proofs->addresses.count <= count);
}
