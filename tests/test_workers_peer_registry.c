/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"

#include "workers/peer_registry.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/random_stream.h"

static const struct dt_allocator libc_allocator;

static struct dt_node_id id_of(uint8_t number)
{
	return (struct dt_node_id){.bytes = {number, [63] = 7}};
}

static struct dti_peer_registry_options options_of(uint8_t self)
{
	return (struct dti_peer_registry_options){
		.self = id_of(self),
		.max_peers = 50,
		.max_inbound = 50,
		.reserve = 4,
		.hash_key = {1, 2, 3},
	};
}

static void make_with(struct dti_peer_registry *registry,
		      const struct dti_peer_registry_options *options)
{
	cr_assert(dti_peer_registry_init(registry, options, &libc_allocator));
}

static void make(struct dti_peer_registry *registry, uint8_t self)
{
	struct dti_peer_registry_options options = options_of(self);

	make_with(registry, &options);
}

static enum dt_ending dial(struct dti_peer_registry *registry, uint8_t number,
			   uint32_t flags)
{
	struct dt_node_id id = id_of(number);
	enum dt_ending ending = dti_peer_registry_dial(registry, &id, flags);

	dti_peer_registry_verify(registry);
	return ending;
}

static bool dial_failed(struct dti_peer_registry *registry, uint8_t number)
{
	struct dt_node_id id = id_of(number);
	bool awaited = dti_peer_registry_dial_failed(registry, &id);

	dti_peer_registry_verify(registry);
	return awaited;
}

static enum dt_ending dial_opened(struct dti_peer_registry *registry,
				  bool *awaited, uint8_t number, uint32_t flags)
{
	struct dt_node_id id = id_of(number);
	enum dt_ending ending =
		dti_peer_registry_dial_opened(registry, awaited, &id, flags);

	dti_peer_registry_verify(registry);
	return ending;
}

static enum dt_ending would_refuse(const struct dti_peer_registry *registry,
				   uint8_t number)
{
	struct dt_node_id id = id_of(number);

	return dti_peer_registry_would_refuse(registry, &id);
}

static enum dt_ending inbound_opened(struct dti_peer_registry *registry,
				     bool *waits, uint8_t number)
{
	struct dt_node_id id = id_of(number);
	enum dt_ending ending =
		dti_peer_registry_inbound_opened(registry, waits, &id);

	dti_peer_registry_verify(registry);
	return ending;
}

static void remove_peer(struct dti_peer_registry *registry, uint8_t number)
{
	struct dt_node_id id = id_of(number);

	dti_peer_registry_remove(registry, &id);
	dti_peer_registry_verify(registry);
}

static const struct dti_peer_entry *
find(const struct dti_peer_registry *registry, uint8_t number)
{
	struct dt_node_id id = id_of(number);

	return dti_peer_registry_find(registry, &id);
}

Test(workers_peer_registry, a_dial_becomes_a_peer_and_is_forgotten_after)
{
	struct dti_peer_registry registry;
	bool awaited = true;

	make(&registry, 5);
	cr_assert_eq(dial(&registry, 9, DT_PEER_DYN), DT_ENDING_NONE);
	cr_assert_eq(dial_opened(&registry, &awaited, 9, DT_PEER_DYN),
		     DT_ENDING_NONE);

	cr_assert_not(awaited);
	cr_assert_eq(find(&registry, 9)->flags, DT_PEER_DYN);
	remove_peer(&registry, 9);
	cr_assert_null(find(&registry, 9));
	dti_peer_registry_fini(&registry);
}

Test(workers_peer_registry, a_dial_that_failed_is_forgotten)
{
	struct dti_peer_registry registry;

	make(&registry, 5);
	cr_assert_eq(dial(&registry, 9, DT_PEER_DYN), DT_ENDING_NONE);
	cr_assert_eq(dial(&registry, 9, DT_PEER_DYN), DT_ENDING_LOCAL_ALREADY);
	cr_assert_not(dial_failed(&registry, 9));

	cr_assert_null(find(&registry, 9));
	cr_assert_eq(dial(&registry, 9, DT_PEER_DYN), DT_ENDING_NONE);
	dti_peer_registry_fini(&registry);
}

Test(workers_peer_registry, an_open_peer_goes_before_all_others)
{
	static const uint8_t others[] = {1, 9}; /* below and above us */

	for (size_t i = 0; i < dti_array_length(others); i++) {
		struct dti_peer_registry registry;
		uint8_t other = others[i];
		bool flag = false;

		make(&registry, 5);
		cr_assert_eq(inbound_opened(&registry, &flag, other),
			     DT_ENDING_NONE);
		cr_assert_not(flag);

		cr_assert_eq(dial(&registry, other, DT_PEER_STATIC),
			     DT_ENDING_LOCAL_ALREADY);
		cr_assert_eq(inbound_opened(&registry, &flag, other),
			     DT_ENDING_LOCAL_ALREADY);
		remove_peer(&registry, other);
		cr_assert_eq(dial(&registry, other, DT_PEER_STATIC),
			     DT_ENDING_NONE);
		dti_peer_registry_fini(&registry);
	}
}

Test(workers_peer_registry, the_arbiters_dial_goes_before_an_inbound_one)
{
	struct dti_peer_registry registry;
	bool waits = false;
	bool awaited = false;

	make(&registry, 5);
	cr_assert_eq(dial(&registry, 9, DT_PEER_DYN), DT_ENDING_NONE);
	cr_assert_eq(would_refuse(&registry, 9), DT_ENDING_NONE);
	cr_assert_eq(inbound_opened(&registry, &waits, 9), DT_ENDING_NONE);
	cr_assert(waits);
	cr_assert_eq(find(&registry, 9)->flags, 0);

	cr_assert_eq(dial_opened(&registry, &awaited, 9, DT_PEER_DYN),
		     DT_ENDING_NONE);
	cr_assert(awaited);
	cr_assert_eq(inbound_opened(&registry, &waits, 9),
		     DT_ENDING_LOCAL_ALREADY);
	cr_assert_not(waits);
	dti_peer_registry_fini(&registry);
}

Test(workers_peer_registry, who_has_waited_opens_when_the_arbiters_dial_fails)
{
	struct dti_peer_registry registry;
	bool waits = false;

	make(&registry, 5);
	cr_assert_eq(dial(&registry, 9, DT_PEER_DYN), DT_ENDING_NONE);
	cr_assert_eq(inbound_opened(&registry, &waits, 9), DT_ENDING_NONE);
	cr_assert(dial_failed(&registry, 9));

	cr_assert_eq(inbound_opened(&registry, &waits, 9), DT_ENDING_NONE);
	cr_assert_not(waits);
	cr_assert_eq(find(&registry, 9)->flags, DT_PEER_INBOUND);
	dti_peer_registry_fini(&registry);
}

Test(workers_peer_registry, for_the_other_the_first_that_opens_counts)
{
	struct dti_peer_registry registry;
	bool waits = true;
	bool awaited = true;

	make(&registry, 5);
	cr_assert_eq(dial(&registry, 1, DT_PEER_DYN), DT_ENDING_NONE);
	cr_assert_eq(inbound_opened(&registry, &waits, 1), DT_ENDING_NONE);
	cr_assert_not(waits);
	cr_assert_eq(dial_opened(&registry, &awaited, 1, DT_PEER_DYN),
		     DT_ENDING_LOCAL_ALREADY);
	cr_assert_not(awaited);

	cr_assert_eq(find(&registry, 1)->flags, DT_PEER_INBOUND);
	dti_peer_registry_fini(&registry);
}

Test(workers_peer_registry, we_are_no_peer_of_our_own)
{
	struct dti_peer_registry registry;
	bool waits;

	make(&registry, 5);

	cr_assert_eq(dial(&registry, 5, DT_PEER_STATIC), DT_ENDING_OWN_ID);
	cr_assert_eq(would_refuse(&registry, 5), DT_ENDING_OWN_ID);
	cr_assert_eq(inbound_opened(&registry, &waits, 5), DT_ENDING_OWN_ID);
	cr_assert_null(find(&registry, 5));
	dti_peer_registry_fini(&registry);
}

Test(workers_peer_registry, one_that_is_unwanted_does_not_open)
{
	struct dti_peer_registry registry;
	struct dt_node_id id = id_of(1);
	bool flag;

	make(&registry, 5);
	cr_assert_eq(dial(&registry, 1, DT_PEER_DYN), DT_ENDING_NONE);
	dti_peer_registry_find(&registry, &id)->is_unwanted = true;

	cr_assert_eq(inbound_opened(&registry, &flag, 1),
		     DT_ENDING_LOCAL_REQUESTED);
	cr_assert_eq(dial_opened(&registry, &flag, 1, DT_PEER_DYN),
		     DT_ENDING_LOCAL_REQUESTED);
	cr_assert_null(find(&registry, 1));
	cr_assert_eq(inbound_opened(&registry, &flag, 1), DT_ENDING_NONE);
	dti_peer_registry_fini(&registry);
}

/* It may be back, and was dropped as what it was before. */
Test(workers_peer_registry, one_that_was_unwanted_is_not_for_ever)
{
	struct dti_peer_registry registry;
	struct dt_node_id id = id_of(1);
	bool flag;

	make(&registry, 5);
	cr_assert_eq(dial(&registry, 1, DT_PEER_DYN), DT_ENDING_NONE);
	cr_assert_eq(inbound_opened(&registry, &flag, 1), DT_ENDING_NONE);
	dti_peer_registry_find(&registry, &id)->is_unwanted = true;
	dti_peer_registry_remove(&registry, &id);

	cr_assert_eq(dial_opened(&registry, &flag, 1, DT_PEER_DYN),
		     DT_ENDING_NONE);
	dti_peer_registry_fini(&registry);
}

/* Else who says to be a node could learn what it is to us. */
Test(workers_peer_registry, before_a_proof_all_are_told_the_same)
{
	static const uint8_t ids[] = {1, 2, 3, 4, 9}; /* 4, 9: never heard of */
	struct dti_peer_registry_options options = options_of(5);
	struct dt_node_id unwanted = id_of(3);
	struct dti_peer_registry registry;
	bool waits;

	options.max_inbound = 2;
	make_with(&registry, &options);
	cr_assert_eq(inbound_opened(&registry, &waits, 1), DT_ENDING_NONE);
	cr_assert_eq(dial(&registry, 2, DT_PEER_DYN), DT_ENDING_NONE);
	cr_assert_eq(dial(&registry, 3, DT_PEER_DYN), DT_ENDING_NONE);
	dti_peer_registry_find(&registry, &unwanted)->is_unwanted = true;
	for (size_t i = 0; i < dti_array_length(ids); i++)
		cr_assert_eq(would_refuse(&registry, ids[i]), DT_ENDING_NONE);

	cr_assert_eq(inbound_opened(&registry, &waits, 6), DT_ENDING_NONE);
	for (size_t i = 0; i < dti_array_length(ids); i++)
		cr_assert_eq(would_refuse(&registry, ids[i]),
			     DT_ENDING_LOCAL_TOO_MANY);
	/* Once it is proven it hears what is so. */
	cr_assert_eq(inbound_opened(&registry, &waits, 1),
		     DT_ENDING_LOCAL_ALREADY);
	cr_assert_eq(inbound_opened(&registry, &waits, 3),
		     DT_ENDING_LOCAL_REQUESTED);
	dti_peer_registry_fini(&registry);
}

Test(workers_peer_registry, those_that_are_open_are_limited)
{
	struct dti_peer_registry_options options = options_of(5);
	struct dti_peer_registry registry;
	bool flag;

	options.max_peers = 3;
	options.max_inbound = 2;
	make_with(&registry, &options);
	cr_assert_eq(inbound_opened(&registry, &flag, 10), DT_ENDING_NONE);
	cr_assert_eq(inbound_opened(&registry, &flag, 11), DT_ENDING_NONE);
	cr_assert_eq(inbound_opened(&registry, &flag, 12),
		     DT_ENDING_LOCAL_TOO_MANY);
	cr_assert_eq(would_refuse(&registry, 12), DT_ENDING_LOCAL_TOO_MANY);

	/* Two that shake hands, and one place. */
	cr_assert_eq(dial(&registry, 12, DT_PEER_DYN), DT_ENDING_NONE);
	cr_assert_eq(dial(&registry, 13, DT_PEER_DYN), DT_ENDING_NONE);
	cr_assert_eq(dial_opened(&registry, &flag, 13, DT_PEER_DYN),
		     DT_ENDING_NONE);
	cr_assert_eq(dial_opened(&registry, &flag, 12, DT_PEER_DYN),
		     DT_ENDING_LOCAL_TOO_MANY);
	cr_assert_eq(dial(&registry, 14, DT_PEER_DYN),
		     DT_ENDING_LOCAL_TOO_MANY);

	/* A static or trusted one needs none. */
	cr_assert_eq(dial(&registry, 14, DT_PEER_STATIC), DT_ENDING_NONE);
	cr_assert_eq(dial_opened(&registry, &flag, 14, DT_PEER_STATIC),
		     DT_ENDING_NONE);
	cr_assert_eq(dial(&registry, 15, DT_PEER_TRUSTED), DT_ENDING_NONE);

	remove_peer(&registry, 14);
	cr_assert_eq(inbound_opened(&registry, &flag, 12),
		     DT_ENDING_LOCAL_TOO_MANY);
	remove_peer(&registry, 10);
	cr_assert_eq(inbound_opened(&registry, &flag, 12), DT_ENDING_NONE);
	dti_peer_registry_fini(&registry);
}

Test(workers_peer_registry, without_memory_it_says_so_and_forgets_nothing)
{
	struct dti_peer_registry_options options = options_of(5);
	size_t made = 0;

	options.reserve = 1;
	for (size_t n = 1; n < 12; n++) {
		struct failing_allocator memory = {.fail_at = n};
		struct dt_allocator functions =
			failing_allocator_functions(&memory);
		struct dti_peer_registry registry;

		if (!dti_peer_registry_init(&registry, &options, &functions)) {
			dti_peer_registry_fini(&registry);
			cr_assert_eq(memory.live, 0);
			continue;
		}
		made++;
		for (uint8_t i = 10; i < 200; i++) {
			enum dt_ending ending =
				dial(&registry, i, DT_PEER_STATIC);

			cr_assert(ending == DT_ENDING_NONE ||
				  ending == DT_ENDING_LOCAL_FAULT);
			cr_assert_eq(find(&registry, i) != NULL,
				     ending == DT_ENDING_NONE);
		}
		dti_peer_registry_fini(&registry);
		cr_assert_eq(memory.live, 0);
	}
	cr_assert_gt(made, 5);
}

/* ---- two nodes that dial each other ---- */

/*
 * Connection 0 is dialed by node 0, which has the lower id, connection 1 by
 * node 1. What happens to a connection on either side:
 */
enum event {
	SETUP_BEGINS, /* the dialer's */
	IDENTIFIED,   /* the recipient's */
	HELLO_COMES, /* the recipient's, from the dialer; or what it waited for */
	ANSWERED,    /* the dialer's: the recipient's Hello, or its refusal */
	DIALER_SEES_END,
	RECIPIENT_SEES_END,
	BREAKS, /* the connection, by itself */
	EVENT_COUNT
};

enum dialer_side {
	DIALER_IDLE,
	DIALER_SHAKES,
	DIALER_OPEN,
	DIALER_OVER
};

enum recipient_side {
	RECIPIENT_IDLE,
	RECIPIENT_KNOWS, /* who it is, if it is true */
	RECIPIENT_WAITS,
	RECIPIENT_OPEN,
	RECIPIENT_OVER
};

struct connection {
	enum dialer_side dialer;
	enum recipient_side recipient;
	bool is_awake; /* the dial that the recipient waits for is over */
	bool broken;
};

struct world {
	struct dti_peer_registry nodes[2];
	struct connection connections[2];
	unsigned int breaks_left;
};

static void world_init(struct world *world, unsigned int breaks)
{
	*world = (struct world){.breaks_left = breaks};
	make(&world->nodes[0], 1);
	make(&world->nodes[1], 2);
}

static void world_fini(struct world *world)
{
	dti_peer_registry_fini(&world->nodes[0]);
	dti_peer_registry_fini(&world->nodes[1]);
}

static bool can_happen(const struct world *world, int number, enum event event)
{
	const struct connection *connection = &world->connections[number];
	enum dialer_side dialer = connection->dialer;
	enum recipient_side recipient = connection->recipient;

	switch (event) {
	case SETUP_BEGINS:
		return dialer == DIALER_IDLE;
	case IDENTIFIED:
		return dialer == DIALER_SHAKES && recipient == RECIPIENT_IDLE;
	case HELLO_COMES:
		/* It may have been on its way when the dialer gave up. */
		return recipient == RECIPIENT_KNOWS ||
		       (recipient == RECIPIENT_WAITS && connection->is_awake);
	case ANSWERED:
		return dialer == DIALER_SHAKES && recipient == RECIPIENT_OPEN &&
		       !connection->broken;
	case DIALER_SEES_END:
		return (dialer == DIALER_SHAKES || dialer == DIALER_OPEN) &&
		       (connection->broken || recipient == RECIPIENT_OVER);
	case RECIPIENT_SEES_END:
		return recipient != RECIPIENT_IDLE &&
		       recipient != RECIPIENT_OVER &&
		       (connection->broken || dialer == DIALER_OVER);
	case BREAKS:
		return world->breaks_left > 0 && !connection->broken &&
		       dialer != DIALER_IDLE && dialer != DIALER_OVER;
	case EVENT_COUNT:
		break;
	}
	return false;
}

/* Node @number's own dial is over: who waits for it may go on. */
static void wake(struct world *world, int number, bool awaited)
{
	struct connection *other = &world->connections[1 - number];

	/* Whoever waited may be gone meanwhile. */
	cr_assert(awaited || other->recipient != RECIPIENT_WAITS ||
		  other->is_awake);
	other->is_awake |= awaited;
}

static void dialer_ends(struct world *world, int number)
{
	struct connection *connection = &world->connections[number];
	uint8_t remote = (uint8_t)(2 - number);

	if (connection->dialer == DIALER_OPEN)
		remove_peer(&world->nodes[number], remote);
	else
		wake(world, number, dial_failed(&world->nodes[number], remote));
	connection->dialer = DIALER_OVER;
}

static void answered(struct world *world, int number)
{
	struct connection *connection = &world->connections[number];
	bool awaited;
	enum dt_ending ending = dial_opened(&world->nodes[number], &awaited,
					    (uint8_t)(2 - number), DT_PEER_DYN);

	connection->dialer =
		ending == DT_ENDING_NONE ? DIALER_OPEN : DIALER_OVER;
	wake(world, number, awaited);
}

static void hello_comes(struct world *world, int number)
{
	struct connection *connection = &world->connections[number];
	bool waits;
	enum dt_ending ending = inbound_opened(&world->nodes[1 - number],
					       &waits, (uint8_t)(number + 1));

	if (ending != DT_ENDING_NONE)
		connection->recipient = RECIPIENT_OVER;
	else if (waits)
		connection->recipient = RECIPIENT_WAITS;
	else
		connection->recipient = RECIPIENT_OPEN;
	connection->is_awake = false;
}

static void happen(struct world *world, int number, enum event event)
{
	struct connection *connection = &world->connections[number];
	struct dti_peer_registry *dialer = &world->nodes[number];
	struct dti_peer_registry *recipient = &world->nodes[1 - number];

	switch (event) {
	case SETUP_BEGINS:
		connection->dialer = dial(dialer, (uint8_t)(2 - number),
					  DT_PEER_DYN) == DT_ENDING_NONE
					     ? DIALER_SHAKES
					     : DIALER_OVER;
		break;
	case IDENTIFIED:
		connection->recipient =
			would_refuse(recipient, (uint8_t)(number + 1)) ==
					DT_ENDING_NONE
				? RECIPIENT_KNOWS
				: RECIPIENT_OVER;
		break;
	case HELLO_COMES:
		hello_comes(world, number);
		break;
	case ANSWERED:
		answered(world, number);
		break;
	case DIALER_SEES_END:
		dialer_ends(world, number);
		break;
	case RECIPIENT_SEES_END:
		if (connection->recipient == RECIPIENT_OPEN)
			remove_peer(recipient, (uint8_t)(number + 1));
		connection->recipient = RECIPIENT_OVER;
		break;
	case BREAKS:
		connection->broken = true;
		world->breaks_left--;
		break;
	case EVENT_COUNT:
		break;
	}
}

#define CHOICES   (2 * EVENT_COUNT)
#define DEPTH_MAX 32

/* The order in which things happen: choices of connection and event. */
struct order {
	unsigned int choices[DEPTH_MAX];
	size_t length;
	size_t ended;   /* orders that were gone through to their end */
	size_t without; /* of them, those with no connection left */
};

static bool choice_can_happen(const struct world *world, unsigned int choice)
{
	return can_happen(world, (int)(choice % 2), (enum event)(choice / 2));
}

/* Nothing more can happen by itself. */
static void judge_end(const struct world *world, struct order *order,
		      bool unbroken)
{
	size_t open = 0;

	for (int i = 0; i < 2; i++) {
		const struct connection *connection = &world->connections[i];
		bool is_open = connection->dialer == DIALER_OPEN;

		cr_assert_eq(is_open, connection->recipient == RECIPIENT_OPEN,
			     "open on one side only");
		cr_assert_neq(connection->recipient, RECIPIENT_WAITS);
		cr_assert_neq(connection->dialer, DIALER_SHAKES);
		open += is_open;
	}
	cr_assert_leq(open, 1);
	cr_assert(open == 1 || !unbroken, "nobody is connected");
	order->ended++;
	order->without += open == 0;
}

/* Replays @order, and goes on from there in each way that there is. */
static void explore(struct order *order, unsigned int breaks)
{
	bool possible[CHOICES];
	struct world world;
	bool quiet = true;

	world_init(&world, breaks);
	for (size_t i = 0; i < order->length; i++)
		happen(&world, (int)(order->choices[i] % 2),
		       (enum event)(order->choices[i] / 2));
	for (unsigned int choice = 0; choice < CHOICES; choice++) {
		possible[choice] = choice_can_happen(&world, choice);
		quiet &= !possible[choice] || choice / 2 == BREAKS;
	}
	if (quiet)
		judge_end(&world, order, world.breaks_left == breaks);
	world_fini(&world);
	cr_assert_lt(order->length, DEPTH_MAX);
	for (unsigned int choice = 0; choice < CHOICES; choice++) {
		if (!possible[choice])
			continue;
		order->choices[order->length++] = choice;
		explore(order, breaks);
		order->length--;
	}
}

Test(workers_peer_registry, two_that_dial_each_other_end_with_one_connection,
     .timeout = 120)
{
	struct order order = {.length = 0};

	explore(&order, 0);

	cr_assert_gt(order.ended, 20, "%zu", order.ended);
	cr_assert_eq(order.without, 0);
}

Test(workers_peer_registry, one_that_breaks_leaves_one_or_none_and_no_waiting,
     .timeout = 300)
{
	struct order order = {.length = 0};

	explore(&order, 1);

	cr_assert_gt(order.ended, 1000);
	cr_assert_gt(order.without, 0);
}

/* ---- many nodes, against a model ---- */

#define NODES 40

struct model {
	uint32_t flags[NODES];
	bool dialed[NODES];
};

static uint32_t count_of(const struct model *model, uint32_t flags)
{
	uint32_t count = 0;

	for (size_t i = 0; i < NODES; i++)
		count += model->flags[i] == flags;
	return count;
}

static uint32_t limited_of(const struct model *model)
{
	return count_of(model, DT_PEER_DYN) + count_of(model, DT_PEER_INBOUND);
}

static bool has_room(const struct model *model, uint32_t flags)
{
	if (flags == DT_PEER_STATIC)
		return true;
	return limited_of(model) < 12 && (flags != DT_PEER_INBOUND ||
					  count_of(model, DT_PEER_INBOUND) < 8);
}

static enum dt_ending expected(const struct model *model, size_t node,
			       uint32_t flags)
{
	if (node == NODES / 2)
		return DT_ENDING_OWN_ID;
	if (model->flags[node] != 0)
		return DT_ENDING_LOCAL_ALREADY;
	return has_room(model, flags) ? DT_ENDING_NONE
				      : DT_ENDING_LOCAL_TOO_MANY;
}

static void model_dial(struct dti_peer_registry *registry, struct model *model,
		       uint8_t node, uint32_t flags)
{
	enum dt_ending ending = expected(model, node, flags);

	if (ending == DT_ENDING_NONE && model->dialed[node])
		ending = DT_ENDING_LOCAL_ALREADY;
	cr_assert_eq(dial(registry, node, flags), ending);
	model->dialed[node] |= ending == DT_ENDING_NONE;
}

static void model_dial_ends(struct dti_peer_registry *registry,
			    struct model *model, uint8_t node, uint32_t flags)
{
	enum dt_ending ending = expected(model, node, flags);
	bool awaited;

	if (!model->dialed[node])
		return;
	model->dialed[node] = false;
	if (flags == 0) {
		(void)dial_failed(registry, node);
		return;
	}
	cr_assert_eq(dial_opened(registry, &awaited, node, flags), ending);
	if (ending == DT_ENDING_NONE)
		model->flags[node] = flags;
}

static void model_inbound(struct dti_peer_registry *registry,
			  struct model *model, uint8_t node)
{
	enum dt_ending ending = expected(model, node, DT_PEER_INBOUND);
	bool expected_wait = ending == DT_ENDING_NONE && model->dialed[node] &&
			     node > NODES / 2;
	bool waits;

	cr_assert_eq(inbound_opened(registry, &waits, node), ending);
	cr_assert_eq(waits, expected_wait);
	if (ending == DT_ENDING_NONE && !waits)
		model->flags[node] = DT_PEER_INBOUND;
}

static void model_remove(struct dti_peer_registry *registry,
			 struct model *model, uint8_t node)
{
	if (model->flags[node] != 0)
		remove_peer(registry, node);
	model->flags[node] = 0;
}

static void step(struct dti_peer_registry *registry, struct model *model,
		 struct random_stream *random)
{
	uint8_t node = (uint8_t)random_below(random, NODES);
	uint32_t flags =
		random_chance(random, 30) ? DT_PEER_STATIC : DT_PEER_DYN;

	switch (random_below(random, 5)) {
	case 0:
		model_dial(registry, model, node, flags);
		break;
	case 1:
		model_dial_ends(registry, model, node, 0);
		break;
	case 2:
		model_dial_ends(registry, model, node, flags);
		break;
	case 3:
		model_inbound(registry, model, node);
		break;
	default:
		model_remove(registry, model, node);
		break;
	}
}

Test(workers_peer_registry, it_does_what_a_model_does, .timeout = 60)
{
	struct dti_peer_registry_options options = options_of(NODES / 2);
	struct dti_peer_registry registry;
	struct model model = {.flags = {0}};
	struct random_stream random = {1};

	options.max_peers = 12;
	options.max_inbound = 8;
	make_with(&registry, &options);
	for (size_t i = 0; i < 30000; i++) {
		step(&registry, &model, &random);
		cr_assert_eq(registry.limited, limited_of(&model));
		cr_assert_eq(registry.inbound,
			     count_of(&model, DT_PEER_INBOUND));
	}
	dti_peer_registry_fini(&registry);
}
