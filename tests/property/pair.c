/* SPDX-License-Identifier: MIT */
#include "tests/property/pair.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct dt_allocator libc = {.context = NULL};

void pair_require(const struct pair *pair, bool holds, const char *what)
{
	if (holds)
		return;
	(void)fprintf(stderr,
		      "property_dialstate: seed %" PRIu64 ", event %" PRIu64
		      " at %" PRId64 " ms (%s): does not hold: %s\n",
		      pair->seed, pair->event, pair->now_ms,
		      pair->limited ? "limited" : "unlimited", what);
	exit(EXIT_FAILURE);
}

struct dt_node_id pair_id(int node)
{
	struct dt_node_id id = {{0}};

	id.bytes[0] = (uint8_t)(node + 1);
	return id;
}

struct dt_node pair_node(int node, struct model_place place)
{
	struct dt_node made = {.id = pair_id(node)};

	if (place.net != 0) {
		made.endpoint.family = 4;
		made.endpoint.ip[0] = place.net;
		made.endpoint.ip[2] = (uint8_t)node;
		made.endpoint.ip[3] = place.variant;
	}
	if (place.has_port)
		made.endpoint.tcp_port = 30303;
	if (place.has_name)
		made.host_name = "node.example";
	return made;
}

struct model_place pair_random_place(struct pair *pair)
{
	static const uint8_t nets[] = {10, 10, 10, 10, 11, 11, 0, 224};
	struct random_stream *random = &pair->random;

	return (struct model_place){
		.net = nets[random_below(random, 8)],
		.variant = (uint8_t)(1 + random_below(random, 200)),
		.has_port = random_chance(random, 90),
		.has_name = random_chance(random, 10),
	};
}

static void make_networks(struct pair *pair)
{
	static const char *const texts[] = {
		[MODEL_ALL_NETWORKS] = "",
		[MODEL_NET_10] = "10.0.0.0/8",
		[MODEL_NET_11] = "11.0.0.0/8",
		[MODEL_NO_NETWORK] = "none",
	};

	for (int i = 0; i < MODEL_NETWORKS_COUNT; i++)
		pair_require(pair,
			     dti_netrestrict_parse(&pair->networks[i], texts[i],
						   &libc, NULL) == DT_OK,
			     "the networks are accepted");
}

static struct dti_dialstate_limits random_limits(struct random_stream *random)
{
	static const uint32_t shares[] = {75, 75, 75, 50, 10, 0, 100, 33};

	return (struct dti_dialstate_limits){
		.max_dyn_dials = (uint32_t)random_below(random, 13),
		.static_share = shares[random_below(random, 8)],
		.history_expiration_ms =
			random_chance(random, 90) ? 30000 : 5000,
		.fallback_interval_ms = 20000,
		.lookup_max_age_ms =
			random_chance(random, 50) ? DTI_NEVER : 3000,
		.resolve_delay_ms = 60000,
	};
}

void pair_init(struct pair *pair, uint64_t seed)
{
	struct random_stream *random = &pair->random;
	struct dti_dialstate_config config = {.allocator = &libc};
	struct dt_node_id self;

	memset(pair, 0, sizeof(*pair));
	pair->seed = seed;
	random->state = seed;
	model_init(&pair->model);
	make_networks(pair);
	pair->limited = random_chance(random, 60);
	pair->now_ms = random_chance(random, 50) ? 0 : 1000000;
	config.limits = random_limits(random);
	config.has_lookup = random_chance(random, 80);
	config.check_endpoints = random_chance(random, 50);
	if (random_chance(random, 80)) {
		pair->model.self = random_below(random, MODEL_NODES);
		self = pair_id(pair->model.self);
		config.self = &self;
	}
	for (size_t i = 0; i < sizeof(config.hash_key); i++)
		config.hash_key[i] = (uint8_t)random_next(random);
	pair->model.limits = config.limits;
	pair->model.has_lookup = config.has_lookup;
	pair->model.check_endpoints = config.check_endpoints;
	pair_require(pair, dti_dialstate_create(&pair->state, &config) == DT_OK,
		     "the dial state is made");
}

void pair_fini(struct pair *pair)
{
	dti_dialstate_destroy(pair->state);
	for (int i = 0; i < MODEL_NETWORKS_COUNT; i++)
		dti_netrestrict_destroy(pair->networks[i], &libc);
}
