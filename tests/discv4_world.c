/* SPDX-License-Identifier: MIT */
#include "tests/discv4_world.h"

#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/contact.h"
#include "lib/node/endpoint.h"

#include "tests/discv4_fakes.h"
#include "tests/require.h"

static const struct dt_allocator libc_allocator;

/* A datagram on its way. Of the union only what its type has is there. */
struct flight {
	int64_t due_ms;
	uint64_t number; /* those of one moment arrive as they were sent */
	struct dt_endpoint from;
	struct dt_endpoint to;
	struct dti_packet *packet; /* owned */
};

struct world {
	struct world_plan plan;
	struct dti_random random;
	int64_t now_ms;
	uint64_t numbers; /* of hashes and flights */
	uint64_t steps;   /* of machines */
	struct world_figures figures;
	struct world_node **nodes;
	size_t count;
	struct dti_chains addresses; /* of nodes */
	struct flight *flights;      /* a heap: the first to arrive in front */
	size_t flight_count;
	size_t flight_size;
	struct world_node **timers; /* a heap of nodes that are up */
	size_t timer_count;
	world_tap tap;
	void *tap_context;
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
	world->timers = calloc(plan->nodes, sizeof(struct world_node *));
	require(world->nodes && world->timers &&
			dti_chains_init(&world->addresses, plan->nodes,
					&libc_allocator),
		"room for nodes");
	return world;
}

/* ---- flights: a heap by (due_ms, number) ---- */

static bool is_before(const struct flight *a, const struct flight *b)
{
	if (a->due_ms != b->due_ms)
		return a->due_ms < b->due_ms;
	return a->number < b->number;
}

static void push_flight(struct world *world, const struct flight *flight)
{
	size_t i = world->flight_count++;

	if (world->flight_count > world->flight_size) {
		world->flight_size = 2 * world->flight_count + 64;
		world->flights =
			realloc(world->flights,
				world->flight_size * sizeof(struct flight));
		require(world->flights != NULL, "room for flights");
	}
	for (; i > 0 && is_before(flight, &world->flights[(i - 1) / 2]);
	     i = (i - 1) / 2)
		world->flights[i] = world->flights[(i - 1) / 2];
	world->flights[i] = *flight;
}

static struct flight pop_flight(struct world *world)
{
	struct flight first = world->flights[0];
	struct flight last = world->flights[--world->flight_count];
	size_t i = 0;
	size_t child;

	while ((child = 2 * i + 1) < world->flight_count) {
		if (child + 1 < world->flight_count &&
		    is_before(&world->flights[child + 1],
			      &world->flights[child]))
			child++;
		if (!is_before(&world->flights[child], &last))
			break;
		world->flights[i] = world->flights[child];
		i = child;
	}
	if (world->flight_count > 0)
		world->flights[i] = last;
	world->flights[world->flight_count].packet = NULL;
	return first;
}

/* ---- timers: a heap of nodes by due_ms ---- */

static void set_timer(struct world *world, size_t place,
		      struct world_node *node)
{
	world->timers[place] = node;
	node->timer = place;
}

static void sift_up(struct world *world, struct world_node *node, size_t i)
{
	for (; i > 0 && node->due_ms < world->timers[(i - 1) / 2]->due_ms;
	     i = (i - 1) / 2)
		set_timer(world, i, world->timers[(i - 1) / 2]);
	set_timer(world, i, node);
}

static void sift_down(struct world *world, struct world_node *node, size_t i)
{
	size_t child;

	while ((child = 2 * i + 1) < world->timer_count) {
		if (child + 1 < world->timer_count &&
		    world->timers[child + 1]->due_ms <
			    world->timers[child]->due_ms)
			child++;
		if (world->timers[child]->due_ms >= node->due_ms)
			break;
		set_timer(world, i, world->timers[child]);
		i = child;
	}
	set_timer(world, i, node);
}

static void move_timer(struct world *world, struct world_node *node,
		       int64_t due_ms)
{
	bool sooner = due_ms < node->due_ms;

	node->due_ms = due_ms;
	if (sooner)
		sift_up(world, node, node->timer);
	else
		sift_down(world, node, node->timer);
}

static void remove_timer(struct world *world, struct world_node *node)
{
	struct world_node *last = world->timers[--world->timer_count];

	if (last == node)
		return;
	set_timer(world, node->timer, last);
	sift_up(world, last, last->timer);
	sift_down(world, last, last->timer);
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
	uint32_t subnet = UINT32_C(0x20000000) / 256 + number; /* 32.0.0.0 */

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

static struct world_node *find(struct world *world,
			       const struct dt_endpoint *endpoint)
{
	struct dti_chain_link *link =
		dti_chains_first(&world->addresses, hash_of(endpoint));

	for (; link; link = dti_chain_next(link)) {
		struct world_node *node =
			dti_container_of(link, struct world_node, address);

		if (dti_endpoint_same_ip(&node->node.endpoint, endpoint))
			return node;
	}
	return NULL;
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
	struct flight flight = {
		.due_ms = world->now_ms + latency(world, from, to),
		.number = world->numbers++,
		.from = *from,
		.to = *to,
		.packet = calloc(1, packet_size(packet)),
	};

	require(flight.packet != NULL, "a packet");
	memcpy(flight.packet, packet, packet_size(packet));
	push_flight(world, &flight);
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

	if (!node->discv4)
		return;
	world->steps++;
	if (world->plan.verify_every > 0 &&
	    world->steps % world->plan.verify_every == 0)
		dti_discv4_verify(node->discv4);
	move_timer(world, node, dti_discv4_deadline(node->discv4));
}

void world_up(struct world_node *node, const struct dt_node *bootnodes,
	      size_t count)
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
	node->due_ms = INT64_MAX;
	set_timer(world, world->timer_count++, node);
	dti_discv4_start(node->discv4, moment(world));
	set_due(node);
}

void world_down(struct world_node *node)
{
	remove_timer(node->world, node);
	dti_discv4_destroy(node->discv4);
	node->discv4 = NULL;
}

void world_destroy(struct world *world)
{
	if (!world)
		return;
	dti_chains_fini(&world->addresses);
	while (world->flight_count > 0)
		free(pop_flight(world).packet);
	for (size_t i = 0; i < world->count; i++) {
		dti_discv4_destroy(world->nodes[i]->discv4);
		free(world->nodes[i]);
	}
	free(world->flights);
	free(world->timers);
	free(world->nodes);
	free(world);
}

/* ---- life ---- */

static void arrive(struct world *world, const struct flight *flight)
{
	struct world_node *node = find(world, &flight->to);
	struct dti_discv4_now now = moment(world);

	if (!node || !node->discv4) {
		world->figures.nowhere++;
		return;
	}
	node->received++;
	if (dti_discv4_admit(node->discv4, &flight->from, flight->packet,
			     now) != DTI_DISCV4_ADMITTED)
		world->figures.refused++;
	else
		dti_discv4_receive(node->discv4, &flight->from, flight->packet,
				   now);
	set_due(node);
}

/* What happens next, if it is before @until_ms. */
static bool step(struct world *world, int64_t until_ms)
{
	int64_t flight_ms =
		world->flight_count > 0 ? world->flights[0].due_ms : INT64_MAX;
	int64_t timer_ms =
		world->timer_count > 0 ? world->timers[0]->due_ms : INT64_MAX;
	int64_t next_ms = flight_ms < timer_ms ? flight_ms : timer_ms;

	if (next_ms > until_ms || next_ms == INT64_MAX)
		return false;
	if (next_ms > world->now_ms)
		world->now_ms = next_ms;
	if (flight_ms <= timer_ms) {
		struct flight flight = pop_flight(world);

		arrive(world, &flight);
		free(flight.packet);
	} else {
		struct world_node *node = world->timers[0];

		dti_discv4_tick(node->discv4, moment(world));
		set_due(node);
		require(node->due_ms > world->now_ms || timer_ms < node->due_ms,
			"a timer that moves");
	}
	return true;
}

void world_run(struct world *world, int64_t until_ms)
{
	while (step(world, until_ms)) {
	}
	if (until_ms > world->now_ms)
		world->now_ms = until_ms;
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

struct ranked {
	struct dti_place place;
	const struct world_node *node;
};

size_t world_closest(struct world *world, const struct world_node **out,
		     size_t max, const struct dt_node_id *target,
		     const struct world_node *except)
{
	struct dti_place place = dti_place_of(target);
	struct ranked *best = calloc(max + 1, sizeof(*best));
	size_t count = 0;

	require(best != NULL, "room");
	for (size_t i = 0; i < world->count; i++) {
		struct ranked one = {.node = world->nodes[i]};
		size_t at = count;

		if (!one.node->discv4 || one.node == except)
			continue;
		one.place = dti_place_of(&one.node->node.id);
		for (; at > 0 && dti_place_compare(&place, &one.place,
						   &best[at - 1].place) < 0;
		     at--)
			best[at] = best[at - 1];
		best[at] = one;
		count += count < max;
	}
	for (size_t i = 0; i < count; i++)
		out[i] = best[i].node;
	free(best);
	return count;
}
