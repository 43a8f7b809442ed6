/* SPDX-License-Identifier: MIT */
#include "lib/discv4/lookup.h"

#include <string.h>

#include "lib/assert.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"

void dti_lookup_init(struct dti_lookup *lookup, const struct dt_node_id *target,
		     const struct dt_node_id *self)
{
	memset(lookup, 0, sizeof(*lookup));
	lookup->target = *target;
	lookup->target_place = dti_place_of(target);
	lookup->self = *self;
}

/* How many of @nodes, which are in order, are closer than @place. */
static size_t count_closer(const struct dti_lookup *lookup,
			   const struct dti_lookup_node *nodes, size_t count,
			   const struct dti_place *place)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;

		if (dti_place_compare(&lookup->target_place,
				      &nodes[middle].place, place) < 0)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

static bool same_place(const struct dti_place *a, const struct dti_place *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/*
 * Put it among @nodes, in order, behind those at its place; if all @max are there
 * the farthest leaves.
 */
static void insert(const struct dti_lookup *lookup,
		   struct dti_lookup_node *nodes, size_t *count, size_t max,
		   const struct dti_lookup_node *node)
{
	size_t index = count_closer(lookup, nodes, *count, &node->place);

	while (index < *count && same_place(&nodes[index].place, &node->place))
		index++;
	if (index == max)
		return;
	if (*count < max)
		++*count;
	memmove(&nodes[index + 1], &nodes[index],
		(*count - 1 - index) * sizeof(nodes[0]));
	nodes[index] = *node;
}

/* What is known of a node that is offered. */
struct knowledge {
	size_t endpoints;
	bool is_enough; /* it is alive, or this is one of them */
	bool is_asked;  /* now, or will be */
};

static void recall_tries(struct knowledge *known,
			 const struct dti_lookup *lookup,
			 const struct dti_lookup_node *offered)
{
	for (uint32_t i = 0; i < lookup->asked; i++) {
		const struct dti_lookup_asked *try = &lookup->tries[i];

		if (!same_place(&try->place, &offered->place))
			continue;
		known->endpoints++;
		known->is_enough |=
			try->is_alive ||
			dti_endpoint_same_udp(&offered->node.endpoint,
					      &try->endpoint);
	}
}

static void recall(struct knowledge *known, const struct dti_lookup *lookup,
		   const struct dti_lookup_node *nodes, size_t count,
		   const struct dti_lookup_node *offered)
{
	size_t i = count_closer(lookup, nodes, count, &offered->place);

	for (; i < count && same_place(&nodes[i].place, &offered->place); i++) {
		known->endpoints++;
		known->is_asked = true;
		known->is_enough |= dti_endpoint_same_udp(
			&offered->node.endpoint, &nodes[i].node.endpoint);
	}
}

static bool is_flying(const struct dti_lookup *lookup,
		      const struct dti_place *place)
{
	for (size_t i = 0; i < lookup->in_flight; i++)
		if (same_place(&lookup->flying[i].place, place))
			return true;
	return false;
}

void dti_lookup_offer(struct dti_lookup *lookup, const struct dt_node *node,
		      const struct dti_place *place)
{
	const struct dti_lookup_node offered = {
		.node = {.id = node->id, .endpoint = node->endpoint},
		.place = *place,
	};
	struct knowledge known = {.is_asked = is_flying(lookup, place)};

	if (dti_node_id_equal(&node->id, &lookup->self))
		return;
	recall_tries(&known, lookup, &offered);
	recall(&known, lookup, lookup->candidates, lookup->candidate_count,
	       &offered);
	recall(&known, lookup, lookup->elsewhere, lookup->elsewhere_count,
	       &offered);
	if (known.is_enough || known.endpoints == DTI_LOOKUP_ENDPOINTS)
		return;
	if (!known.is_asked)
		insert(lookup, lookup->candidates, &lookup->candidate_count,
		       DTI_LOOKUP_CANDIDATES, &offered);
	else
		insert(lookup, lookup->elsewhere, &lookup->elsewhere_count,
		       DTI_LOOKUP_ELSEWHERE, &offered);
}

/*
 * Is there one left that is among the sixteen closest, counting those in flight
 * as if they had answered?
 */
static bool has_more_to_ask(const struct dti_lookup *lookup)
{
	const struct dti_place *next = &lookup->candidates[0].place;
	size_t closer;

	if (lookup->candidate_count == 0 ||
	    lookup->asked == DTI_LOOKUP_ASKED_MAX)
		return false;
	closer = count_closer(lookup, lookup->closest, lookup->count, next);
	for (size_t i = 0; i < lookup->in_flight; i++)
		closer += dti_place_compare(&lookup->target_place,
					    &lookup->flying[i].place, next) < 0;
	return closer < DTI_LOOKUP_RESULTS;
}

bool dti_lookup_next(struct dti_lookup *lookup, struct dt_node *out)
{
	struct dti_lookup_node *next;

	if (lookup->in_flight == DTI_LOOKUP_ALPHA || !has_more_to_ask(lookup))
		return false;
	next = &lookup->flying[lookup->in_flight++];
	*next = lookup->candidates[0];
	memmove(&lookup->candidates[0], &lookup->candidates[1],
		--lookup->candidate_count * sizeof(lookup->candidates[0]));
	lookup->tries[lookup->asked++] = (struct dti_lookup_asked){
		.place = next->place, .endpoint = next->node.endpoint};
	*out = next->node;
	return true;
}

static void note_alive(struct dti_lookup *lookup,
		       const struct dti_lookup_node *node)
{
	for (uint32_t i = 0; i < lookup->asked; i++)
		if (same_place(&lookup->tries[i].place, &node->place))
			lookup->tries[i].is_alive = true;
	insert(lookup, lookup->closest, &lookup->count, DTI_LOOKUP_RESULTS,
	       node);
}

/* It may be where others have said. */
static void look_elsewhere(struct dti_lookup *lookup,
			   const struct dti_place *place)
{
	struct dti_lookup_node *nodes = lookup->elsewhere;
	size_t count = lookup->elsewhere_count;
	size_t i = count_closer(lookup, nodes, count, place);

	if (i == count || !same_place(&nodes[i].place, place))
		return;
	insert(lookup, lookup->candidates, &lookup->candidate_count,
	       DTI_LOOKUP_CANDIDATES, &nodes[i]);
	lookup->elsewhere_count--;
	memmove(&nodes[i], &nodes[i + 1], (count - 1 - i) * sizeof(nodes[0]));
}

void dti_lookup_over(struct dti_lookup *lookup, const struct dt_node_id *id,
		     enum dti_lookup_fate fate)
{
	size_t index = 0;

	while (index < lookup->in_flight &&
	       !dti_node_id_equal(&lookup->flying[index].node.id, id))
		index++;
	DTI_ASSERT(index < lookup->in_flight);
	if (fate == DTI_LOOKUP_ANSWERED)
		lookup->answered++;
	if (fate != DTI_LOOKUP_DEAD)
		note_alive(lookup, &lookup->flying[index]);
	else
		look_elsewhere(lookup, &lookup->flying[index].place);
	lookup->flying[index] = lookup->flying[--lookup->in_flight];
}

bool dti_lookup_is_done(const struct dti_lookup *lookup)
{
	return lookup->in_flight == 0 && !has_more_to_ask(lookup);
}
