/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/proofs.h"

#include "tests/counting_allocator.h"
#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/random_stream.h"

#define LIFE_MS DTI_PROOF_LIFE_MS

static const uint8_t key[16] = {1, 2, 3};
static const struct dt_allocator libc = {.context = NULL};

static struct dt_node node_at(uint32_t id, uint32_t ip)
{
	struct dt_node node = {
		.endpoint = {.family = 4, .tcp_port = 1, .udp_port = 30303}};

	memcpy(&node.id.bytes[60], &id, sizeof(id));
	memcpy(node.endpoint.ip, &ip, sizeof(ip));
	return node;
}

static bool ponged(struct dti_proofs *proofs, struct dt_node node,
		   int64_t now_ms)
{
	return dti_proofs_ponged(proofs, &node.id, &node.endpoint, now_ms);
}

static bool pinged(struct dti_proofs *proofs, struct dt_node node,
		   int64_t now_ms)
{
	return dti_proofs_pinged(proofs, &node.id, &node.endpoint, now_ms);
}

static bool has_ponged(const struct dti_proofs *proofs, struct dt_node node,
		       int64_t now_ms)
{
	return dti_proofs_has_ponged(proofs, &node.id, &node.endpoint, now_ms);
}

static bool has_pinged(const struct dti_proofs *proofs, struct dt_node node,
		       int64_t now_ms)
{
	return dti_proofs_has_pinged(proofs, &node.id, &node.endpoint, now_ms);
}

static void forget_ping(struct dti_proofs *proofs, struct dt_node node)
{
	dti_proofs_forget_ping(proofs, &node.id, &node.endpoint);
}

Test(discv4_proofs, a_proof_is_of_this_id_at_this_address_and_any_port)
{
	struct dti_proofs *proofs = dti_proofs_create(8, key, &libc);
	struct dt_node node = node_at(1, 1);

	cr_assert_not(has_ponged(proofs, node, 0));
	cr_assert(ponged(proofs, node, 0));

	node.endpoint.udp_port++;
	node.endpoint.tcp_port = 0;
	cr_assert(has_ponged(proofs, node, 0));
	cr_assert_not(has_ponged(proofs, node_at(2, 1), 0));
	cr_assert_not(has_ponged(proofs, node_at(1, 2), 0));
	node.endpoint.family = 6;
	cr_assert_not(has_ponged(proofs, node, 0));
	cr_assert_eq(dti_proofs_count(proofs), 1);
	dti_proofs_destroy(proofs);
}

Test(discv4_proofs, each_holds_for_a_day_from_the_last_time)
{
	struct dti_proofs *proofs = dti_proofs_create(8, key, &libc);
	struct dt_node node = node_at(1, 1);

	cr_assert(ponged(proofs, node, 1000));
	cr_assert(has_ponged(proofs, node, 1000 + LIFE_MS - 1));
	cr_assert_not(has_ponged(proofs, node, 1000 + LIFE_MS));

	cr_assert(pinged(proofs, node, 5000));
	cr_assert_not(has_ponged(proofs, node, 1000 + LIFE_MS));
	cr_assert(has_pinged(proofs, node, 5000 + LIFE_MS - 1));
	cr_assert_not(has_pinged(proofs, node, 5000 + LIFE_MS));

	cr_assert(ponged(proofs, node, 7000));
	cr_assert(has_ponged(proofs, node, 7000 + LIFE_MS - 1));
	cr_assert_not(has_pinged(proofs, node, 5000 + LIFE_MS));
	dti_proofs_destroy(proofs);
}

Test(discv4_proofs, an_address_is_known_by_any_id_that_ponged_there)
{
	struct dti_proofs *proofs = dti_proofs_create(2, key, &libc);
	struct dt_node there = node_at(1, 7);
	struct dt_node elsewhere = node_at(2, 8);

	cr_assert(pinged(proofs, there, 1000));
	cr_assert_not(dti_proofs_knows_address(proofs, &there.endpoint, 1000));
	cr_assert(ponged(proofs, there, 1000));
	cr_assert(dti_proofs_knows_address(proofs, &there.endpoint, 1000));
	cr_assert_not(
		dti_proofs_knows_address(proofs, &elsewhere.endpoint, 1000));
	cr_assert_not(dti_proofs_knows_address(proofs, &there.endpoint,
					       1000 + DTI_PROOF_LIFE_MS));
	dti_proofs_verify(proofs);

	/* Pushed out, and forgotten with it. */
	cr_assert(ponged(proofs, elsewhere, 2000));
	cr_assert(ponged(proofs, node_at(3, 8), 3000));
	cr_assert_not(dti_proofs_knows_address(proofs, &there.endpoint, 3000));
	cr_assert(dti_proofs_knows_address(proofs, &elsewhere.endpoint, 3000));
	dti_proofs_verify(proofs);
	dti_proofs_destroy(proofs);
}

/* Ids that came and went; as many as are found by it, and more. */
Test(discv4_proofs, an_address_is_known_by_the_ids_that_ponged_last)
{
	struct dti_proofs *proofs = dti_proofs_create(64, key, &libc);
	struct dt_node now = node_at(100, 7);

	for (uint32_t i = 0; i < 20; i++)
		cr_assert(ponged(proofs, node_at(i, 7), 1000 + i));
	cr_assert(ponged(proofs, now, LIFE_MS));
	dti_proofs_verify(proofs);

	cr_assert(dti_proofs_knows_address(proofs, &now.endpoint,
					   2 * LIFE_MS - 1));
	cr_assert_not(
		dti_proofs_knows_address(proofs, &now.endpoint, 2 * LIFE_MS));
	dti_proofs_destroy(proofs);
}

Test(discv4_proofs, its_ping_is_no_proof_and_its_pong_no_ping)
{
	struct dti_proofs *proofs = dti_proofs_create(8, key, &libc);

	cr_assert(pinged(proofs, node_at(1, 1), 0));
	cr_assert(ponged(proofs, node_at(2, 2), 0));

	cr_assert_not(has_ponged(proofs, node_at(1, 1), 0));
	cr_assert_not(has_pinged(proofs, node_at(2, 2), 0));
	dti_proofs_destroy(proofs);
}

Test(discv4_proofs, a_ping_that_is_forgotten_leaves_the_pong)
{
	struct dti_proofs *proofs = dti_proofs_create(8, key, &libc);
	struct dt_node node = node_at(1, 1);

	forget_ping(proofs, node);
	cr_assert_eq(dti_proofs_count(proofs), 0);
	cr_assert(pinged(proofs, node, 0));
	cr_assert(ponged(proofs, node, 0));
	forget_ping(proofs, node);

	cr_assert_not(has_pinged(proofs, node, 0));
	cr_assert(has_ponged(proofs, node, 0));
	dti_proofs_destroy(proofs);
}

/* What is done to nodes 0 to 3 in a store of three, at which hour. */
enum deed {
	END,
	PONG,
	PING,
	ASK
};

Test(discv4_proofs, who_goes_first_when_there_is_no_room)
{
	static const struct {
		struct {
			enum deed deed;
			uint32_t node;
			int hour;
		} deeds[7];
		uint32_t gone;
	} rows[] = {
		/* the one without a proof, though it came last */
		{{{PONG, 0, 0}, {PONG, 1, 0}, {PING, 2, 0}, {PING, 3, 0}}, 2},
		{{{PING, 0, 0}, {PONG, 1, 0}, {PONG, 2, 0}, {PONG, 3, 0}}, 0},
		/* of those without, the one that was used least recently */
		{{{PING, 0, 0}, {PING, 1, 0}, {PONG, 2, 0}, {PING, 3, 0}}, 0},
		{{{PING, 0, 0},
		  {PING, 1, 0},
		  {PING, 2, 0},
		  {PING, 0, 1},
		  {PING, 3, 1}},
		 1},
		/* being asked about is no use */
		{{{PING, 0, 0},
		  {PING, 1, 0},
		  {PING, 2, 0},
		  {ASK, 0, 1},
		  {PING, 3, 1}},
		 0},
		/* the same where all are proven; a ping is a use */
		{{{PONG, 0, 0}, {PONG, 1, 0}, {PONG, 2, 0}, {PING, 3, 0}}, 0},
		{{{PONG, 0, 0},
		  {PONG, 1, 0},
		  {PONG, 2, 0},
		  {PING, 0, 1},
		  {PING, 3, 1}},
		 1},
		/* proven later than it came */
		{{{PING, 0, 0},
		  {PING, 1, 0},
		  {PING, 2, 0},
		  {PONG, 0, 1},
		  {PING, 3, 1}},
		 1},
		/* a proof that has run out goes before all */
		{{{PONG, 0, 0}, {PING, 1, 0}, {PONG, 2, 2}, {PING, 3, 24}}, 0},
		/* one that was used since is among those without a proof */
		{{{PONG, 0, 0},
		  {PING, 1, 0},
		  {PONG, 2, 2},
		  {PING, 0, 24},
		  {PING, 3, 24}},
		 1},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct dti_proofs *proofs = dti_proofs_create(3, key, &libc);
		int64_t now_ms = 0;

		for (size_t j = 0; rows[i].deeds[j].deed != END; j++) {
			struct dt_node node = node_at(rows[i].deeds[j].node, 1);

			now_ms = rows[i].deeds[j].hour * (LIFE_MS / 24);
			if (rows[i].deeds[j].deed == PONG)
				cr_assert(ponged(proofs, node, now_ms));
			else if (rows[i].deeds[j].deed == PING)
				cr_assert(pinged(proofs, node, now_ms));
			else
				cr_assert(has_pinged(proofs, node, now_ms));
		}
		cr_assert_eq(dti_proofs_count(proofs), 3);
		/* At the beginning everything is known that was noted then. */
		for (uint32_t n = 0; n < 4; n++)
			cr_assert_eq(
				has_ponged(proofs, node_at(n, 1), 0) ||
					has_pinged(proofs, node_at(n, 1), 0),
				n != rows[i].gone, "row %zu, node %u", i, n);
		dti_proofs_verify(proofs);
		dti_proofs_destroy(proofs);
	}
}

/* ---- against an array that is searched ------------------------------------ */

enum {
	CAPACITY = 20,
	STEPS = 300000,
	NODES = 40
};

struct model {
	struct {
		bool is_known;
		bool has_ponged;
		bool has_pinged;
		bool was_proven; /* at its last use */
		int64_t ponged_ms;
		int64_t pinged_ms;
		int64_t used; /* step */
	} nodes[NODES];
	size_t count;
	int64_t step;
	int64_t now_ms;
};

static bool model_is_proven(const struct model *model, size_t i)
{
	return model->nodes[i].has_ponged &&
	       model->now_ms < model->nodes[i].ponged_ms + LIFE_MS;
}

/* The least recently used of a class. NODES: there is none. */
static size_t model_oldest(const struct model *model, bool was_proven)
{
	size_t oldest = NODES;

	for (size_t i = 0; i < NODES; i++) {
		if (!model->nodes[i].is_known ||
		    model->nodes[i].was_proven != was_proven)
			continue;
		if (oldest == NODES ||
		    model->nodes[i].used < model->nodes[oldest].used)
			oldest = i;
	}
	return oldest;
}

static void model_make_room(struct model *model)
{
	size_t proven = model_oldest(model, true);
	size_t unproven = model_oldest(model, false);

	if (proven != NODES &&
	    (!model_is_proven(model, proven) || unproven == NODES))
		model->nodes[proven].is_known = false;
	else
		model->nodes[unproven].is_known = false;
	model->count--;
}

static void model_note(struct model *model, size_t i, bool is_pong)
{
	if (!model->nodes[i].is_known) {
		if (model->count == CAPACITY)
			model_make_room(model);
		memset(&model->nodes[i], 0, sizeof(model->nodes[i]));
		model->nodes[i].is_known = true;
		model->count++;
	}
	if (is_pong) {
		model->nodes[i].has_ponged = true;
		model->nodes[i].ponged_ms = model->now_ms;
	} else {
		model->nodes[i].has_pinged = true;
		model->nodes[i].pinged_ms = model->now_ms;
	}
	model->nodes[i].used = model->step;
	model->nodes[i].was_proven = model_is_proven(model, i);
}

/* Four ids at ten addresses, so that neither alone tells two apart. */
static struct dt_node node_of(size_t i)
{
	return node_at((uint32_t)i % 4, (uint32_t)i / 4);
}

static void compare(const struct model *model, const struct dti_proofs *proofs)
{
	cr_assert_eq(dti_proofs_count(proofs), model->count);
	for (size_t i = 0; i < NODES; i++) {
		bool ping = model->nodes[i].is_known &&
			    model->nodes[i].has_pinged &&
			    model->now_ms < model->nodes[i].pinged_ms + LIFE_MS;

		cr_assert_eq(has_ponged(proofs, node_of(i), model->now_ms),
			     model->nodes[i].is_known &&
				     model_is_proven(model, i));
		cr_assert_eq(has_pinged(proofs, node_of(i), model->now_ms),
			     ping);
	}
}

Test(discv4_proofs, they_behave_as_an_array_that_is_searched, .timeout = 120)
{
	struct random_stream random = {.state = 1};
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_proofs *proofs =
		dti_proofs_create(CAPACITY, key, &allocator);
	struct model model = {.now_ms = 0};

	for (model.step = 0; model.step < STEPS; model.step++) {
		int choice = random_below(&random, 100);
		size_t i = (size_t)random_below(&random, NODES);

		model.now_ms += random_below(&random, (int)(LIFE_MS / 30));
		if (choice < 30) {
			model_note(&model, i, true);
			cr_assert(ponged(proofs, node_of(i), model.now_ms));
		} else if (choice < 90) {
			model_note(&model, i, false);
			cr_assert(pinged(proofs, node_of(i), model.now_ms));
		} else {
			model.nodes[i].has_pinged = false;
			forget_ping(proofs, node_of(i));
		}
		compare(&model, proofs);
		dti_proofs_verify(proofs);
	}
	dti_proofs_destroy(proofs);
	cr_assert_eq(counter.live, 0);
}

/* ---- bounds ---------------------------------------------------------------- */

enum {
	FULL = 8192,
	PROVEN = 8000,
	FORGED = 1000000
};

Test(discv4_proofs, a_million_forged_ids_cost_no_memory_and_no_proof,
     .timeout = 120)
{
	struct counting_allocator counter = {0};
	struct dt_allocator allocator = counting_allocator_functions(&counter);
	struct dti_proofs *proofs = dti_proofs_create(FULL, key, &allocator);
	size_t empty_bytes = counter.live_bytes;
	size_t full_bytes;

	for (uint32_t i = 0; i < PROVEN; i++)
		cr_assert(ponged(proofs, node_at(i, i), 0));
	for (uint32_t i = PROVEN; i < FULL; i++)
		cr_assert(pinged(proofs, node_at(i, i), 0));
	full_bytes = counter.live_bytes;
	for (uint32_t i = FULL; i < FULL + FORGED; i++)
		cr_assert(pinged(proofs, node_at(i, i), i));

	cr_assert_lt(empty_bytes, 1024);
	cr_assert_lt(full_bytes, FULL * 192, "%zu bytes", full_bytes);
	cr_assert_eq(counter.live_bytes, full_bytes);
	cr_assert_leq(counter.peak_bytes, full_bytes);
	cr_assert_eq(dti_proofs_count(proofs), FULL);
	for (uint32_t i = 0; i < PROVEN; i++)
		cr_assert(has_ponged(proofs, node_at(i, i), FULL + FORGED));
	dti_proofs_verify(proofs);
	dti_proofs_destroy(proofs);
	cr_assert_eq(counter.live_bytes, 0);
}

/* All of them proven, by someone who has one address. */
Test(discv4_proofs, thousands_of_ids_at_an_address_push_out_none_elsewhere)
{
	struct dti_proofs *proofs = dti_proofs_create(FULL, key, &libc);
	const uint32_t there = FULL;

	for (uint32_t i = 0; i < PROVEN; i++)
		cr_assert(ponged(proofs, node_at(i, i), 0));
	for (uint32_t i = FULL; i < 3 * FULL; i++) {
		cr_assert(ponged(proofs, node_at(i, there), i));
		cr_assert(pinged(proofs, node_at(i, there), i));
		/* Also one that was there before is used again. */
		cr_assert(pinged(proofs, node_at(i - 20, there), i));
	}
	dti_proofs_verify(proofs);

	for (uint32_t i = 0; i < PROVEN; i++)
		cr_assert(has_ponged(proofs, node_at(i, i), 3 * FULL));
	cr_assert(has_ponged(proofs, node_at(3 * FULL - 1, there), 3 * FULL));
	cr_assert_eq(dti_proofs_count(proofs), FULL);
	dti_proofs_destroy(proofs);
}

Test(discv4_proofs, there_may_be_room_for_one_only)
{
	struct dti_proofs *proofs = dti_proofs_create(1, key, &libc);

	for (uint32_t i = 0; i < 100; i++) {
		cr_assert(pinged(proofs, node_at(i, i), i));
		cr_assert(ponged(proofs, node_at(i, i), i));
		cr_assert_eq(dti_proofs_count(proofs), 1);
		cr_assert(has_ponged(proofs, node_at(i, i), i));
	}
	dti_proofs_destroy(proofs);
}

/* Note @count nodes, each until it works; how often did it not? */
static size_t note_all(struct dti_proofs *proofs, uint32_t count)
{
	size_t failures = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (ponged(proofs, node_at(i, i), 0))
			continue;
		failures++;
		cr_assert_not(has_ponged(proofs, node_at(i, i), 0));
		dti_proofs_verify(proofs);
		cr_assert(pinged(proofs, node_at(i, i), 0));
		cr_assert(ponged(proofs, node_at(i, i), 0));
	}
	for (uint32_t i = 0; i < count; i++)
		cr_assert(has_ponged(proofs, node_at(i, i), 0));
	return failures;
}

Test(discv4_proofs, each_allocation_may_fail_and_nothing_is_lost)
{
	size_t failures = 0;
	size_t fail_at = 1;
	bool has_failed = true;

	for (; has_failed; fail_at++) {
		struct failing_allocator counter = {.fail_at = fail_at};
		struct dt_allocator allocator =
			failing_allocator_functions(&counter);
		struct dti_proofs *proofs =
			dti_proofs_create(FULL, key, &allocator);

		cr_assert_eq(proofs == NULL, fail_at <= 3);
		if (proofs != NULL)
			failures += note_all(proofs, 2000);
		has_failed = counter.calls >= fail_at;
		dti_proofs_destroy(proofs);
		cr_assert_eq(counter.live, 0);
	}
	cr_assert_gt(failures, 5, "memory has grown a few times");
	dti_proofs_destroy(NULL);
}
