/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/lookup.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/lookup_network.h"
#include "tests/random_stream.h"

enum {
	LOOKUPS = 100
};

/* What a number of lookups of random targets came to. */
struct tally {
	size_t perfect; /* all sixteen are the true ones */
	size_t true_nodes;
	uint32_t asked;
	uint32_t most_asked;
	size_t results;
	size_t most_in_flight;
};

static struct tally look_up_many(struct network *network)
{
	struct network_log *log = malloc(sizeof(*log));
	struct tally tally = {0};

	cr_assert_not_null(log);
	for (uint64_t i = 0; i < LOOKUPS; i++) {
		struct dt_node_id target =
			network_stranger(UINT64_C(1) << 30 | i).node.id;
		size_t found;

		network_look_up(network, log, &target, DTI_LOOKUP_RESULTS);
		found = network_count_true(network, &log->lookup,
					   DTI_LOOKUP_RESULTS);
		tally.perfect += found == DTI_LOOKUP_RESULTS;
		tally.true_nodes += found;
		tally.results += log->lookup.count;
		tally.asked += log->lookup.asked;
		if (log->lookup.asked > tally.most_asked)
			tally.most_asked = log->lookup.asked;
		if (log->most_in_flight > tally.most_in_flight)
			tally.most_in_flight = log->most_in_flight;
	}
	free(log);
	return tally;
}

Test(discv4_lookup, with_perfect_answers_the_result_is_that_of_brute_force)
{
	struct network *network = network_create(1);
	struct tally tally = look_up_many(network);

	cr_assert_eq(tally.perfect, (size_t)LOOKUPS);
	cr_assert_eq(tally.most_in_flight, (size_t)DTI_LOOKUP_ALPHA);
	network_destroy(network);
}

Test(discv4_lookup, nodes_that_know_their_table_only_lead_to_the_same_result)
{
	struct network *network = network_create(2);
	struct tally tally;

	network_set_manner(network, NETWORK_KNOWS_TABLE, 100);
	tally = look_up_many(network);

	cr_assert_eq(tally.perfect, (size_t)LOOKUPS);
	cr_assert_lt(tally.most_asked, 32u);
	network_destroy(network);
}

/* Here all tables are full of them, as none is ever checked. */
Test(discv4_lookup, silent_nodes_are_in_no_result_and_cost_it_few_of_the_others)
{
	struct network *network = network_create(3);
	struct tally tally;

	network_set_manner(network, NETWORK_KNOWS_TABLE, 100);
	network_set_manner(network, NETWORK_SILENT, 30);
	tally = look_up_many(network);

	cr_assert_eq(tally.results, (size_t)LOOKUPS * DTI_LOOKUP_RESULTS);
	cr_assert_geq(tally.true_nodes * 10,
		      (size_t)LOOKUPS * DTI_LOOKUP_RESULTS * 9);
	cr_assert_lt(tally.most_asked, 64u);
	network_destroy(network);
}

Test(discv4_lookup, a_fifth_of_liars_does_not_change_the_result)
{
	struct network *network = network_create(4);
	struct tally tally;

	network_set_manner(network, NETWORK_KNOWS_TABLE, 100);
	network_set_manner(network, NETWORK_LIES, 20);
	tally = look_up_many(network);

	cr_assert_eq(tally.perfect, (size_t)LOOKUPS);
	cr_assert_leq(tally.most_asked, (uint32_t)DTI_LOOKUP_ASKED_MAX);
	cr_assert_gt(network->lies, 10000u);
	network_destroy(network);
}

Test(discv4_lookup, among_liars_only_it_ends_all_the_same)
{
	struct network *network = network_create(5);
	struct tally tally;

	network_set_manner(network, NETWORK_LIES, 100);
	tally = look_up_many(network);

	cr_assert_leq(tally.most_asked, (uint32_t)DTI_LOOKUP_ASKED_MAX);
	cr_assert_eq(tally.most_in_flight, (size_t)DTI_LOOKUP_ALPHA);
	network_destroy(network);
}

/* ---- one lookup by hand ---- */

/* Strangers, the closest to the target first. */
struct sample {
	struct dti_lookup lookup;
	struct dti_lookup_node self;
	struct dti_lookup_node nodes[DTI_LOOKUP_ASKED_MAX * 2];
};

static void begin(struct sample *sample)
{
	struct dti_lookup_node target = network_stranger(1);

	sample->self = network_stranger(2);
	dti_lookup_init(&sample->lookup, &target.node.id,
			&sample->self.node.id);
	for (size_t i = 0; i < dti_array_length(sample->nodes); i++) {
		struct dti_lookup_node *node = &sample->nodes[i];

		*node = network_stranger(3 + i);
		/* No hash is looked at: the place is what is said. */
		node->place = sample->lookup.target_place;
		node->place.bytes[30] ^= (uint8_t)((i + 1) >> 8);
		node->place.bytes[31] ^= (uint8_t)(i + 1);
	}
}

static void offer(struct sample *sample, size_t number)
{
	struct dt_node node = sample->nodes[number].node;

	node.host_name = "not.kept.example";
	dti_lookup_offer(&sample->lookup, &node, &sample->nodes[number].place);
}

/* Is this one to be asked next? It is in flight then. */
static void expect_next(struct sample *sample, size_t number)
{
	struct dt_node next = {.host_name = "none"};

	cr_assert(dti_lookup_next(&sample->lookup, &next));
	cr_assert(dti_node_id_equal(&next.id, &sample->nodes[number].node.id));
	cr_assert_eq(memcmp(&next.endpoint,
			    &sample->nodes[number].node.endpoint,
			    sizeof(next.endpoint)),
		     0);
	cr_assert_null(next.host_name);
}

static void expect_none(struct sample *sample)
{
	struct dt_node next;

	cr_assert_not(dti_lookup_next(&sample->lookup, &next));
}

static void over(struct sample *sample, size_t number, bool answered)
{
	dti_lookup_over(&sample->lookup, &sample->nodes[number].node.id,
			answered ? DTI_LOOKUP_ANSWERED : DTI_LOOKUP_DEAD);
}

static void expect_result(const struct sample *sample, size_t index,
			  size_t number)
{
	cr_assert_lt(index, sample->lookup.count);
	cr_assert(dti_node_id_equal(&sample->lookup.closest[index].node.id,
				    &sample->nodes[number].node.id),
		  "result %zu", index);
}

Test(discv4_lookup, with_nothing_to_begin_with_it_is_done)
{
	struct sample sample;

	begin(&sample);

	cr_assert(dti_lookup_is_done(&sample.lookup));
	expect_none(&sample);
	cr_assert_eq(sample.lookup.count, 0u);
}

Test(discv4_lookup, it_does_not_ask_itself)
{
	struct sample sample;

	begin(&sample);
	dti_lookup_offer(&sample.lookup, &sample.self.node, &sample.self.place);

	cr_assert(dti_lookup_is_done(&sample.lookup));
	expect_none(&sample);
}

Test(discv4_lookup, the_closest_are_asked_first_three_at_a_time)
{
	struct sample sample;

	begin(&sample);
	for (size_t i = 0; i < 5; i++)
		offer(&sample, 4 - i);
	for (size_t i = 0; i < 3; i++)
		expect_next(&sample, i);
	expect_none(&sample);
	cr_assert_eq(sample.lookup.in_flight, 3u);
	cr_assert_not(dti_lookup_is_done(&sample.lookup));

	over(&sample, 1, true);
	expect_next(&sample, 3);
	expect_none(&sample);
	over(&sample, 3, false);
	expect_next(&sample, 4);
	over(&sample, 0, true);
	over(&sample, 4, true);
	expect_none(&sample);
	cr_assert_not(dti_lookup_is_done(&sample.lookup));
	over(&sample, 2, true);

	cr_assert(dti_lookup_is_done(&sample.lookup));
	cr_assert_eq(sample.lookup.asked, 5u);
	cr_assert_eq(sample.lookup.answered, 4u);
	cr_assert_eq(sample.lookup.count, 4u);
	for (size_t i = 0; i < 4; i++)
		expect_result(&sample, i, i < 3 ? i : 4);
}

Test(discv4_lookup, a_closer_one_that_an_answer_brings_is_next)
{
	struct sample sample;

	begin(&sample);
	offer(&sample, 10);
	offer(&sample, 11);
	expect_next(&sample, 10);
	offer(&sample, 3);
	over(&sample, 10, true);

	expect_next(&sample, 3);
	expect_next(&sample, 11);
}

Test(discv4_lookup, a_node_is_asked_once_whatever_became_of_it)
{
	struct sample sample;

	begin(&sample);
	for (size_t i = 0; i < 3; i++)
		offer(&sample, i);
	for (size_t i = 0; i < 3; i++)
		expect_next(&sample, i);
	over(&sample, 0, true);
	over(&sample, 1, false);
	for (size_t i = 0; i < 3; i++)
		offer(&sample, i);
	expect_none(&sample);
	over(&sample, 2, true);

	cr_assert(dti_lookup_is_done(&sample.lookup));
	cr_assert_eq(sample.lookup.asked, 3u);
}

Test(discv4_lookup, who_is_offered_twice_is_asked_where_it_was_said_first)
{
	struct sample sample;
	struct dt_node elsewhere;

	begin(&sample);
	offer(&sample, 0);
	elsewhere = sample.nodes[0].node;
	elsewhere.endpoint.udp_port++;
	dti_lookup_offer(&sample.lookup, &elsewhere, &sample.nodes[0].place);

	expect_next(&sample, 0);
	expect_none(&sample);
	/* Silent there, it may be elsewhere. */
	over(&sample, 0, false);
	cr_assert_not(dti_lookup_is_done(&sample.lookup));
	sample.nodes[0].node = elsewhere;
	expect_next(&sample, 0);
	over(&sample, 0, true);
	cr_assert(dti_lookup_is_done(&sample.lookup));
	cr_assert(dti_endpoint_equal(&sample.lookup.closest[0].node.endpoint,
				     &elsewhere.endpoint));
}

/* @number again, at the @port-th endpoint. */
static void offer_at(struct sample *sample, size_t number, uint16_t port)
{
	sample->nodes[number].node.endpoint.udp_port = port;
	offer(sample, number);
}

Test(discv4_lookup, who_has_answered_is_asked_nowhere_else)
{
	struct sample sample;

	begin(&sample);
	offer_at(&sample, 0, 1);
	offer_at(&sample, 0, 2);
	sample.nodes[0].node.endpoint.udp_port = 1;
	expect_next(&sample, 0);
	over(&sample, 0, true);

	cr_assert(dti_lookup_is_done(&sample.lookup));
	offer_at(&sample, 0, 3);
	expect_none(&sample);
	cr_assert_eq(sample.lookup.count, 1u);
}

/* It may be told at thousands. */
Test(discv4_lookup, nobody_is_asked_at_more_than_three_endpoints)
{
	struct sample sample;

	begin(&sample);
	offer_at(&sample, 0, 1);
	expect_next(&sample, 0);
	over(&sample, 0, false);
	for (uint16_t port = 1; port < 100; port++)
		offer_at(&sample, 0, port);
	cr_assert_eq(sample.lookup.candidate_count, 1u);
	cr_assert_eq(sample.lookup.elsewhere_count, 1u);
	for (uint16_t port = 2; port <= DTI_LOOKUP_ENDPOINTS; port++) {
		sample.nodes[0].node.endpoint.udp_port = port;
		expect_next(&sample, 0);
		over(&sample, 0, false);
		offer_at(&sample, 0, port);
		offer_at(&sample, 0, 1000);
	}

	cr_assert(dti_lookup_is_done(&sample.lookup));
	cr_assert_eq(sample.lookup.asked, (uint32_t)DTI_LOOKUP_ENDPOINTS);
}

/* They are alive, but not where he says. */
Test(discv4_lookup, who_lies_of_endpoints_first_hides_nobody)
{
	struct sample sample;
	size_t asked = 0;
	struct dt_node next;

	begin(&sample);
	for (size_t i = 0; i < DTI_LOOKUP_RESULTS; i++)
		offer_at(&sample, i, 1);
	for (size_t i = 0; i < DTI_LOOKUP_RESULTS; i++)
		offer_at(&sample, i, 30303);
	while (dti_lookup_next(&sample.lookup, &next)) {
		dti_lookup_over(&sample.lookup, &next.id,
				next.endpoint.udp_port == 30303
					? DTI_LOOKUP_ANSWERED
					: DTI_LOOKUP_DEAD);
		asked++;
	}

	cr_assert_eq(sample.lookup.count, (size_t)DTI_LOOKUP_RESULTS);
	for (size_t i = 0; i < DTI_LOOKUP_RESULTS; i++)
		expect_result(&sample, i, i);
	cr_assert_eq(asked, 2u * DTI_LOOKUP_RESULTS);
}

Test(discv4_lookup, sixteen_answers_are_enough)
{
	struct sample sample;

	begin(&sample);
	for (size_t i = 0; i < 40; i++)
		offer(&sample, i);
	for (size_t i = 0; i < DTI_LOOKUP_RESULTS; i++) {
		expect_next(&sample, i);
		over(&sample, i, true);
	}

	expect_none(&sample);
	cr_assert(dti_lookup_is_done(&sample.lookup));
	cr_assert_eq(sample.lookup.count, (size_t)DTI_LOOKUP_RESULTS);
	for (size_t i = 0; i < DTI_LOOKUP_RESULTS; i++)
		expect_result(&sample, i, i);
}

Test(discv4_lookup, the_next_closest_moves_up_for_a_silent_one)
{
	struct sample sample;

	begin(&sample);
	for (size_t i = 0; i < 40; i++)
		offer(&sample, i);
	for (size_t i = 0; i < 3; i++)
		expect_next(&sample, i);
	over(&sample, 0, true);
	for (size_t i = 3; i < DTI_LOOKUP_RESULTS; i++) {
		expect_next(&sample, i);
		over(&sample, i, true);
	}
	/* 14 have answered, and 2 that are closer are in flight. */
	expect_none(&sample);
	over(&sample, 1, false);
	expect_next(&sample, 16);
	expect_none(&sample);
	over(&sample, 2, true);
	expect_none(&sample);
	over(&sample, 16, false);
	expect_next(&sample, 17);
	over(&sample, 17, true);

	cr_assert(dti_lookup_is_done(&sample.lookup));
	expect_result(&sample, 0, 0);
	expect_result(&sample, 1, 2);
	expect_result(&sample, 14, 15);
	expect_result(&sample, 15, 17);
}

Test(discv4_lookup, nodes_that_do_not_exist_push_out_none_that_answered)
{
	struct sample sample;
	uint32_t asked = 0;
	struct dt_node next;

	begin(&sample);
	offer(&sample, 500);
	offer(&sample, 501);
	for (size_t i = 500; i <= 501; i++) {
		expect_next(&sample, i);
		over(&sample, i, true);
	}
	for (size_t i = 0; i < 500; i++)
		offer(&sample, i);
	while (dti_lookup_next(&sample.lookup, &next)) {
		dti_lookup_over(&sample.lookup, &next.id, DTI_LOOKUP_DEAD);
		asked++;
	}

	cr_assert(dti_lookup_is_done(&sample.lookup));
	cr_assert_eq(asked, (uint32_t)DTI_LOOKUP_CANDIDATES);
	cr_assert_eq(sample.lookup.count, 2u);
	expect_result(&sample, 0, 500);
	expect_result(&sample, 1, 501);
}

Test(discv4_lookup, one_that_is_alive_but_tells_nothing_is_a_result)
{
	struct sample sample;

	begin(&sample);
	for (size_t i = 0; i < 3; i++) {
		offer(&sample, i);
		expect_next(&sample, i);
	}
	over(&sample, 0, false);
	over(&sample, 2, true);
	dti_lookup_over(&sample.lookup, &sample.nodes[1].node.id,
			DTI_LOOKUP_ALIVE);

	cr_assert(dti_lookup_is_done(&sample.lookup));
	cr_assert_eq(sample.lookup.count, 2u);
	expect_result(&sample, 0, 1);
	expect_result(&sample, 1, 2);
	cr_assert_eq(sample.lookup.asked, 3u);
	cr_assert_eq(sample.lookup.answered, 1u);
}

Test(discv4_lookup, of_too_many_candidates_the_closest_are_remembered)
{
	struct sample sample;

	begin(&sample);
	for (size_t i = 0; i < 2 * (size_t)DTI_LOOKUP_CANDIDATES; i++)
		offer(&sample, i % 2 == 0 ? 255 - i / 2 : i / 2);
	for (size_t i = 0; i < DTI_LOOKUP_CANDIDATES; i++) {
		expect_next(&sample, i);
		over(&sample, i, false);
	}

	expect_none(&sample);
	cr_assert(dti_lookup_is_done(&sample.lookup));
}

/* Each one asked brings a closer one, which is silent: there is no end to it */
Test(discv4_lookup, it_gives_up_when_it_has_asked_as_many_as_it_may)
{
	struct sample sample;
	size_t last = dti_array_length(sample.nodes) - 1;

	begin(&sample);
	offer(&sample, last);
	for (size_t i = 0; i < DTI_LOOKUP_ASKED_MAX; i++) {
		cr_assert_not(dti_lookup_is_done(&sample.lookup));
		expect_next(&sample, last - i);
		offer(&sample, last - i - 1);
		over(&sample, last - i, i == 0);
	}

	expect_none(&sample);
	cr_assert(dti_lookup_is_done(&sample.lookup));
	cr_assert_eq(sample.lookup.count, 1u);
	expect_result(&sample, 0, last);
}
