/* SPDX-License-Identifier: MIT */
#include "lib/discv4/protocol.h"

#include <string.h>

#include "lib/assert.h"
#include "lib/discv4/state.h"
#include "lib/memory.h"
#include "lib/node/address_class.h"
#include "lib/node/id.h"

#define KEY_SIZE       16 /* bytes, of a hash */
#define REQUESTS_LEAST 32

/* A list of bootnodes is for all: it may have us in it. */
static bool is_usable(const struct dti_discv4_config *config,
		      const struct dt_node *bootnode)
{
	const struct dt_endpoint *endpoint = &bootnode->endpoint;

	return !dti_node_id_equal(&bootnode->id, &config->self.id) &&
	       dti_address_can_be_asked(endpoint) &&
	       dti_netrestrict_allows(config->netrestrict, endpoint);
}

static bool copy_bootnodes(struct dti_discv4 *discv4,
			   const struct dti_discv4_config *config)
{
	size_t count = 0;

	discv4->config.bootnodes = NULL; /* the caller's */
	discv4->config.bootnode_count = 0;
	if (config->bootnode_count == 0)
		return true;
	discv4->bootnodes =
		dti_calloc(config->allocator, config->bootnode_count,
			   sizeof(*discv4->bootnodes));
	if (discv4->bootnodes == NULL)
		return false;
	for (size_t i = 0; i < config->bootnode_count; i++) {
		const struct dt_node *node = &config->bootnodes[i];

		if (is_usable(config, node))
			discv4->bootnodes[count++] = (struct dt_node){
				.id = node->id, .endpoint = node->endpoint};
	}
	discv4->config.bootnode_count = count;
	return true;
}

void dti_discv4_move(struct dti_discv4 *discv4,
		     const struct dt_endpoint *endpoint, uint64_t record_seq,
		     struct dti_bytes record)
{
	DTI_ASSERT(record.length <= sizeof(discv4->record));
	if (record.length > 0)
		memcpy(discv4->record, record.bytes, record.length);
	discv4->config.self.endpoint = *endpoint;
	discv4->config.record_seq = record_seq;
	discv4->config.record =
		(struct dti_bytes){discv4->record, record.length};
}

static bool copy_config(struct dti_discv4 *discv4,
			const struct dti_discv4_config *config)
{
	DTI_ASSERT(config->max_requests >= REQUESTS_LEAST);
	discv4->config = *config;
	discv4->config.self.host_name = NULL;
	dti_discv4_move(discv4, &config->self.endpoint, config->record_seq,
			config->record);
	return copy_bootnodes(discv4, config);
}

static bool make_parts(struct dti_discv4 *discv4)
{
	const struct dti_discv4_config *config = &discv4->config;
	uint8_t keys[3][KEY_SIZE];

	dti_random_fill(&discv4->random, keys, sizeof(keys));
	discv4->table = dti_table_create(&config->self.id, config->limit_lan,
					 config->allocator);
	discv4->proofs = dti_proofs_create(config->max_proofs, keys[0],
					   config->allocator);
	discv4->limiter =
		dti_limiter_create(&config->rates, keys[1], config->allocator);
	discv4->requests = dti_requests_create(config->max_requests, keys[2],
					       config->allocator);
	return discv4->table && discv4->proofs && discv4->limiter &&
	       discv4->requests;
}

struct dti_discv4 *dti_discv4_create(const struct dti_discv4_config *config)
{
	struct dti_discv4 *discv4 =
		dti_calloc(config->allocator, 1, sizeof(*discv4));

	if (discv4 == NULL)
		return NULL;
	dti_random_init(&discv4->random, config->seed);
	dti_visit_lists_init(discv4);
	discv4->strangers_left = UINT32_MAX;
	discv4->next_check_ms = INT64_MAX;
	discv4->next_refresh_ms = INT64_MAX;
	if (!copy_config(discv4, config) || !make_parts(discv4)) {
		dti_discv4_destroy(discv4);
		return NULL;
	}
	return discv4;
}

void dti_discv4_destroy(struct dti_discv4 *discv4)
{
	const struct dt_allocator *allocator;

	if (discv4 == NULL)
		return;
	allocator = discv4->config.allocator;
	while (discv4->queries != NULL)
		dti_query_free(discv4, discv4->queries);
	dti_requests_destroy(discv4->requests);
	dti_limiter_destroy(discv4->limiter);
	dti_proofs_destroy(discv4->proofs);
	dti_table_destroy(discv4->table);
	dti_free(allocator, discv4->bootnodes);
	dti_free(allocator, discv4);
}

void dti_discv4_add_seed(struct dti_discv4 *discv4, const struct dt_node *node,
			 struct dti_discv4_now now)
{
	struct dti_place place = dti_place_of(&node->id);

	if (!dti_netrestrict_allows(discv4->config.netrestrict,
				    &node->endpoint))
		return;
	(void)dti_table_add(discv4->table, node, &place, false, now.ms);
	if (discv4->seed_count < DTI_SEEDS_MAX)
		discv4->seeds[discv4->seed_count++] = (struct dt_node){
			.id = node->id, .endpoint = node->endpoint};
}

void dti_discv4_start(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	discv4->started = true;
	discv4->next_refresh_ms = now.ms;
	dti_discv4_maintain(discv4, now);
}

void dti_discv4_receive(struct dti_discv4 *discv4,
			const struct dt_endpoint *source,
			const struct dti_packet *packet,
			struct dti_discv4_now now)
{
	/* Reflected by somebody, or another one with our key. */
	if (dti_node_id_equal(&packet->sender, &discv4->config.self.id))
		return;
	switch (packet->type) {
	case DTI_PACKET_PING:
	case DTI_PACKET_FIND_NODE:
	case DTI_PACKET_RECORD_REQUEST:
		dti_discv4_serve(discv4, source, packet, now);
		break;
	case DTI_PACKET_PONG:
	case DTI_PACKET_NEIGHBORS:
	case DTI_PACKET_RECORD_RESPONSE:
		dti_discv4_reply(discv4, source, packet, now);
		break;
	case DTI_PACKET_TYPE_COUNT:
		break;
	}
}

void dti_discv4_tick(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	dti_discv4_expire(discv4, now);
	dti_visits_tick(discv4, now);
	dti_discv4_maintain(discv4, now);
}

int64_t dti_discv4_deadline(const struct dti_discv4 *discv4)
{
	const struct dti_request *first = dti_requests_first(discv4->requests);
	int64_t deadline_ms = dti_visits_deadline(discv4);
	int64_t maintain_ms = dti_discv4_maintain_deadline(discv4);

	if (first != NULL && first->expires_ms < deadline_ms)
		deadline_ms = first->expires_ms;
	return maintain_ms < deadline_ms ? maintain_ms : deadline_ms;
}

const struct dti_table *dti_discv4_table(const struct dti_discv4 *discv4)
{
	return discv4->table;
}

bool dti_discv4_is_ready(const struct dti_discv4 *discv4)
{
	return discv4->ready;
}

void dti_discv4_figures(const struct dti_discv4 *discv4,
			struct dti_discv4_figures *out)
{
	*out = discv4->figures;
	out->queries = discv4->query_count;
	out->requests = dti_requests_count(discv4->requests);
	out->proofs = dti_proofs_count(discv4->proofs);
}
