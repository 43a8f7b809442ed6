/* SPDX-License-Identifier: MIT */
#include "tests/lookup_network.h"

#include <stdlib.h>
#include <string.h>

#include "lib/node/endpoint.h"
#include "lib/node/id.h"

#include "tests/harness.h"

#define ANSWER 16

struct dti_lookup_node network_stranger(uint64_t number)
{
	struct random_stream random = {.state = number << 32};
	struct dti_lookup_node stranger = {
		.node.endpoint = {.ip = {20, 1, 2, 3},
				  .family = 4,
				  .tcp_port = 30303,
				  .udp_port = 30303},
	};

	for (size_t i = 0; i < sizeof(stranger.node.id.bytes); i += 8) {
		uint64_t word = random_next(&random);

		memcpy(&stranger.node.id.bytes[i], &word, sizeof(word));
	}
	stranger.place = dti_place_of(&stranger.node.id);
	return stranger;
}

static void fill_table(struct network *network, int owner)
{
	struct network_node *node = &network->nodes[owner];
	int first = random_below(&network->random, NETWORK_NODES);

	for (int i = 0; i < NETWORK_NODES; i++) {
		int other = (first + i) % NETWORK_NODES;
		unsigned int distance = dti_place_log_distance(
			&node->is.place, &network->nodes[other].is.place);
		unsigned int bucket =
			distance > 256 - NETWORK_BUCKETS
				? distance - (256 - NETWORK_BUCKETS) - 1
				: 0;

		if (other != owner &&
		    node->table_counts[bucket] < NETWORK_A_BUCKET)
			node->table[bucket][node->table_counts[bucket]++] =
				other;
	}
}

struct network *network_create(uint64_t seed)
{
	struct network *network = calloc(1, sizeof(*network));

	cr_assert_not_null(network);
	network->random.state = seed;
	for (int i = 0; i < NETWORK_NODES; i++)
		network->nodes[i].is =
			network_stranger(seed << 20 | (unsigned int)i);
	for (int i = 0; i < NETWORK_NODES; i++)
		fill_table(network, i);
	return network;
}

void network_destroy(struct network *network)
{
	free(network);
}

void network_set_manner(struct network *network, enum network_manner manner,
			int percent)
{
	for (int i = 0; i < NETWORK_NODES; i++)
		if (random_chance(&network->random, percent))
			network->nodes[i].manner = manner;
}

/* ---- what was said ---- */

static size_t heard_position(const struct network_log *log,
			     const struct dt_node *node)
{
	size_t position = 0;

	while (position < log->heard_count &&
	       (!dti_node_id_equal(&log->heard[position].node.id, &node->id) ||
		!dti_endpoint_equal(&log->heard[position].node.endpoint,
				    &node->endpoint)))
		position++;
	return position;
}

static void say(struct network_log *log, const struct dti_lookup_node *said)
{
	dti_lookup_offer(&log->lookup, &said->node, &said->place);
	if (!log->is_complete ||
	    dti_node_id_equal(&said->node.id, &log->lookup.self) ||
	    heard_position(log, &said->node) < log->heard_count)
		return;
	if (log->heard_count == DTI_LOOKUP_CANDIDATES + log->asked_count)
		log->is_complete = false;
	else
		log->heard[log->heard_count++] = *said;
}

struct answer {
	struct dti_lookup_node nodes[ANSWER];
	size_t count;
};

static void consider(struct answer *answer, const struct dti_place *target,
		     const struct dti_lookup_node *node)
{
	size_t index = answer->count;

	while (index > 0 &&
	       dti_place_compare(target, &node->place,
				 &answer->nodes[index - 1].place) < 0)
		index--;
	if (index == ANSWER)
		return;
	if (answer->count < ANSWER)
		answer->count++;
	for (size_t i = answer->count - 1; i > index; i--)
		answer->nodes[i] = answer->nodes[i - 1];
	answer->nodes[index] = *node;
}

static void answer_of_all(const struct network *network, int asked,
			  const struct dti_place *target, struct answer *answer)
{
	for (int i = 0; i < NETWORK_NODES; i++)
		if (i != asked)
			consider(answer, target, &network->nodes[i].is);
}

static void answer_of_table(const struct network *network, int asked,
			    const struct dti_place *target,
			    struct answer *answer)
{
	const struct network_node *node = &network->nodes[asked];

	for (int i = 0; i < NETWORK_BUCKETS; i++)
		for (int j = 0; j < node->table_counts[i]; j++)
			consider(answer, target,
				 &network->nodes[node->table[i][j]].is);
}

/* A hundred nodes that do not exist, with itself and the asker among them. */
static void lie(struct network *network, struct network_log *log, int asked)
{
	const struct dti_lookup_node asker = {.node.id = log->lookup.self};

	for (int i = 0; i < 100; i++) {
		struct dti_lookup_node made_up =
			network_stranger(UINT64_C(1) << 31 | network->lies++);

		say(log, &network->nodes[asked].is);
		say(log, &asker);
		say(log, &made_up);
		say(log, &made_up);
		made_up.node.endpoint.ip[0]++;
		say(log, &made_up);
	}
}

/* False: it does not answer. */
static bool answer(struct network *network, struct network_log *log,
		   const struct dt_node_id *id)
{
	struct answer answer = {.count = 0};
	int asked = 0;

	while (asked < NETWORK_NODES &&
	       !dti_node_id_equal(&network->nodes[asked].is.node.id, id))
		asked++;
	if (asked == NETWORK_NODES)
		return false;
	switch (network->nodes[asked].manner) {
	case NETWORK_KNOWS_ALL:
		answer_of_all(network, asked, &log->lookup.target_place,
			      &answer);
		break;
	case NETWORK_KNOWS_TABLE:
		answer_of_table(network, asked, &log->lookup.target_place,
				&answer);
		break;
	case NETWORK_SILENT:
		return false;
	case NETWORK_LIES:
		lie(network, log, asked);
		break;
	}
	for (size_t i = 0; i < answer.count; i++)
		say(log, &answer.nodes[i]);
	return true;
}

/* ---- brute force ---- */

static bool may_be_alive(const struct network_log *log, size_t position)
{
	return log->was_asked[position] && !log->was_silent[position];
}

/* Was it asked, there or where it may be alive? */
static bool is_settled(const struct network_log *log, size_t position)
{
	const struct dt_node_id *id = &log->heard[position].node.id;

	for (size_t i = 0; i < log->heard_count; i++)
		if (may_be_alive(log, i) &&
		    dti_node_id_equal(&log->heard[i].node.id, id))
			return true;
	return log->was_asked[position];
}

/*
 * Of all that were heard of and have not been silent, the closest that was not
 * asked, if it is among the sixteen closest; else none.
 */
static size_t expected_next(const struct network_log *log)
{
	const struct dti_place *target = &log->lookup.target_place;
	size_t next = log->heard_count;
	size_t closer = 0;

	for (size_t i = 0; i < log->heard_count; i++)
		if ((next == log->heard_count ||
		     dti_place_compare(target, &log->heard[i].place,
				       &log->heard[next].place) < 0) &&
		    !is_settled(log, i))
			next = i;
	for (size_t i = 0; next < log->heard_count && i < log->heard_count; i++)
		closer += may_be_alive(log, i) &&
			  dti_place_compare(target, &log->heard[i].place,
					    &log->heard[next].place) < 0;
	return closer < DTI_LOOKUP_RESULTS ? next : log->heard_count;
}

static void expect_next(const struct network_log *log, bool has_next,
			const struct dt_node *next)
{
	size_t expected;

	if (!log->is_complete)
		return;
	expected = expected_next(log);
	cr_assert_eq(has_next, expected < log->heard_count);
	if (has_next)
		cr_assert_eq(heard_position(log, next), expected);
}

/* ---- a lookup ---- */

/* Who is asked was not asked there, nor at too many other endpoints. */
static void expect_new(const struct network_log *log,
		       const struct dt_node *next)
{
	size_t endpoints = 0;

	for (size_t i = 0; i < log->asked_count; i++) {
		if (!dti_node_id_equal(&log->asked[i].id, &next->id))
			continue;
		cr_assert_not(dti_endpoint_equal(&log->asked[i].endpoint,
						 &next->endpoint));
		endpoints++;
	}
	cr_assert_lt(endpoints, (size_t)DTI_LOOKUP_ENDPOINTS);
}

/* Whom to ask next, if anyone, into @flying. */
static bool ask(struct network_log *log, struct dt_node *flying,
		size_t *in_flight)
{
	struct dti_lookup *lookup = &log->lookup;
	bool done = dti_lookup_is_done(lookup);
	struct dt_node next;
	bool has_next = dti_lookup_next(lookup, &next);

	cr_assert_eq(done, !has_next && *in_flight == 0);
	if (*in_flight < DTI_LOOKUP_ALPHA)
		expect_next(log, has_next, &next);
	if (!has_next)
		return false;
	cr_assert_lt(*in_flight, (size_t)DTI_LOOKUP_ALPHA);
	cr_assert_not(dti_node_id_equal(&next.id, &lookup->self));
	expect_new(log, &next);
	log->asked[log->asked_count++] = next;
	log->was_asked[heard_position(log, &next)] = log->is_complete;
	flying[(*in_flight)++] = next;
	if (*in_flight > log->most_in_flight)
		log->most_in_flight = *in_flight;
	return true;
}

/* One of those in flight, any, answers or does not. */
static void land(struct network *network, struct network_log *log,
		 struct dt_node *flying, size_t *in_flight)
{
	size_t landing =
		(size_t)random_below(&network->random, (int)*in_flight);
	struct dt_node asked = flying[landing];
	bool answered = answer(network, log, &asked.id);

	log->was_silent[heard_position(log, &asked)] = !answered;
	dti_lookup_over(&log->lookup, &asked.id,
			answered ? DTI_LOOKUP_ANSWERED : DTI_LOOKUP_DEAD);
	flying[landing] = flying[--*in_flight];
}

static void expect_in_order(const struct dti_lookup *lookup)
{
	for (size_t i = 1; i < lookup->count; i++)
		cr_assert_lt(dti_place_compare(&lookup->target_place,
					       &lookup->closest[i - 1].place,
					       &lookup->closest[i].place),
			     0);
	for (size_t i = 0; i < lookup->count; i++)
		cr_assert_not(dti_node_id_equal(&lookup->closest[i].node.id,
						&lookup->self));
}

void network_look_up(struct network *network, struct network_log *log,
		     const struct dt_node_id *target, int known)
{
	struct dti_lookup_node self = network_stranger(0);
	struct dt_node flying[DTI_LOOKUP_ALPHA];
	size_t in_flight = 0;

	memset(log, 0, sizeof(*log));
	log->is_complete = true;
	dti_lookup_init(&log->lookup, target, &self.node.id);
	for (int i = 0; i < known; i++)
		say(log, &network->nodes[random_below(&network->random,
						      NETWORK_NODES)]
				  .is);
	do {
		while (ask(log, flying, &in_flight))
			continue;
		if (in_flight > 0)
			land(network, log, flying, &in_flight);
	} while (!dti_lookup_is_done(&log->lookup));
	cr_assert_eq(in_flight, 0u);
	expect_in_order(&log->lookup);
}

size_t network_count_true(const struct network *network,
			  const struct dti_lookup *lookup, size_t max)
{
	struct answer closest = {.count = 0};
	size_t found = 0;

	for (int i = 0; i < NETWORK_NODES; i++)
		if (network->nodes[i].manner != NETWORK_SILENT)
			consider(&closest, &lookup->target_place,
				 &network->nodes[i].is);
	for (size_t i = 0; i < max; i++)
		for (size_t j = 0; j < lookup->count; j++)
			found += dti_node_id_equal(&closest.nodes[i].node.id,
						   &lookup->closest[j].node.id);
	return found;
}
