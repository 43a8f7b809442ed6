/* SPDX-License-Identifier: MIT */
#include "lib/discv4/requests.h"

#include <string.h>

#include "lib/assert.h"
#include "lib/container.h"
#include "lib/discv4/chains.h"
#include "lib/discv4/contact.h"
#include "lib/discv4/ticket.h"
#include "lib/list.h"
#include "lib/memory.h"

struct entry {
	struct dti_request request;
	struct dti_contact contact;
	struct dti_ticket ticket;
	struct dti_chain_link by_contact;
	struct dti_chain_link by_ticket;
	struct dti_list_link order; /* of those under way, or of the free */
	uint32_t expected; /* replies that dti_requests_expects() has let by */
	bool is_under_way;
};

struct dti_requests {
	const struct dt_allocator *allocator;
	uint8_t key[16];
	/* Only the first @touched were ever used: the rest costs no memory
	 * where the system gives it page by page. */
	struct entry *entries;
	size_t capacity;
	size_t touched;
	struct dti_list free;      /* of those touched; the latest first */
	struct dti_list under_way; /* the oldest first */
	struct dti_chains contacts;
	struct dti_chains tickets;
};

struct dti_requests *dti_requests_create(size_t capacity, const uint8_t key[16],
					 const struct dt_allocator *allocator)
{
	struct dti_requests *requests =
		dti_calloc(allocator, 1, sizeof(*requests));
	size_t size;

	if (requests == NULL ||
	    __builtin_mul_overflow(capacity, sizeof(struct entry), &size))
		goto fail;
	requests->allocator = allocator;
	requests->capacity = capacity;
	memcpy(requests->key, key, sizeof(requests->key));
	dti_list_init(&requests->free);
	dti_list_init(&requests->under_way);
	requests->entries = dti_malloc(allocator, size);
	if (requests->entries == NULL ||
	    !dti_chains_init(&requests->contacts, capacity, allocator))
		goto fail_entries;
	if (!dti_chains_init(&requests->tickets, capacity, allocator))
		goto fail_contacts;
	return requests;

fail_contacts:
	dti_chains_fini(&requests->contacts);
fail_entries:
	dti_free(allocator, requests->entries);
fail:
	dti_free(allocator, requests);
	return NULL;
}

void dti_requests_destroy(struct dti_requests *requests)
{
	if (requests == NULL)
		return;
	dti_chains_fini(&requests->tickets);
	dti_chains_fini(&requests->contacts);
	dti_free(requests->allocator, requests->entries);
	dti_free(requests->allocator, requests);
}

static struct entry *find(const struct dti_requests *requests,
			  const struct dt_node_id *id,
			  const struct dt_endpoint *ip, unsigned int type)
{
	struct dti_contact contact = dti_contact_of(id, ip);
	uint64_t hash = dti_contact_hash(&contact, requests->key);
	struct dti_chain_link *link =
		dti_chains_first(&requests->contacts, hash);

	for (; link != NULL; link = dti_chain_next(link)) {
		struct entry *entry =
			dti_container_of(link, struct entry, by_contact);

		if (entry->request.type == type &&
		    dti_contact_equal(&entry->contact, &contact))
			return entry;
	}
	return NULL;
}

static struct entry *entry_of(struct dti_list_link *order)
{
	return dti_container_of(order, struct entry, order);
}

static struct entry *take_free(struct dti_requests *requests)
{
	struct dti_list_link *order = dti_list_first(&requests->free);

	if (order != NULL) {
		dti_list_remove(order);
		return entry_of(order);
	}
	if (requests->touched == requests->capacity)
		return NULL;
	return &requests->entries[requests->touched++];
}

struct dti_request *dti_requests_begin(struct dti_requests *requests,
				       const struct dt_node *node,
				       enum dti_packet_type type,
				       const uint8_t hash[DTI_PACKET_HASH_SIZE],
				       int64_t now_ms)
{
	struct dti_list_link *last = dti_list_last(&requests->under_way);
	struct entry *entry = take_free(requests);

	DTI_ASSERT(dti_requests_find(requests, &node->id, &node->endpoint,
				     type) == NULL);
	DTI_ASSERT(last == NULL || entry_of(last)->request.sent_ms <= now_ms);
	if (entry == NULL)
		return NULL;
	*entry = (struct entry){
		.request = {.node = *node,
			    .type = type,
			    .sent_ms = now_ms,
			    .expires_ms = now_ms + DTI_REQUEST_LIFE_MS},
		.contact = dti_contact_of(&node->id, &node->endpoint),
		.ticket = dti_ticket_of_request(&node->endpoint, type, hash),
		.is_under_way = true,
	};
	memcpy(entry->request.hash, hash, sizeof(entry->request.hash));
	dti_chains_add(&requests->contacts, &entry->by_contact,
		       dti_contact_hash(&entry->contact, requests->key));
	dti_chains_add(&requests->tickets, &entry->by_ticket,
		       dti_ticket_hash(&entry->ticket, requests->key));
	dti_list_push_back(&requests->under_way, &entry->order);
	return &entry->request;
}

void dti_requests_end(struct dti_requests *requests,
		      struct dti_request *request)
{
	struct entry *entry = dti_container_of(request, struct entry, request);

	DTI_ASSERT(entry->is_under_way);
	entry->is_under_way = false;
	dti_chains_remove(&requests->contacts, &entry->by_contact);
	dti_chains_remove(&requests->tickets, &entry->by_ticket);
	dti_list_remove(&entry->order);
	dti_list_push_front(&requests->free, &entry->order);
}

bool dti_requests_expects(struct dti_requests *requests,
			  const struct dt_endpoint *source,
			  const struct dti_packet *reply)
{
	struct dti_chain_link *link;
	struct dti_ticket ticket;

	if (!dti_ticket_of_reply(&ticket, source, reply))
		return false;
	link = dti_chains_first(&requests->tickets,
				dti_ticket_hash(&ticket, requests->key));
	for (; link != NULL; link = dti_chain_next(link)) {
		struct entry *entry =
			dti_container_of(link, struct entry, by_ticket);

		if (entry->expected < DTI_REQUEST_REPLIES_MAX &&
		    dti_ticket_equal(&entry->ticket, &ticket)) {
			entry->expected++;
			return true;
		}
	}
	return false;
}

struct dti_request *dti_requests_match(struct dti_requests *requests,
				       const struct dt_endpoint *source,
				       const struct dti_packet *reply)
{
	struct dti_ticket ticket;
	struct entry *entry;

	if (!dti_ticket_of_reply(&ticket, source, reply))
		return NULL;
	entry = find(requests, &reply->sender, source, ticket.type);
	if (entry == NULL || !dti_ticket_equal(&entry->ticket, &ticket))
		return NULL;
	return &entry->request;
}

struct dti_request *dti_requests_find(struct dti_requests *requests,
				      const struct dt_node_id *id,
				      const struct dt_endpoint *ip,
				      enum dti_packet_type type)
{
	struct entry *entry = find(requests, id, ip, type);

	return entry != NULL ? &entry->request : NULL;
}

struct dti_request *dti_requests_first(const struct dti_requests *requests)
{
	struct dti_list_link *first = dti_list_first(&requests->under_way);

	return first != NULL ? &entry_of(first)->request : NULL;
}

size_t dti_requests_count(const struct dti_requests *requests)
{
	return requests->contacts.count;
}

/* How many are in @list; all of them are under way, or none is. */
static size_t verify_list(const struct dti_list *list, bool are_under_way)
{
	struct dti_list_link *order = dti_list_first(list);
	int64_t last_ms = INT64_MIN;
	size_t count = 0;

	for (; order != NULL; order = dti_list_next(list, order)) {
		const struct entry *entry = entry_of(order);

		DTI_ASSERT(entry->is_under_way == are_under_way);
		DTI_ASSERT(!are_under_way ||
			   last_ms <= entry->request.expires_ms);
		last_ms = entry->request.expires_ms;
		count++;
	}
	return count;
}

void dti_requests_verify(const struct dti_requests *requests)
{
	size_t under_way = verify_list(&requests->under_way, true);
	size_t free = verify_list(&requests->free, false);

	DTI_ASSERT(under_way == requests->contacts.count);
	DTI_ASSERT(under_way == requests->tickets.count);
	DTI_ASSERT(under_way + free == requests->touched);
	DTI_ASSERT(requests->touched <= requests->capacity);
	dti_chains_verify(&requests->contacts);
	dti_chains_verify(&requests->tickets);
}
