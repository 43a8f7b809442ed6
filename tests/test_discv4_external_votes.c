/* SPDX-License-Identifier: MIT */
#include "lib/container.h"
#include "lib/crypto/random.h"
#include "lib/discv4/external_votes.h"
#include "lib/node/address_class.h"
#include "lib/node/endpoint.h"

#include "tests/harness.h"

#define NEEDED   DTI_EXTERNAL_VOTES_NEEDED
#define HOLDS_MS DTI_EXTERNAL_VOTE_MS

static const struct dt_endpoint here = {
	.family = 4, .ip = {77, 1, 2, 3}, .udp_port = 30303};
static const struct dt_endpoint there = {
	.family = 4, .ip = {88, 1, 2, 3}, .udp_port = 30303};
static const struct dt_endpoint in_lan = {
	.family = 4, .ip = {192, 168, 7, 9}, .udp_port = 30303};

/* A node in a public network of its own. */
static struct dt_endpoint voter(unsigned int number)
{
	return (struct dt_endpoint){
		.family = 4,
		.ip = {60, (uint8_t)(number >> 8), (uint8_t)number, 1},
		.udp_port = 30303,
	};
}

static struct dt_endpoint neighbour(unsigned int number)
{
	return (struct dt_endpoint){
		.family = 4,
		.ip = {192, 168, 7, (uint8_t)(number + 10)},
		.udp_port = 30303,
	};
}

/* True: it was decided anew by one of them. */
static bool vote(struct dti_external_votes *votes, unsigned int first,
		 unsigned int count, const struct dt_endpoint *said,
		 int64_t now_ms)
{
	bool changed = false;

	for (unsigned int i = first; i < first + count; i++) {
		struct dt_endpoint from = voter(i);

		changed |= dti_external_votes_add(votes, &from, said, now_ms);
	}
	return changed;
}

static bool vote_near(struct dti_external_votes *votes, unsigned int count,
		      const struct dt_endpoint *said, int64_t now_ms)
{
	bool changed = false;

	for (unsigned int i = 0; i < count; i++) {
		struct dt_endpoint from = neighbour(i);

		changed |= dti_external_votes_add(votes, &from, said, now_ms);
	}
	return changed;
}

Test(discv4_external_votes, ten_networks_that_agree_decide)
{
	struct dti_external_votes votes = {0};

	cr_assert_not(vote(&votes, 0, NEEDED - 1, &here, 1000));
	cr_assert_eq(votes.decided.family, 0);

	cr_assert(vote(&votes, NEEDED - 1, 1, &here, 1000));
	cr_assert(dti_endpoint_equal(&votes.decided, &here));
	/* It is no news any more. */
	cr_assert_not(vote(&votes, NEEDED, 5, &here, 1000));
}

Test(discv4_external_votes, a_network_has_one_vote_however_many_speak)
{
	struct dti_external_votes votes = {0};

	for (unsigned int i = 0; i < 250; i++) {
		struct dt_endpoint from = voter(i % (NEEDED - 1));

		from.ip[3] = (uint8_t)i;
		from.udp_port = (uint16_t)(1025 + i);
		cr_assert_not(
			dti_external_votes_add(&votes, &from, &here, 1000));
	}
	cr_assert_eq(votes.count, NEEDED - 1);
}

Test(discv4_external_votes, a_network_of_ipv6_has_one_vote)
{
	const struct dt_endpoint said = {
		.family = 6, .ip = {0x2a, 1, [15] = 9}, .udp_port = 1};
	struct dti_external_votes votes = {0};
	struct dt_endpoint from = {
		.family = 6, .ip = {0x2a, 2}, .udp_port = 30303};

	for (unsigned int i = 0; i < NEEDED * 2; i++) {
		from.ip[7] = (uint8_t)i;
		from.ip[15] = (uint8_t)i;
		cr_assert_not(
			dti_external_votes_add(&votes, &from, &said, 1000));
	}
	for (unsigned int i = 0; i < NEEDED; i++) {
		from.ip[5] = (uint8_t)i;
		(void)dti_external_votes_add(&votes, &from, &said, 1000);
	}
	cr_assert(dti_endpoint_equal(&votes.decided, &said));
}

Test(discv4_external_votes, votes_that_are_too_old_do_not_count)
{
	struct dti_external_votes votes = {0};

	vote(&votes, 0, 1, &here, 1000);
	cr_assert_not(vote(&votes, 1, NEEDED - 1, &here, 1000 + HOLDS_MS));
	cr_assert(vote(&votes, 0, 1, &here, 1000 + HOLDS_MS));
}

Test(discv4_external_votes, the_others_must_be_outnumbered_two_to_one)
{
	static const struct {
		unsigned int here;
		unsigned int there;
		bool decides;
	} elections[] = {
		{NEEDED, 0, true},           {NEEDED, (NEEDED - 1) / 2, true},
		{NEEDED, NEEDED / 2, false}, {2 * NEEDED, NEEDED - 1, true},
		{2 * NEEDED, NEEDED, false},
	};

	for (size_t i = 0; i < dti_array_length(elections); i++) {
		struct dti_external_votes votes = {0};

		vote(&votes, 100, elections[i].there, &there, 1000);
		vote(&votes, 0, elections[i].here, &here, 1000);
		cr_assert_eq(dti_endpoint_equal(&votes.decided, &here),
			     elections[i].decides, "election %zu", i);
	}
}

Test(discv4_external_votes, each_network_may_change_its_mind)
{
	struct dti_external_votes votes = {0};

	vote(&votes, 0, NEEDED + 5, &here, 1000);
	/* The address has changed: two thirds must have noticed. */
	cr_assert_not(vote(&votes, 0, NEEDED, &there, 2000));
	cr_assert(dti_endpoint_equal(&votes.decided, &here));
	cr_assert(vote(&votes, NEEDED, 1, &there, 2000));
	cr_assert(dti_endpoint_equal(&votes.decided, &there));
	cr_assert_eq(votes.count, NEEDED + 5);
}

Test(discv4_external_votes, what_was_decided_holds_while_nobody_speaks)
{
	struct dti_external_votes votes = {0};

	vote(&votes, 0, NEEDED, &here, 1000);
	vote(&votes, 0, NEEDED - 1, &there, 1000 + 2 * HOLDS_MS);
	cr_assert(dti_endpoint_equal(&votes.decided, &here));
}

Test(discv4_external_votes, a_nat_with_a_port_for_each_peer_decides_nothing)
{
	struct dti_external_votes votes = {0};

	for (unsigned int i = 0; i < 3 * NEEDED; i++) {
		struct dt_endpoint said = here;

		said.udp_port = (uint16_t)(20000 + i);
		cr_assert_not(vote(&votes, i, 1, &said, 1000));
	}
}

Test(discv4_external_votes, the_tcp_port_is_not_what_they_see)
{
	struct dti_external_votes votes = {0};

	for (unsigned int i = 0; i < NEEDED; i++) {
		struct dt_endpoint said = here;

		said.tcp_port = (uint16_t)(i * 7);
		(void)vote(&votes, i, 1, &said, 1000);
	}
	cr_assert(dti_endpoint_equal(&votes.decided, &here));
}

Test(discv4_external_votes, what_nobody_has_or_may_not_be_told_is_no_vote)
{
	static const struct dt_endpoint bad[] = {
		{.family = 0, .udp_port = 30303},
		{.family = 4, .udp_port = 30303},
		{.family = 4, .ip = {224, 0, 0, 1}, .udp_port = 30303},
		{.family = 4, .ip = {77, 1, 2, 3}},
		{.family = 4, .ip = {127, 0, 0, 1}, .udp_port = 30303},
		{.family = 4, .ip = {192, 168, 7, 9}, .udp_port = 30303},
	};
	struct dti_external_votes votes = {0};

	for (size_t i = 0; i < dti_array_length(bad); i++)
		cr_assert_not(vote(&votes, 0, 2 * NEEDED, &bad[i], 1000),
			      "said %zu", i);
	cr_assert_eq(votes.count, 0);
}

Test(discv4_external_votes, neighbours_decide_where_nobody_outside_speaks)
{
	struct dti_external_votes votes = {0};
	struct dti_external_votes other = {0};

	cr_assert(vote_near(&votes, NEEDED, &in_lan, 1000));
	cr_assert(dti_endpoint_equal(&votes.decided, &in_lan));

	vote(&other, 0, 1, &here, 1000);
	cr_assert_not(vote_near(&other, 2 * NEEDED, &in_lan, 1000));
	/* Who was outside is forgotten. */
	cr_assert(vote_near(&other, NEEDED, &in_lan, 1000 + HOLDS_MS));
}

Test(discv4_external_votes, those_outside_prevail_over_neighbours)
{
	struct dti_external_votes votes = {0};

	vote_near(&votes, 3 * NEEDED, &in_lan, 1000);
	cr_assert(vote(&votes, 0, NEEDED, &here, 2000));
	cr_assert_not(vote_near(&votes, 3 * NEEDED, &in_lan, 3000));
	cr_assert(dti_endpoint_equal(&votes.decided, &here));
}

static const struct dt_endpoint in_six = {
	.family = 6, .ip = {0x2a, 1, [15] = 9}, .udp_port = 30303};

/* In a /48 of its own. */
static struct dt_endpoint six_voter(uint8_t number)
{
	return (struct dt_endpoint){
		.family = 6,
		.ip = {0x2a, 2, 0, 0, 0, number},
		.udp_port = 30303,
	};
}

static bool vote_six(struct dti_external_votes *votes, uint8_t count,
		     int64_t now_ms)
{
	bool changed = false;

	for (uint8_t i = 0; i < count; i++) {
		struct dt_endpoint from = six_voter(i);

		changed |=
			dti_external_votes_add(votes, &from, &in_six, now_ms);
	}
	return changed;
}

/* Who speaks over one family cannot see us at the other. */
Test(discv4_external_votes, nobody_votes_for_the_other_family)
{
	struct dti_external_votes votes = {0};

	cr_assert_not(vote(&votes, 0, 3 * NEEDED, &in_six, 1000));
	cr_assert_eq(votes.count, 0);
	for (uint8_t i = 0; i < 3 * NEEDED; i++) {
		struct dt_endpoint from = six_voter(i);

		cr_assert_not(
			dti_external_votes_add(&votes, &from, &here, 1000));
	}
	cr_assert_eq(votes.count, 0);
}

/* Each change is a new record, which all have to fetch. */
Test(discv4_external_votes, the_other_family_decides_when_the_first_is_silent)
{
	struct dti_external_votes votes = {0};
	int64_t now_ms = 1000;

	cr_assert(vote(&votes, 0, NEEDED, &here, now_ms));
	for (; now_ms < 2 * HOLDS_MS; now_ms += HOLDS_MS / 3) {
		cr_assert_not(vote_six(&votes, 2 * NEEDED, now_ms));
		cr_assert_not(vote(&votes, 0, NEEDED, &here, now_ms));
		cr_assert(dti_endpoint_equal(&votes.decided, &here));
	}
	now_ms += HOLDS_MS;
	cr_assert(vote_six(&votes, NEEDED, now_ms));
	cr_assert(dti_endpoint_equal(&votes.decided, &in_six));
	cr_assert_not(vote(&votes, 0, 2 * NEEDED, &here, now_ms));
}

/* As many as there is room for, the oldest gives way; an attacker who fills it
 * all is one who has so many networks. */
Test(discv4_external_votes, the_oldest_vote_gives_way)
{
	struct dti_external_votes votes = {0};

	for (unsigned int i = 0; i < DTI_EXTERNAL_VOTES; i++)
		vote(&votes, i, 1, i < NEEDED ? &here : &there, 1000 + i);
	cr_assert(dti_endpoint_equal(&votes.decided, &there));
	cr_assert_eq(votes.count, DTI_EXTERNAL_VOTES);
	vote(&votes, 200, 1, &there, 2000);
	cr_assert_eq(votes.count, DTI_EXTERNAL_VOTES);
	for (size_t i = 0; i < votes.count; i++)
		cr_assert_neq(votes.votes[i].said_ms, 1000);
}

/* ---- against a count by hand ---- */

#define VOTERS 24
#define PLACES 3

struct model {
	int said[VOTERS]; /* place; -1: nothing */
	int64_t said_ms[VOTERS];
	int decided;
};

static void model_vote(struct model *model, unsigned int from, int said,
		       int64_t now_ms)
{
	unsigned int counts[PLACES] = {0};
	unsigned int all = 0;

	model->said[from] = said;
	model->said_ms[from] = now_ms;
	for (size_t i = 0; i < VOTERS; i++) {
		if (model->said[i] < 0 ||
		    now_ms - model->said_ms[i] >= HOLDS_MS)
			continue;
		counts[model->said[i]]++;
		all++;
	}
	if (counts[said] >= NEEDED && counts[said] > 2 * (all - counts[said]))
		model->decided = said;
}

Test(discv4_external_votes, random_votes_decide_as_counted_by_hand)
{
	struct dt_endpoint places[PLACES] = {here, there, here};
	const uint8_t seed[32] = {9};
	struct dti_external_votes votes = {0};
	struct model model = {.decided = -1};
	struct dti_random random;
	unsigned int changes = 0;
	int64_t now_ms = 1000;

	places[2].udp_port++;
	memset(model.said, 0xff, sizeof(model.said));
	dti_random_init(&random, seed);
	for (unsigned int step = 0; step < 50000; step++) {
		unsigned int from = dti_random_below(&random, VOTERS);
		/* Now and then most of them see something else. */
		unsigned int usual = step / 500 % PLACES;
		unsigned int said = dti_random_below(&random, 6) > 0
					    ? usual
					    : dti_random_below(&random, PLACES);
		int before = model.decided;
		bool changed = vote(&votes, from, 1, &places[said], now_ms);

		model_vote(&model, from, (int)said, now_ms);
		cr_assert_eq(changed, model.decided != before, "step %u", step);
		if (model.decided >= 0)
			cr_assert(dti_endpoint_equal(&votes.decided,
						     &places[model.decided]),
				  "step %u", step);
		changes += changed;
		now_ms += dti_random_below(&random, HOLDS_MS / 10);
	}
	cr_assert_gt(changes, 50);
}
