/* SPDX-License-Identifier: MIT */
#include "lib/discv4/chains.h"

#include "lib/assert.h"
#include "lib/memory.h"

bool dti_chains_init(struct dti_chains *chains, size_t size,
		     const struct dt_allocator *allocator)
{
	*chains = (struct dti_chains){.allocator = allocator, .size = 1};
	while (chains->size < size && chains->size <= SIZE_MAX / 4)
		chains->size *= 2;
	chains->heads = dti_calloc(allocator, chains->size,
				   sizeof(struct dti_chain_link *));
	return chains->heads != NULL;
}

void dti_chains_fini(struct dti_chains *chains)
{
	dti_free(chains->allocator, chains->heads);
	chains->heads = NULL;
}

static void link_to(struct dti_chain_link **head, struct dti_chain_link *link)
{
	link->next = *head;
	link->at = head;
	if (link->next != NULL)
		link->next->at = &link->next;
	*head = link;
}

/* Chain i becomes i and i + size, turned round as it is moved. */
static void split(struct dti_chain_link **heads, size_t size,
		  struct dti_chain_link *chain)
{
	while (chain != NULL) {
		struct dti_chain_link *next = chain->next;

		link_to(&heads[chain->hash & (size - 1)], chain);
		chain = next;
	}
}

static void grow(struct dti_chains *chains)
{
	size_t size = chains->size * 2;
	struct dti_chain_link **heads = dti_calloc(
		chains->allocator, size, sizeof(struct dti_chain_link *));

	if (heads == NULL)
		return;
	for (size_t i = 0; i < chains->size; i++)
		split(heads, size, chains->heads[i]);
	dti_free(chains->allocator, chains->heads);
	chains->heads = heads;
	chains->size = size;
}

void dti_chains_add(struct dti_chains *chains, struct dti_chain_link *link,
		    uint64_t hash)
{
	if (chains->count >= chains->size)
		grow(chains);
	link->hash = hash;
	link_to(&chains->heads[hash & (chains->size - 1)], link);
	chains->count++;
}

void dti_chains_remove(struct dti_chains *chains, struct dti_chain_link *link)
{
	DTI_ASSERT(*link->at == link);
	*link->at = link->next;
	if (link->next != NULL)
		link->next->at = link->at;
	link->at = NULL;
	chains->count--;
}

static struct dti_chain_link *with_hash(struct dti_chain_link *link,
					uint64_t hash)
{
	while (link != NULL && link->hash != hash)
		link = link->next;
	return link;
}

struct dti_chain_link *dti_chains_first(const struct dti_chains *chains,
					uint64_t hash)
{
	return with_hash(chains->heads[hash & (chains->size - 1)], hash);
}

struct dti_chain_link *dti_chain_next(const struct dti_chain_link *link)
{
	return with_hash(link->next, link->hash);
}

void dti_chains_verify(const struct dti_chains *chains)
{
	size_t count = 0;

	for (size_t i = 0; i < chains->size; i++) {
		struct dti_chain_link **at = &chains->heads[i];

		for (; *at != NULL; at = &(*at)->next) {
			DTI_ASSERT((*at)->at == at);
			DTI_ASSERT(((*at)->hash & (chains->size - 1)) == i);
			count++;
		}
	}
	DTI_ASSERT(count == chains->count);
}
