/* SPDX-License-Identifier: MIT */
#include "bench/contenders/forged_ids.h"

#include <stdlib.h>
#include <string.h>

#include "lib/discv4/protocol.h"

#include "bench/contenders/counted_memory.h"

enum {
	PINGS_A_MS = 10,
	BEGIN_UNIX_S = 2000000000,
	LIFE_S = 20,
	HALF_AN_HOUR_MS = 1800000,
	CHECK_MS = 5000,
	MAX_QUERIES = 64,
	MAX_REQUESTS = 704,         /* what a node with so many queries has */
	FIRST_ADDRESS = 0x0b000000, /* 11.0.0.0: public */
};

/* What a node has; see workers/discv4_create.c. */
static const struct dti_limiter_rates node_rates = {
	.subnet_per_s = 250,
	.subnet_burst = 1000,
	.all_per_s = 4000,
	.all_burst = 4000,
	.subnets = 4096,
};
static const struct dti_limiter_rates no_rates = {.subnets = 4096};

struct forged_ids {
	struct forged_ids_options options;
	struct counted_memory memory;
	struct dt_allocator allocator;
	struct dti_discv4 *machine;
	uint64_t random; /* the generator's state */
	uint64_t sent;   /* packets of the machine, ever: their hashes */
	uint64_t pings;
	/* The last ping of the machine: what a pong must name. */
	uint8_t token[DTI_PACKET_HASH_SIZE];
	bool has_token;
	struct dti_packet ping;
	struct dti_packet pong;
};

/* splitmix64. */
static uint64_t draw(struct forged_ids *ids)
{
	uint64_t mixed = ids->random += 0x9e3779b97f4a7c15u;

	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
	return mixed ^ (mixed >> 31);
}

/* ---- the machine's seams ---- */

static bool take_packet(void *context, const struct dt_endpoint *to,
			struct dti_packet *packet)
{
	struct forged_ids *ids = context;

	(void)to;
	ids->sent++;
	memset(packet->hash, 0, sizeof(packet->hash));
	memcpy(packet->hash, &ids->sent, sizeof(ids->sent));
	if (packet->type == DTI_PACKET_PING) {
		memcpy(ids->token, packet->hash, sizeof(ids->token));
		ids->has_token = true;
	}
	return true;
}

static void ignore_answer(void *context, void *tag,
			  const struct dti_discv4_answer *answer)
{
	(void)context;
	(void)tag;
	(void)answer;
}

static void ignore_check(void *context, const struct dti_table_entry *entry,
			 bool alive, bool seed)
{
	(void)context;
	(void)entry;
	(void)alive;
	(void)seed;
}

static bool accept_id(void *context, const struct dt_node_id *id)
{
	(void)context;
	(void)id;
	return true;
}

static bool refuse_record(void *context, struct dt_record *out,
			  struct dti_bytes record)
{
	(void)context;
	(void)out;
	(void)record;
	return false;
}

/* ---- create and destroy ---- */

static struct dti_discv4_now now(const struct forged_ids *ids)
{
	int64_t ms = (int64_t)(ids->pings / PINGS_A_MS);

	return (struct dti_discv4_now){
		.ms = ms + 1,
		.unix_s = BEGIN_UNIX_S + ms / 1000,
	};
}

static struct dti_discv4 *make_machine(struct forged_ids *ids)
{
	struct dti_discv4_config config = {
		.self = {.id = {.bytes = {1}},
			 .endpoint = {.ip = {10, 0, 0, 1},
				      .family = 4,
				      .udp_port = 30303}},
		.max_queries = MAX_QUERIES,
		.max_requests = MAX_REQUESTS,
		.max_proofs = ids->options.max_proofs,
		.refresh_ms = HALF_AN_HOUR_MS,
		.check_ms = CHECK_MS,
		.rates = ids->options.is_limited ? node_rates : no_rates,
		.seed = {1},
		.seams = {.context = ids,
			  .send = take_packet,
			  .done = ignore_answer,
			  .checked = ignore_check,
			  .id_is_valid = accept_id,
			  .read_record = refuse_record},
		.allocator = &ids->allocator,
	};

	return dti_discv4_create(&config);
}

struct forged_ids *forged_ids_create(const struct forged_ids_options *options)
{
	struct forged_ids *ids = calloc(1, sizeof(*ids));

	if (!ids)
		return NULL;
	ids->options = *options;
	ids->allocator = counted_memory_allocator(&ids->memory);
	ids->ping.type = DTI_PACKET_PING;
	ids->pong.type = DTI_PACKET_PONG;
	ids->machine = make_machine(ids);
	if (!ids->machine) {
		free(ids);
		return NULL;
	}
	dti_discv4_start(ids->machine, now(ids));
	return ids;
}

void forged_ids_destroy(struct forged_ids *ids)
{
	dti_discv4_destroy(ids->machine);
	free(ids);
}

/* ---- pings ---- */

/* Each in another /24, until those are used up. */
static struct dt_endpoint next_source(const struct forged_ids *ids)
{
	uint32_t number = (uint32_t)ids->pings;
	uint32_t address = FIRST_ADDRESS + (number << 8) + (number >> 20) + 1;

	return (struct dt_endpoint){
		.ip = {(uint8_t)(address >> 24), (uint8_t)(address >> 16),
		       (uint8_t)(address >> 8), (uint8_t)address},
		.family = 4,
		.udp_port = 30303,
	};
}

static void deliver(struct forged_ids *ids, const struct dt_endpoint *source,
		    struct dti_packet *packet)
{
	struct dti_discv4_now at = now(ids);

	packet->expiration = (uint64_t)at.unix_s + LIFE_S;
	if (dti_discv4_admit(ids->machine, source, packet, at) ==
	    DTI_DISCV4_ADMITTED)
		dti_discv4_receive(ids->machine, source, packet, at);
}

static void ping(struct forged_ids *ids)
{
	struct dt_endpoint source = next_source(ids);
	uint64_t parts[sizeof(ids->ping.sender) / sizeof(uint64_t)];

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		parts[i] = draw(ids);
	memcpy(&ids->ping.sender, parts, sizeof(parts));
	ids->has_token = false;
	deliver(ids, &source, &ids->ping);
	if (!ids->options.answers || !ids->has_token)
		return;
	ids->pong.sender = ids->ping.sender;
	memcpy(ids->pong.pong.token, ids->token, sizeof(ids->token));
	deliver(ids, &source, &ids->pong);
}

void forged_ids_run(struct forged_ids *ids, uint64_t pings)
{
	for (uint64_t i = 0; i < pings; i++) {
		ping(ids);
		ids->pings++;
		if (ids->pings % PINGS_A_MS == 0 &&
		    dti_discv4_deadline(ids->machine) <= now(ids).ms)
			dti_discv4_tick(ids->machine, now(ids));
	}
}

size_t forged_ids_bytes(const struct forged_ids *ids)
{
	return ids->memory.most_bytes;
}
