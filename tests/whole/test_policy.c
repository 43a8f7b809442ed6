/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/loopback.h"
#include "tests/scene.h"

/* Who is dialed, and when, seen from outside. */

struct place {
	struct scene scene;
	struct loopback open;   /* accepts */
	struct loopback closed; /* refuses */
	uint64_t fences;
};

static void begin(struct place *place)
{
	memset(place, 0, sizeof(*place));
	scene_init(&place->scene);
	loopback_open(&place->open, LOOPBACK_ACCEPTS);
	loopback_open(&place->closed, LOOPBACK_REFUSES);
}

static void end(struct place *place)
{
	struct dt_counters counters;

	scene_stop(&place->scene);
	counters = scene_counters(&place->scene);
	cr_assert_null(counters_broken(&counters));
	cr_assert_null(counters_unfinished(&counters));
	scene_fini(&place->scene);
	loopback_close(&place->open);
	loopback_close(&place->closed);
}

static struct dt_node open_node(struct place *place, uint32_t number)
{
	return loopback_node(number, loopback_endpoint(&place->open, number));
}

static struct dt_node closed_node(struct place *place, uint32_t number)
{
	return loopback_node(number, loopback_endpoint(&place->closed, number));
}

static uint64_t dials_of(struct place *place, uint64_t number)
{
	struct dt_node_id id = loopback_id(number);
	struct dt_event event;
	uint64_t count = 0;
	size_t at = 0;

	while (recorder_find(&place->scene.recorder, &at, &event,
			     DT_EVENT_DIAL_STARTED, &id))
		count++;
	return count;
}

static void await_dials_of(struct place *place, uint64_t number, uint64_t count)
{
	struct dt_node_id id = loopback_id(number);
	struct dt_event event;
	size_t at = 0;

	for (uint64_t seen = 0; seen < count;) {
		if (recorder_find(&place->scene.recorder, &at, &event,
				  DT_EVENT_DIAL_ENDED, &id))
			seen++;
		else
			sched_yield();
	}
}

/*
 * All that was asked for before is applied, and all that could be dialed then
 * has been begun: a node that came later was dialed to its end.
 */
static void fence(struct place *place)
{
	uint32_t number = (uint32_t)(1000000 + place->fences++);

	scene_add_static(&place->scene, closed_node(place, number));
	await_dials_of(place, number, 1);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- static nodes ---- */

Test(whole_policy, a_static_node_is_dialed_again_when_it_drops, .timeout = 60)
{
	struct place place;
	struct dt_event event;
	struct dt_counters counters;

	begin(&place);
	place.scene.config.history_expiration_ms = 20;
	scene_start(&place.scene);
	scene_add_static(&place.scene, open_node(&place, 1));
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 1);
	loopback_await(&place.open, 1);

	for (uint64_t i = 1; i <= 3; i++) {
		loopback_drop_all(&place.open);
		recorder_await(&place.scene.recorder, DT_EVENT_PEER_REMOVED, i);
		recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED,
			       i + 1);
		loopback_await(&place.open, i + 1);
	}

	AWAIT_COUNTERS(&place.scene, counters, counters.peers == 1);
	cr_assert(recorder_get(&place.scene.recorder, &event,
			       DT_EVENT_PEER_REMOVED, 0));
	cr_assert_eq(event.flags, DT_PEER_STATIC);
	end(&place);
}

Test(whole_policy, a_node_is_left_alone_while_it_is_in_the_history,
     .timeout = 60)
{
	struct place place;

	begin(&place);
	place.scene.config.history_expiration_ms = 40;
	scene_start(&place.scene);
	scene_add_static(&place.scene, closed_node(&place, 1));
	recorder_await(&place.scene.recorder, DT_EVENT_DIAL_ENDED, 4);

	for (size_t i = 0; i < 3; i++) {
		struct dt_event ended;
		struct dt_event started;

		cr_assert(recorder_get(&place.scene.recorder, &ended,
				       DT_EVENT_DIAL_ENDED, i));
		cr_assert(recorder_get(&place.scene.recorder, &started,
				       DT_EVENT_DIAL_STARTED, i + 1));
		cr_assert_gt(started.time_ms - ended.time_ms, 40);
	}
	end(&place);
}

Test(whole_policy, a_removed_static_node_is_not_dialed_again, .timeout = 60)
{
	struct place place;
	struct dt_node node;
	uint64_t dials;

	begin(&place);
	place.scene.config.history_expiration_ms = 1;
	scene_start(&place.scene);
	node = closed_node(&place, 1);
	scene_add_static(&place.scene, node);
	await_dials_of(&place, 1, 2);

	cr_assert_eq(dt_dialer_remove_static(place.scene.dialer, &node.id),
		     DT_OK);
	fence(&place);
	dials = dials_of(&place, 1);
	/* The fence's own node is dialed again and again. */
	await_dials_of(&place, 1000000, 20);

	cr_assert_eq(dials_of(&place, 1), dials);
	cr_assert_eq(scene_settled(&place.scene).static_nodes, 1);
	end(&place);
}

Test(whole_policy, a_known_static_node_gets_its_new_endpoint, .timeout = 60)
{
	struct place place;

	begin(&place);
	place.scene.config.history_expiration_ms = 1;
	scene_start(&place.scene);
	scene_add_static(&place.scene, closed_node(&place, 1));
	await_dials_of(&place, 1, 1);

	scene_add_static(&place.scene, open_node(&place, 1));

	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 1);
	cr_assert_eq(scene_settled(&place.scene).static_nodes, 1);
	end(&place);
}

Test(whole_policy, own_node_is_never_dialed, .timeout = 60)
{
	struct place place;

	begin(&place);
	place.scene.config.has_self = true;
	place.scene.config.self = loopback_id(1);
	scene_start(&place.scene);
	scene_add_static(&place.scene, open_node(&place, 1));
	fence(&place);

	cr_assert_eq(dials_of(&place, 1), 0);
	cr_assert_eq(scene_settled(&place.scene).skipped[DT_SKIP_SELF], 1);
	end(&place);
}

/* ---- bootnodes ---- */

static void add_bootnode(struct place *place, struct dt_node node)
{
	cr_assert_eq(dt_dialer_add_bootnode(place->scene.dialer, &node), DT_OK);
}

Test(whole_policy, bootnodes_are_dialed_after_the_fallback_interval,
     .timeout = 60)
{
	struct place place;
	struct dt_event event;
	int64_t began_ms;

	begin(&place);
	place.scene.config.max_dyn_dials = 5;
	place.scene.config.fallback_interval_ms = 60;
	scene_create(&place.scene);
	add_bootnode(&place, closed_node(&place, 1));
	add_bootnode(&place, open_node(&place, 2));
	began_ms = now_ms();
	scene_start(&place.scene);

	/* In their order; the first one refuses. */
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 1);

	cr_assert(recorder_get(&place.scene.recorder, &event,
			       DT_EVENT_DIAL_STARTED, 0));
	cr_assert_eq(loopback_number(&event.node->id), 1);
	cr_assert_eq(event.task, DT_TASK_DYN_DIAL);
	cr_assert_gt(event.time_ms - began_ms, 59);
	cr_assert(recorder_get(&place.scene.recorder, &event,
			       DT_EVENT_PEER_ADDED, 0));
	cr_assert_eq(loopback_number(&event.node->id), 2);
	cr_assert_eq(event.flags, DT_PEER_DYN);
	cr_assert_eq(scene_settled(&place.scene).bootnodes, 2);
	end(&place);
}

Test(whole_policy, bootnodes_are_for_those_without_peers, .timeout = 60)
{
	struct place place;
	struct dt_node_id inbound = loopback_id(77);

	begin(&place);
	place.scene.config.max_dyn_dials = 5;
	place.scene.config.fallback_interval_ms = 0;
	scene_create(&place.scene);
	add_bootnode(&place, open_node(&place, 1));
	cr_assert_eq(dt_dialer_peer_added(place.scene.dialer, &inbound,
					  DT_PEER_INBOUND),
		     DT_OK);
	scene_start(&place.scene);
	fence(&place);
	cr_assert_eq(dials_of(&place, 1), 0);

	cr_assert_eq(dt_dialer_peer_removed(place.scene.dialer, &inbound),
		     DT_OK);

	await_dials_of(&place, 1, 1);
	end(&place);
}

Test(whole_policy, a_removed_bootnode_is_not_dialed, .timeout = 60)
{
	struct place place;
	struct dt_node_id id = loopback_id(1);

	begin(&place);
	place.scene.config.max_dyn_dials = 5;
	place.scene.config.fallback_interval_ms = 0;
	scene_create(&place.scene);
	add_bootnode(&place, open_node(&place, 1));
	add_bootnode(&place, open_node(&place, 2));
	cr_assert_eq(dt_dialer_remove_bootnode(place.scene.dialer, &id), DT_OK);
	scene_start(&place.scene);

	await_dials_of(&place, 2, 1);

	cr_assert_eq(dials_of(&place, 1), 0);
	end(&place);
}

/* ---- the table ---- */

struct table {
	struct place *place;
	_Atomic uint32_t next;
};

static size_t random_nodes(void *context, struct dt_node *out, size_t max)
{
	struct table *table = context;

	for (size_t i = 0; i < max; i++)
		out[i] = open_node(table->place,
				   atomic_fetch_add(&table->next, 1));
	return max;
}

static bool look_up(void *context, const struct dt_op *op, struct dt_node *out,
		    size_t max, size_t *count, const struct dt_node_id *target)
{
	(void)op;
	(void)target;
	*count = random_nodes(context, out, max);
	return true;
}

static enum dt_outcome connect_at_gate(void *context, const struct dt_op *op,
				       int *fd,
				       struct dt_outcome_detail *detail,
				       const struct dt_node *node)
{
	(void)op;
	(void)detail;
	(void)node;
	gate_pass(context);
	*fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return DT_OUTCOME_CONNECTED;
}

Test(whole_policy, half_of_the_dials_come_from_the_table_at_random,
     .timeout = 60)
{
	struct place place;
	struct table table = {.place = &place, .next = 100};
	struct gate gate;
	struct dt_counters counters;
	struct dt_event event;

	begin(&place);
	gate_init(&gate);
	place.scene.config.max_dyn_dials = 20;
	place.scene.config.max_active_dials = 40;
	place.scene.config.transport.context = &gate;
	place.scene.config.transport.connect = connect_at_gate;
	place.scene.config.table = (struct dt_table){
		.context = &table,
		.random_nodes = random_nodes,
		.lookup = look_up,
	};

	scene_start(&place.scene);
	gate_await(&gate, 20);

	/* Half of 20 at once, half of the 10 that are left with the lookup. */
	AWAIT_COUNTERS(&place.scene, counters,
		       counters_dialed(&counters) == 20);
	cr_assert_eq(counters.dialed[DT_SOURCE_RANDOM], 15);
	cr_assert_eq(counters.dialed[DT_SOURCE_LOOKUP], 5);
	cr_assert(recorder_get(&place.scene.recorder, &event,
			       DT_EVENT_LOOKUP_ENDED, 0));
	cr_assert_eq(event.outcome, DT_OUTCOME_FOUND);
	cr_assert_eq(event.count, 16);
	gate_open(&gate);
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 20);
	/* There are as many as are wanted. */
	fence(&place);
	counters = scene_settled(&place.scene);
	cr_assert_eq(counters.dialed[DT_SOURCE_RANDOM], 15);
	cr_assert_eq(counters.dialed[DT_SOURCE_LOOKUP], 5);
	end(&place);
	gate_fini(&gate);
}

Test(whole_policy, a_dyn_peer_that_goes_is_replaced, .timeout = 60)
{
	struct place place;
	struct table table = {.place = &place, .next = 100};
	struct dt_counters counters;

	begin(&place);
	place.scene.config.max_dyn_dials = 6;
	place.scene.config.table = (struct dt_table){
		.context = &table,
		.random_nodes = random_nodes,
		.lookup = look_up,
	};
	place.scene.config.lookup_interval_ms = 1;
	scene_start(&place.scene);
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 6);
	loopback_await(&place.open, 6);

	loopback_drop_all(&place.open);

	recorder_await(&place.scene.recorder, DT_EVENT_PEER_REMOVED, 6);
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 12);
	AWAIT_COUNTERS(&place.scene, counters, counters.dyn_peers == 6);
	end(&place);
}

/* ---- dial_now ---- */

Test(whole_policy, dial_now_forgets_the_history, .timeout = 60)
{
	struct place place;
	struct dt_node node;

	begin(&place);
	scene_start(&place.scene);
	node = closed_node(&place, 1);
	scene_add_static(&place.scene, node);
	await_dials_of(&place, 1, 1);

	for (uint64_t i = 2; i < 5; i++) {
		cr_assert_eq(dt_dialer_dial_now(place.scene.dialer, &node),
			     DT_OK);
		await_dials_of(&place, 1, i);
	}

	cr_assert_eq(dials_of(&place, 1), 4);
	end(&place);
}

Test(whole_policy, dial_now_needs_no_dynamic_place, .timeout = 60)
{
	struct place place;
	struct dt_node node;
	struct dt_counters counters;

	begin(&place);
	scene_start(&place.scene);
	node = open_node(&place, 1);

	cr_assert_eq(dt_dialer_dial_now(place.scene.dialer, &node), DT_OK);

	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 1);
	AWAIT_COUNTERS(&place.scene, counters, counters.dyn_peers == 1);
	cr_assert_eq(counters.max_dyn_dials, 0);
	cr_assert_eq(counters.dialed[DT_SOURCE_DIAL_NOW], 1);
	end(&place);
}

Test(whole_policy, dial_now_goes_before_all_others, .timeout = 60)
{
	struct place place;
	struct dt_event event;
	struct dt_node node;

	begin(&place);
	place.scene.config.max_active_dials = 1;
	scene_create(&place.scene);
	cr_assert_eq(dt_dialer_pause(place.scene.dialer), DT_OK);
	for (uint32_t i = 1; i <= 20; i++)
		scene_add_static(&place.scene, open_node(&place, i));
	node = open_node(&place, 50);
	cr_assert_eq(dt_dialer_dial_now(place.scene.dialer, &node), DT_OK);
	scene_start(&place.scene);

	cr_assert_eq(dt_dialer_resume(place.scene.dialer), DT_OK);

	recorder_await(&place.scene.recorder, DT_EVENT_DIAL_ENDED, 21);
	cr_assert(recorder_get(&place.scene.recorder, &event,
			       DT_EVENT_DIAL_STARTED, 0));
	cr_assert_eq(loopback_number(&event.node->id), 50);
	end(&place);
}

static void expect_refusal(struct place *place, const struct dt_node *node,
			   enum dt_skip skip)
{
	struct dt_event event;
	uint64_t before = recorder_total(&place->scene.recorder,
					 DT_EVENT_DIAL_NOW_REFUSED);

	cr_assert_eq(dt_dialer_dial_now(place->scene.dialer, node), DT_OK);
	recorder_await(&place->scene.recorder, DT_EVENT_DIAL_NOW_REFUSED,
		       before + 1);
	cr_assert(recorder_get(&place->scene.recorder, &event,
			       DT_EVENT_DIAL_NOW_REFUSED, before));
	cr_assert_eq(event.skip, skip, "refused as %s, not as %s",
		     dt_skip_name(event.skip), dt_skip_name(skip));
	cr_assert_arr_eq(&event.node->id, &node->id, sizeof(node->id));
}

Test(whole_policy, dial_now_is_refused_with_its_reason, .timeout = 60)
{
	struct place place;
	struct dt_node node;
	dt_dialer *dialer;

	begin(&place);
	place.scene.config.has_self = true;
	place.scene.config.self = loopback_id(1);
	place.scene.config.netrestrict = "127.0.0.0/8,224.0.0.0/4";
	scene_start(&place.scene);
	dialer = place.scene.dialer;

	node = open_node(&place, 1);
	expect_refusal(&place, &node, DT_SKIP_SELF);
	node = open_node(&place, 2);
	cr_assert_eq(dt_dialer_ban(dialer, &node.id, 0), DT_OK);
	expect_refusal(&place, &node, DT_SKIP_BANNED);
	node = open_node(&place, 3);
	cr_assert_eq(dt_dialer_inbound_pending(dialer, &node.id), DT_OK);
	expect_refusal(&place, &node, DT_SKIP_PENDING_INBOUND);
	node = open_node(&place, 4);
	cr_assert_eq(dt_dialer_peer_added(dialer, &node.id, DT_PEER_INBOUND),
		     DT_OK);
	expect_refusal(&place, &node, DT_SKIP_ALREADY_CONNECTED);
	node = open_node(&place, 5);
	node.endpoint.tcp_port = 0;
	expect_refusal(&place, &node, DT_SKIP_NO_PORT);
	node = open_node(&place, 6);
	node.endpoint.ip[0] = 224;
	expect_refusal(&place, &node, DT_SKIP_BAD_ADDRESS);
	node = open_node(&place, 7);
	node.endpoint.ip[0] = 10;
	expect_refusal(&place, &node, DT_SKIP_NOT_ALLOWED);
	end(&place);
}

Test(whole_policy, dial_now_is_refused_while_the_node_is_dialed, .timeout = 60)
{
	struct place place;
	struct gate gate;
	struct dt_node node;

	begin(&place);
	gate_init(&gate);
	place.scene.config.transport.context = &gate;
	place.scene.config.transport.connect = connect_at_gate;
	scene_start(&place.scene);
	node = open_node(&place, 1);
	scene_add_static(&place.scene, node);
	gate_await(&gate, 1);

	expect_refusal(&place, &node, DT_SKIP_ALREADY_DIALING);

	gate_open(&gate);
	end(&place);
	gate_fini(&gate);
}

/* ---- bans ---- */

Test(whole_policy, a_banned_node_is_not_dialed_until_it_is_unbanned,
     .timeout = 60)
{
	struct place place;
	struct dt_node node;

	begin(&place);
	scene_start(&place.scene);
	node = open_node(&place, 1);
	cr_assert_eq(dt_dialer_ban(place.scene.dialer, &node.id, 0), DT_OK);
	scene_add_static(&place.scene, node);
	fence(&place);
	cr_assert_eq(dials_of(&place, 1), 0);

	cr_assert_eq(dt_dialer_unban(place.scene.dialer, &node.id), DT_OK);

	await_dials_of(&place, 1, 1);
	end(&place);
}

Test(whole_policy, a_ban_ends_by_itself, .timeout = 60)
{
	struct place place;
	struct dt_node node;
	struct dt_event event;
	int64_t banned_ms;

	begin(&place);
	scene_start(&place.scene);
	node = open_node(&place, 1);
	banned_ms = now_ms();
	cr_assert_eq(dt_dialer_ban(place.scene.dialer, &node.id, 50), DT_OK);
	scene_add_static(&place.scene, node);

	await_dials_of(&place, 1, 1);

	cr_assert(recorder_get(&place.scene.recorder, &event,
			       DT_EVENT_DIAL_STARTED, 0));
	cr_assert_geq(event.time_ms - banned_ms, 50);
	end(&place);
}

Test(whole_policy, a_ban_closes_the_connection_that_is_held, .timeout = 60)
{
	struct place place;
	struct dt_node node;
	struct dt_counters counters;

	begin(&place);
	place.scene.config.history_expiration_ms = 1;
	scene_start(&place.scene);
	node = open_node(&place, 1);
	scene_add_static(&place.scene, node);
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 1);

	cr_assert_eq(dt_dialer_ban(place.scene.dialer, &node.id, 0), DT_OK);

	recorder_await(&place.scene.recorder, DT_EVENT_PEER_REMOVED, 1);
	fence(&place);
	AWAIT_COUNTERS(&place.scene, counters, counters.peers == 0);
	cr_assert_eq(dials_of(&place, 1), 1);
	end(&place);
}

/* ---- what comes from the other side ---- */

Test(whole_policy, a_pending_inbound_is_counted, .timeout = 60)
{
	struct place place;
	struct dt_node node;
	dt_dialer *dialer;

	begin(&place);
	scene_start(&place.scene);
	dialer = place.scene.dialer;
	node = open_node(&place, 1);
	cr_assert_eq(dt_dialer_inbound_pending(dialer, &node.id), DT_OK);
	cr_assert_eq(dt_dialer_inbound_pending(dialer, &node.id), DT_OK);
	scene_add_static(&place.scene, node);
	fence(&place);
	cr_assert_eq(dt_dialer_inbound_done(dialer, &node.id), DT_OK);
	fence(&place);
	cr_assert_eq(dials_of(&place, 1), 0);

	cr_assert_eq(dt_dialer_inbound_done(dialer, &node.id), DT_OK);

	await_dials_of(&place, 1, 1);
	end(&place);
}

Test(whole_policy, a_static_node_that_was_inbound_is_dialed_when_it_goes,
     .timeout = 60)
{
	struct place place;
	struct dt_node node;

	begin(&place);
	scene_start(&place.scene);
	node = open_node(&place, 1);
	cr_assert_eq(dt_dialer_peer_added(place.scene.dialer, &node.id,
					  DT_PEER_INBOUND | DT_PEER_TRUSTED),
		     DT_OK);
	scene_add_static(&place.scene, node);
	fence(&place);
	cr_assert_eq(dials_of(&place, 1), 0);

	cr_assert_eq(dt_dialer_peer_removed(place.scene.dialer, &node.id),
		     DT_OK);

	await_dials_of(&place, 1, 1);
	end(&place);
}

Test(whole_policy, peer_removed_disconnects_a_peer_that_is_held, .timeout = 60)
{
	struct place place;
	struct dt_node node;

	begin(&place);
	place.scene.config.history_expiration_ms = 1;
	scene_start(&place.scene);
	node = open_node(&place, 1);
	scene_add_static(&place.scene, node);
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 1);

	cr_assert_eq(dt_dialer_peer_removed(place.scene.dialer, &node.id),
		     DT_OK);

	recorder_await(&place.scene.recorder, DT_EVENT_PEER_REMOVED, 1);
	recorder_await(&place.scene.recorder, DT_EVENT_PEER_ADDED, 2);
	end(&place);
}

/* ---- pause ---- */

Test(whole_policy, a_pause_begins_nothing_and_ends_nothing, .timeout = 60)
{
	struct place place;
	struct gate gate;
	struct dt_counters counters;

	begin(&place);
	gate_init(&gate);
	place.scene.config.transport.context = &gate;
	place.scene.config.transport.connect = connect_at_gate;
	scene_start(&place.scene);
	scene_add_static(&place.scene, open_node(&place, 1));
	gate_await(&gate, 1);

	cr_assert_eq(dt_dialer_pause(place.scene.dialer), DT_OK);
	scene_add_static(&place.scene, open_node(&place, 2));
	gate_open(&gate);
	await_dials_of(&place, 1, 1);
	AWAIT_COUNTERS(&place.scene, counters, counters.peers == 1);
	cr_assert_eq(counters.static_ready, 1);
	cr_assert_eq(dials_of(&place, 2), 0);
	cr_assert_eq(dt_dialer_resume(place.scene.dialer), DT_OK);

	await_dials_of(&place, 2, 1);
	end(&place);
	gate_fini(&gate);
}

/* ---- netrestrict ---- */

Test(whole_policy, a_static_node_outside_netrestrict_waits_for_it,
     .timeout = 60)
{
	struct place place;
	struct dt_node node;

	begin(&place);
	node = loopback_node(0x20000, loopback_endpoint(&place.open, 0x20000));
	place.scene.config.netrestrict = "127.0.0.0/16,127.15.0.0/16";
	scene_start(&place.scene);
	scene_add_static(&place.scene, node);
	fence(&place);
	cr_assert_eq(dials_of(&place, 0x20000), 0);
	cr_assert_eq(scene_settled(&place.scene).skipped[DT_SKIP_NOT_ALLOWED],
		     1);

	cr_assert_eq(dt_dialer_set(place.scene.dialer, "netrestrict",
				   "127.0.0.0/8", NULL),
		     DT_OK);

	await_dials_of(&place, 0x20000, 1);
	end(&place);
}
