/* SPDX-License-Identifier: MIT */
#include "tests/discv4_world.h"

#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/contact.h"
#include "lib/node/endpoint.h"

#include "tests/discv4_fakes.h"
#include "tests/require.h"

#define FLIGHTS_MS (1 << 10) /* longer than any packet takes */
#define TIMERS_MS  (1 << 14) /* longer than the usual time between checks */

/* Of the network that node 0 is in: 32.0.0. */
#define FIRST_SUBNET UINT32_C(0x200000)

static const struct dt_allocator libc_allocator;

/* A datagram on its way; of the union only what its type has is there. Those of
 * one moment arrive as they were sent. */
struct flight {
	struct wheel_item item;
	struct dt_endpoint from;
	struct dt_endpoint to;
	struct dti_packet packet;
};

struct world {
	struct world_plan plan;
	struct dti_random random;
	int64_t now_ms;
	uint64_t numbers; /* of hashes */
	uint64_t steps;   /* of machines */
	struct world_figures figures;
	struct world_node **nodes;
	size_t count;
	struct dti_chains addresses; /* of nodes */
	struct wheel flights;
	struct wheel timers; /* of nodes that are up */
	world_tap tap;
	void *tap_context;
	world_stranger stranger;
	void *stranger_context;
};

struct world_plan world_plan_usual(uint64_t seed, size_t nodes)
{
	return (struct world_plan){
		.seed = seed,
		.nodes = nodes,
		.latency_least_ms = 10,
		.latency_most_ms = 100,
		.config = {.max_queries = 16,
			   .max_requests = 64,
			   .max_proofs = 1024,
			   .refresh_ms = 1800 * 1000,
			   .check_ms = 5000,
			   .record_seq = 0,
			   .rates = {.subnets = 64}},
	};
}

struct world *world_create(const struct world_plan *plan)
{
	struct world *world = calloc(1, sizeof(*world));
	uint8_t seed[32] = {0};

	require(world != NULL, "a world");
	memcpy(seed, &plan->seed, sizeof(plan->seed));
	world->plan = *plan;
	world->now_ms = 1000; /* 0 often means never */
	dti_random_init(&world->random, seed);
	world->nodes = calloc(plan->nodes, sizeof(struct world_node *));
	require(world->nodes && dti_chains_init(&world->addresses, plan->nodes,
						&libc_allocator),
		"room for nodes");
	require(plan->latency_most_ms + WORLD_JITTER_MS < FLIGHTS_MS,
		"a latency within limits");
	wheel_init(&world->flights, FLIGHTS_MS, world->now_ms);
	wheel_init(&world->timers, TIMERS_MS, world->now_ms);
	return world;
}

/* ---- nodes ---- */

int64_t world_now_ms(const struct world *world)
{
	return world->now_ms;
}

struct dti_random *world_random(struct world *world)
{
	return &world->random;
}

const struct world_figures *world_figures(const struct world *world)
{
	return &world->figures;
}

struct world_node *world_node(struct world *world, size_t index)
{
	require(index < world->count, "a node of the world");
	return world->nodes[index];
}

size_t world_count(const struct world *world)
{
	return world->count;
}

static struct dti_discv4_now moment(const struct world *world)
{
	return (struct dti_discv4_now){
		.ms = world->now_ms,
		.unix_s = WORLD_UNIX_S + world->now_ms / 1000,
	};
}

struct dt_endpoint world_endpoint(uint32_t number)
{
	uint32_t subnet = FIRST_SUBNET + number;

	return (struct dt_endpoint){
		.family = 4,
		.ip = {(uint8_t)(subnet >> 16), (uint8_t)(subnet >> 8),
		       (uint8_t)subnet, 1},
		.tcp_port = 30303,
		.udp_port = 30303,
	};
}

static uint64_t hash_of(const struct dt_endpoint *endpoint)
{
	static const uint8_t key[16];
	struct dti_contact_address address = dti_contact_address_of(endpoint);

	return dti_contact_address_hash(&address, key);
}

/* Most nodes are at world_endpoint() of their own number. */
static struct world_node *at_own_number(const struct world *world,
					const struct dt_endpoint *endpoint)
{
	const uint8_t *ip = endpoint->ip;
	uint32_t number = ((uint32_t)ip[0] << 16 | (uint32_t)ip[1] << 8 |
			   (uint32_t)ip[2]) -
			  FIRST_SUBNET;
	struct world_node *node;

	if (number >= world->count)
		return NULL;
	node = world->nodes[number];
	return dti_endpoint_same_ip(&node->node.endpoint, endpoint) ? node
								    : NULL;
}

static struct world_node *find(struct world *world,
			       const struct dt_endpoint *endpoint)
{
	struct world_node *likely = at_own_number(world, endpoint);
	struct dti_chain_link *link;

	if (likely)
		return likely;
	link = dti_chains_first(&world->addresses, hash_of(endpoint));
	for (; link; link = dti_chain_next(link)) {
		struct world_node *node =
			dti_container_of(link, struct world_node, address);

		if (dti_endpoint_same_ip(&node->node.endpoint, endpoint))
			return node;
	}
	return NULL;
}

const struct world_node *world_find(struct world *world,
				    const struct dt_endpoint *endpoint)
{
	return find(world, endpoint);
}

struct world_node *world_add(struct world *world,
			     const struct dt_endpoint *endpoint)
{
	struct world_node *node = calloc(1, sizeof(*node));

	require(node != NULL && world->count < world->plan.nodes,
		"room for a node");
	require(find(world, endpoint) == NULL, "an address for one node");
	node->world = world;
	node->node.endpoint = *endpoint;
	dti_random_fill(&world->random, &node->node.id, sizeof(node->node.id));
	node->place = dti_place_of(&node->node.id);
	world->nodes[world->count++] = node;
	dti_chains_add(&world->addresses, &node->address, hash_of(endpoint));
	return node;
}

/* Most packets have no neighbours and no record: copy what the others share. */
static size_t packet_size(const struct dti_packet *packet)
{
	const size_t small =
		sizeof(struct dt_node_id) + sizeof(struct dt_endpoint) * 2;

	if (packet->type == DTI_PACKET_NEIGHBORS ||
	    packet->type == DTI_PACKET_RECORD_RESPONSE)
		return sizeof(*packet);
	return offsetof(struct dti_packet, ping) + small;
}

/* A path is as long each time, in both directions, but for a little jitter. */
static int64_t latency(struct world *world, const struct dt_endpoint *a,
		       const struct dt_endpoint *b)
{
	const struct world_plan *plan = &world->plan;
	int64_t span = plan->latency_most_ms - plan->latency_least_ms + 1;
	uint32_t sum = 0;

	for (size_t i = 0; i < sizeof(a->ip); i++)
		sum = sum * 31 + (uint32_t)(a->ip[i] + b->ip[i]);
	return plan->latency_least_ms + (int64_t)(sum % (uint64_t)span) +
	       dti_random_below(&world->random, WORLD_JITTER_MS + 1);
}

static void fly(struct world *world, const struct dt_endpoint *from,
		const struct dt_endpoint *to, const struct dti_packet *packet)
{
	size_t size = packet_size(packet);
	struct flight *flight = malloc(offsetof(struct flight, packet) + size);

	require(flight != NULL, "a packet");
	flight->from = *from;
	flight->to = *to;
	memcpy(&flight->packet, packet, size);
	wheel_put(&world->flights, &flight->item,
		  world->now_ms + latency(world, from, to));
}

static bool send_packet(void *context, const struct dt_endpoint *to,
			struct dti_packet *packet)
{
	struct world_node *node = context;
	struct world *world = node->world;

	packet->sender = node->node.id;
	memset(packet->hash, 0, sizeof(packet->hash));
	memcpy(packet->hash, &world->numbers, sizeof(world->numbers));
	world->numbers++;
	node->sent++;
	world->figures.sent++;
	world->figures.by_type[packet->type]++;
	if (world->tap &&
	    !world->tap(world->tap_context, &node->node, to, packet))
		return true;
	if (dti_random_below(&world->random, 1000) <
	    world->plan.loss_per_mille) {
		world->figures.lost++;
		return true;
	}
	fly(world, &node->node.endpoint, to, packet);
	return true;
}

static void done(void *context, void *tag,
		 const struct dti_discv4_answer *answer)
{
	struct world_node *node = context;
	struct world_answer *out = tag;

	require(!out->done, "one answer for one question");
	out->done = true;
	out->done_ms = node->world->now_ms;
	out->err = answer->err;
	out->count = answer->count;
	if (answer->count > 0)
		memcpy(out->nodes, answer->nodes,
		       answer->count * sizeof(*answer->nodes));
	if (answer->record)
		out->record = *answer->record;
	out->answer = *answer;
	out->answer.nodes = NULL;
	out->answer.record = NULL;
}

static void checked(void *context, const struct dti_table_entry *entry,
		    bool alive, bool seed)
{
	(void)context;
	(void)entry;
	(void)alive;
	(void)seed;
}

static void set_due(struct world_node *node)
{
	struct world *world = node->world;
	int64_t due_ms;

	if (!node->discv4)
		return;
	world->steps++;
	if (world->plan.verify_every > 0 &&
	    world->steps % world->plan.verify_every == 0)
		dti_discv4_verify(node->discv4);
	due_ms = dti_discv4_deadline(node->discv4);
	if (due_ms == node->timer.due_ms)
		return;
	wheel_take(&node->timer);
	wheel_put(&world->timers, &node->timer, due_ms);
}

void world_up(struct world_node *node, const struct dt_node *bootnodes,
	      size_t count)
{
	world_up_again(node, bootnodes, count, NULL, 0);
}

void world_up_again(struct world_node *node, const struct dt_node *bootnodes,
		    size_t count, const struct dt_node *seeds,
		    size_t seed_count)
{
	struct world *world = node->world;
	struct dti_discv4_config config = world->plan.config;
	struct dt_record record = {.seq = 1, .node = node->node};
	uint8_t bytes[FAKE_RECORD_SIZE];

	require(node->discv4 == NULL, "a node that is down");
	fake_record_write(bytes, &record);
	config.self = node->node;
	config.record_seq = record.seq;
	config.record = (struct dti_bytes){bytes, sizeof(bytes)};
	config.bootnodes = bootnodes;
	config.bootnode_count = count;
	if (node->max_proofs > 0)
		config.max_proofs = node->max_proofs;
	if (node->max_requests > 0)
		config.max_requests = node->max_requests;
	if (!config.allocator)
		config.allocator = &libc_allocator;
	config.seams = (struct dti_discv4_seams){
		.context = node,
		.send = send_packet,
		.done = done,
		.checked = checked,
		.id_is_valid = fake_id_is_valid,
		.read_record = fake_record_read,
	};
	dti_random_fill(&world->random, config.seed, sizeof(config.seed));
	node->discv4 = dti_discv4_create(&config);
	require(node->discv4 != NULL, "a machine");
	node->up_ms = world->now_ms;
	wheel_put(&world->timers, &node->timer, INT64_MAX);
	for (size_t i = 0; i < seed_count; i++)
		dti_discv4_add_seed(node->discv4, &seeds[i], moment(world));
	dti_discv4_start(node->discv4, moment(world));
	set_due(node);
}

void world_down(struct world_node *node)
{
	wheel_take(&node->timer);
	dti_discv4_destroy(node->discv4);
	node->discv4 = NULL;
}

static struct flight *next_flight(struct world *world)
{
	struct wheel_item *item = wheel_pop(&world->flights);

	return item ? dti_container_of(item, struct flight, item) : NULL;
}

void world_destroy(struct world *world)
{
	int64_t next_ms;

	if (!world)
		return;
	dti_chains_fini(&world->addresses);
	while ((next_ms = wheel_next_ms(&world->flights)) != INT64_MAX) {
		wheel_advance(&world->flights, next_ms);
		free(next_flight(world));
	}
	wheel_fini(&world->flights);
	wheel_fini(&world->timers);
	for (size_t i = 0; i < world->count; i++) {
		dti_discv4_destroy(world->nodes[i]->discv4);
		free(world->nodes[i]);
	}
	free(world->nodes);
	free(world);
}

/* ---- life ---- */

static void arrive(struct world *world, const struct flight *flight)
{
	struct world_node *node = find(world, &flight->to);
	struct dti_discv4_now now = moment(world);

	if (!node && world->stranger) {
		world->stranger(world->stranger_context, &flight->from,
				&flight->to, &flight->packet);
		return;
	}
	if (!node || !node->discv4) {
		world->figures.nowhere++;
		return;
	}
	node->received++;
	if (dti_discv4_admit(node->discv4, &flight->from, &flight->packet,
			     now) != DTI_DISCV4_ADMITTED)
		world->figures.refused++;
	else
		dti_discv4_receive(node->discv4, &flight->from, &flight->packet,
				   now);
	set_due(node);
}

static void tick(struct world *world, struct world_node *node)
{
	int64_t due_ms = node->timer.due_ms;

	wheel_put(&world->timers, &node->timer, INT64_MAX);
	dti_discv4_tick(node->discv4, moment(world));
	set_due(node);
	require(node->timer.due_ms > world->now_ms ||
			due_ms < node->timer.due_ms,
		"a timer that moves");
}

/* Go on to the next moment at which something happens, if it is in time. */
static bool go_on(struct world *world, int64_t until_ms)
{
	int64_t flight_ms = wheel_next_ms(&world->flights);
	int64_t timer_ms = wheel_next_ms(&world->timers);
	int64_t next_ms = flight_ms < timer_ms ? flight_ms : timer_ms;

	if (next_ms > until_ms || next_ms == INT64_MAX)
		return false;
	world->now_ms = next_ms;
	wheel_advance(&world->flights, next_ms);
	wheel_advance(&world->timers, next_ms);
	return true;
}

/* What happens next, if it is not after @until_ms: packets before timers. */
static bool step(struct world *world, int64_t until_ms)
{
	struct flight *flight;
	struct wheel_item *timer;

	if (!go_on(world, until_ms))
		return false;
	flight = next_flight(world);
	if (flight) {
		arrive(world, flight);
		free(flight);
		return true;
	}
	timer = wheel_pop(&world->timers);
	if (timer)
		tick(world, dti_container_of(timer, struct world_node, timer));
	return true;
}

void world_run(struct world *world, int64_t until_ms)
{
	while (step(world, until_ms)) {
	}
	if (until_ms <= world->now_ms)
		return;
	world->now_ms = until_ms;
	wheel_advance(&world->flights, until_ms);
	wheel_advance(&world->timers, until_ms);
}

void world_inject(struct world *world, const struct dt_endpoint *from,
		  const struct dt_endpoint *to, const struct dti_packet *packet)
{
	fly(world, from, to, packet);
}

void world_set_tap(struct world *world, world_tap tap, void *context)
{
	world->tap = tap;
	world->tap_context = context;
}

void world_set_stranger(struct world *world, world_stranger stranger,
			void *context)
{
	world->stranger = stranger;
	world->stranger_context = context;
}

dt_err world_ask(struct world_node *node, struct world_answer *answer,
		 const struct dti_discv4_question *question)
{
	struct dti_discv4_question tagged = *question;
	dt_err err;

	memset(answer, 0, sizeof(*answer));
	tagged.tag = answer;
	err = dti_discv4_ask(node->discv4, &tagged, moment(node->world));
	set_due(node);
	return err;
}

void world_ask_and_wait(struct world_node *node, struct world_answer *answer,
			const struct dti_discv4_question *question)
{
	const int64_t limit_ms = node->world->now_ms + 600 * 1000;

	require(world_ask(node, answer, question) == DT_OK, "a query");
	while (!answer->done && step(node->world, limit_ms)) {
	}
	require(answer->done, "an answer");
}

/* ---- the truth ---- */

size_t world_closest(struct world *world, const struct world_node **out,
		     size_t max, const struct dt_node_id *target,
		     const struct world_node *except)
{
	struct dti_place place = dti_place_of(target);
	size_t count = 0;

	for (size_t i = 0; i < world->count; i++) {
		const struct world_node *one = world->nodes[i];
		size_t at = count;

		if (!one->discv4 || one == except)
			continue;
		while (at > 0 && dti_place_compare(&place, &one->place,
						   &out[at - 1]->place) < 0)
			at--;
		if (at == max)
			continue;
		count += count < max;
		for (size_t j = count - 1; j > at; j--)
			out[j] = out[j - 1];
		out[at] = one;
	}
	return count;
}
