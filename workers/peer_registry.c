/* SPDX-License-Identifier: MIT */
#include "workers/peer_registry.h"

#include <sodium/crypto_shorthash.h>
#include <string.h>

#include "lib/assert.h"
#include "lib/container.h"
#include "lib/node/id.h"

#define EXEMPT (DT_PEER_STATIC | DT_PEER_TRUSTED)

_Static_assert(sizeof(((struct dti_peer_registry *)0)->hash_key) ==
		       crypto_shorthash_KEYBYTES,
	       "the key is SipHash's");

bool dti_peer_registry_init(struct dti_peer_registry *registry,
			    const struct dti_peer_registry_options *options,
			    const struct dt_allocator *allocator)
{
	*registry = (struct dti_peer_registry){
		.self = options->self,
		.max_peers = options->max_peers,
		.max_inbound = options->max_inbound,
	};
	memcpy(registry->hash_key, options->hash_key,
	       sizeof(registry->hash_key));
	dti_slab_init(&registry->entries, sizeof(struct dti_peer_entry),
		      SIZE_MAX, allocator);
	return dti_chains_init(&registry->chains, options->reserve,
			       allocator) &&
	       dti_slab_reserve(&registry->entries, options->reserve);
}

void dti_peer_registry_fini(struct dti_peer_registry *registry)
{
	dti_chains_fini(&registry->chains);
	dti_slab_fini(&registry->entries);
}

static uint64_t hash_of(const struct dti_peer_registry *registry,
			const struct dt_node_id *id)
{
	uint8_t digest[crypto_shorthash_BYTES];
	uint64_t hash;

	crypto_shorthash(digest, id->bytes, sizeof(id->bytes),
			 registry->hash_key);
	memcpy(&hash, digest, sizeof(hash));
	return hash;
}

struct dti_peer_entry *
dti_peer_registry_find(const struct dti_peer_registry *registry,
		       const struct dt_node_id *id)
{
	struct dti_chain_link *link =
		dti_chains_first(&registry->chains, hash_of(registry, id));

	for (; link != NULL; link = dti_chain_next(link)) {
		struct dti_peer_entry *entry =
			dti_container_of(link, struct dti_peer_entry, link);

		if (dti_node_id_equal(&entry->id, id))
			return entry;
	}
	return NULL;
}

/* NULL: no memory. */
static struct dti_peer_entry *find_or_add(struct dti_peer_registry *registry,
					  const struct dt_node_id *id)
{
	struct dti_peer_entry *entry = dti_peer_registry_find(registry, id);

	if (entry != NULL)
		return entry;
	entry = dti_slab_take(&registry->entries);
	if (entry == NULL)
		return NULL;
	*entry = (struct dti_peer_entry){.id = *id};
	dti_chains_add(&registry->chains, &entry->link, hash_of(registry, id));
	return entry;
}

static void forget_if_idle(struct dti_peer_registry *registry,
			   struct dti_peer_entry *entry)
{
	if (entry->flags != 0 || entry->is_dialed)
		return;
	dti_chains_remove(&registry->chains, &entry->link);
	dti_slab_give(&registry->entries, entry);
}

static bool is_arbiter(const struct dti_peer_registry *registry,
		       const struct dt_node_id *id)
{
	return memcmp(registry->self.bytes, id->bytes, sizeof(id->bytes)) < 0;
}

static bool is_full(const struct dti_peer_registry *registry, uint32_t flags)
{
	if ((flags & EXEMPT) != 0)
		return false;
	return registry->limited >= registry->max_peers ||
	       ((flags & DT_PEER_INBOUND) != 0 &&
		registry->inbound >= registry->max_inbound);
}

/* One more, or one less. */
static void count(struct dti_peer_registry *registry, uint32_t flags,
		  uint32_t more)
{
	if ((flags & EXEMPT) != 0)
		return;
	registry->limited += more;
	if ((flags & DT_PEER_INBOUND) != 0)
		registry->inbound += more;
}

static void open_entry(struct dti_peer_registry *registry,
		       struct dti_peer_entry *entry, uint32_t flags)
{
	DTI_ASSERT(flags != 0 && entry->flags == 0);
	entry->flags = flags;
	entry->kept_by = NULL;
	count(registry, flags, 1);
}

/* @entry: of the id; NULL: none. */
static enum dt_ending judge(const struct dti_peer_registry *registry,
			    const struct dti_peer_entry *entry, uint32_t flags)
{
	if (entry != NULL && entry->flags != 0)
		return DT_ENDING_LOCAL_ALREADY;
	if (entry != NULL && entry->is_unwanted)
		return DT_ENDING_LOCAL_REQUESTED;
	return is_full(registry, flags) ? DT_ENDING_LOCAL_TOO_MANY
					: DT_ENDING_NONE;
}

enum dt_ending dti_peer_registry_dial(struct dti_peer_registry *registry,
				      const struct dt_node_id *id,
				      uint32_t flags)
{
	struct dti_peer_entry *entry = dti_peer_registry_find(registry, id);
	enum dt_ending refused = judge(registry, entry, flags);

	if (dti_node_id_equal(&registry->self, id))
		return DT_ENDING_OWN_ID;
	if (refused == DT_ENDING_NONE && entry != NULL && entry->is_dialed)
		refused = DT_ENDING_LOCAL_ALREADY;
	if (refused != DT_ENDING_NONE)
		return refused;
	entry = find_or_add(registry, id);
	if (entry == NULL)
		return DT_ENDING_LOCAL_FAULT;
	entry->is_dialed = true;
	return DT_ENDING_NONE;
}

/* Was it awaited? */
static bool end_dial(struct dti_peer_entry *entry)
{
	bool awaited = entry->is_awaited;

	DTI_ASSERT(entry->is_dialed);
	entry->is_dialed = false;
	entry->is_awaited = false;
	return awaited;
}

bool dti_peer_registry_dial_failed(struct dti_peer_registry *registry,
				   const struct dt_node_id *id)
{
	struct dti_peer_entry *entry = dti_peer_registry_find(registry, id);
	bool awaited;

	DTI_ASSERT(entry != NULL);
	awaited = end_dial(entry);
	forget_if_idle(registry, entry);
	return awaited;
}

enum dt_ending dti_peer_registry_dial_opened(struct dti_peer_registry *registry,
					     bool *awaited,
					     const struct dt_node_id *id,
					     uint32_t flags)
{
	struct dti_peer_entry *entry = dti_peer_registry_find(registry, id);
	enum dt_ending refused = judge(registry, entry, flags);

	DTI_ASSERT(entry != NULL);
	*awaited = end_dial(entry);
	if (refused == DT_ENDING_NONE)
		open_entry(registry, entry, flags);
	else
		forget_if_idle(registry, entry);
	return refused;
}

enum dt_ending
dti_peer_registry_would_refuse(const struct dti_peer_registry *registry,
			       const struct dt_node_id *id)
{
	if (dti_node_id_equal(&registry->self, id))
		return DT_ENDING_OWN_ID;
	return judge(registry, NULL, DT_PEER_INBOUND);
}

enum dt_ending
dti_peer_registry_inbound_opened(struct dti_peer_registry *registry,
				 bool *waits, const struct dt_node_id *id)
{
	struct dti_peer_entry *entry = dti_peer_registry_find(registry, id);
	enum dt_ending refused = judge(registry, entry, DT_PEER_INBOUND);

	*waits = false;
	if (dti_node_id_equal(&registry->self, id))
		return DT_ENDING_OWN_ID;
	if (refused != DT_ENDING_NONE)
		return refused;
	entry = find_or_add(registry, id);
	if (entry == NULL)
		return DT_ENDING_LOCAL_FAULT;
	if (entry->is_dialed && is_arbiter(registry, id)) {
		entry->is_awaited = true;
		*waits = true;
		return DT_ENDING_NONE;
	}
	open_entry(registry, entry, DT_PEER_INBOUND);
	return DT_ENDING_NONE;
}

void dti_peer_registry_remove(struct dti_peer_registry *registry,
			      const struct dt_node_id *id)
{
	struct dti_peer_entry *entry = dti_peer_registry_find(registry, id);

	DTI_ASSERT(entry != NULL && entry->flags != 0);
	count(registry, entry->flags, UINT32_MAX);
	entry->flags = 0;
	entry->kept_by = NULL;
	entry->is_unwanted = false;
	forget_if_idle(registry, entry);
}

struct census {
	uint32_t limited;
	uint32_t inbound;
};

static void verify_entry(const struct dti_peer_registry *registry,
			 const struct dti_peer_entry *entry,
			 struct census *census)
{
	bool counts = entry->flags != 0 && (entry->flags & EXEMPT) == 0;

	DTI_ASSERT(entry->flags != 0 || entry->is_dialed);
	DTI_ASSERT(entry->is_dialed || !entry->is_awaited);
	DTI_ASSERT(entry->flags != 0 || entry->kept_by == NULL);
	DTI_ASSERT(!dti_node_id_equal(&entry->id, &registry->self));
	(void)registry;
	census->limited += counts;
	census->inbound += counts && (entry->flags & DT_PEER_INBOUND) != 0;
}

void dti_peer_registry_verify(const struct dti_peer_registry *registry)
{
	struct census census = {.limited = 0};

	dti_chains_verify(&registry->chains);
	for (size_t i = 0; i < registry->chains.size; i++) {
		struct dti_chain_link *link = registry->chains.heads[i];

		for (; link != NULL; link = link->next)
			verify_entry(registry,
				     dti_container_of(
					     link, struct dti_peer_entry, link),
				     &census);
	}
	DTI_ASSERT(census.limited == registry->limited);
	DTI_ASSERT(census.inbound == registry->inbound);
}
