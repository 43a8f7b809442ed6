/* SPDX-License-Identifier: MIT */
#include "lib/discv4/external_votes.h"

#include "lib/node/address_class.h"
#include "lib/node/endpoint.h"

#define TIMES_OTHERS 2

static bool is_global(const struct dt_endpoint *endpoint)
{
	return dti_address_class_of(endpoint) == DTI_ADDRESS_GLOBAL;
}

static bool is_same_voter(const struct dt_endpoint *a,
			  const struct dt_endpoint *b)
{
	if (!is_global(a) || !is_global(b))
		return dti_endpoint_same_ip(a, b);
	return dti_address_is_near(a, b);
}

static bool holds(const struct dti_external_vote *vote, int64_t now_ms)
{
	return now_ms - vote->said_ms < DTI_EXTERNAL_VOTE_MS;
}

/* Where the vote of @voter goes: its last one's place, or a new one. */
static struct dti_external_vote *place_for(struct dti_external_votes *votes,
					   const struct dt_endpoint *voter)
{
	struct dti_external_vote *oldest = &votes->votes[0];

	for (size_t i = 0; i < votes->count; i++) {
		struct dti_external_vote *vote = &votes->votes[i];

		if (is_same_voter(&vote->voter, voter))
			return vote;
		if (vote->said_ms < oldest->said_ms)
			oldest = vote;
	}
	if (votes->count < DTI_EXTERNAL_VOTES)
		return &votes->votes[votes->count++];
	return oldest;
}

/* Does @vote take part in deciding whether we are at @candidate? */
static bool takes_part(const struct dti_external_vote *vote,
		       const struct dt_endpoint *candidate, int64_t now_ms)
{
	if (!holds(vote, now_ms) || vote->said.family != candidate->family)
		return false;
	/* Neighbours see us where they are; those outside must not care. */
	return !is_global(candidate) || is_global(&vote->said);
}

static bool is_elected(const struct dti_external_votes *votes,
		       const struct dt_endpoint *candidate, int64_t now_ms)
{
	size_t agreed = 0;
	size_t others = 0;

	for (size_t i = 0; i < votes->count; i++) {
		const struct dti_external_vote *vote = &votes->votes[i];

		if (!takes_part(vote, candidate, now_ms))
			continue;
		if (!is_global(candidate) && is_global(&vote->voter))
			return false;
		if (dti_endpoint_same_udp(&vote->said, candidate))
			agreed++;
		else
			others++;
	}
	return agreed >= DTI_EXTERNAL_VOTES_NEEDED &&
	       agreed > TIMES_OTHERS * others;
}

/* Has the other family been decided for, and does somebody still say so? */
static bool is_settled_elsewhere(const struct dti_external_votes *votes,
				 const struct dt_endpoint *candidate,
				 int64_t now_ms)
{
	if (votes->decided.family == candidate->family)
		return false;
	for (size_t i = 0; i < votes->count; i++)
		if (dti_endpoint_same_udp(&votes->votes[i].said,
					  &votes->decided) &&
		    holds(&votes->votes[i], now_ms))
			return true;
	return false;
}

bool dti_external_votes_add(struct dti_external_votes *votes,
			    const struct dt_endpoint *voter,
			    const struct dt_endpoint *said, int64_t now_ms)
{
	struct dt_endpoint candidate = *said;

	if (voter->family != said->family || !dti_address_can_be_asked(said) ||
	    !dti_address_may_relay(voter, said))
		return false;
	candidate.tcp_port = 0;
	*place_for(votes, voter) = (struct dti_external_vote){
		.voter = *voter, .said = candidate, .said_ms = now_ms};
	if (dti_endpoint_same_udp(&votes->decided, &candidate) ||
	    is_settled_elsewhere(votes, &candidate, now_ms) ||
	    !is_elected(votes, &candidate, now_ms))
		return false;
	votes->decided = candidate;
	return true;
}
