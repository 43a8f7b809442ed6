/* SPDX-License-Identifier: MIT */
#include "lib/discv4/lookup.h"

#include <string.h>

#include "lib/assert.h"
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

/* Put it among @nodes, in order; if all @max are there the farthest leaves. */
static void insert(const struct dti_lookup *lookup,
		   struct dti_lookup_node *nodes, size_t *count, size_t max,
		   const struct dti_lookup_node *node)
{
	size_t index = count_closer(lookup, nodes, *count, &node->place);

	if (index == max)
		return;
	if (*count < max)
		++*count;
	memmove(&nodes[index + 1], &nodes[index],
		(*count - 1 - index) * sizeof(nodes[0]));
	nodes[index] = *node;
}

static bool same_place(const struct dti_place *a, const struct dti_place *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool was_asked(const struct dti_lookup *lookup,
		      const struct dti_place *place)
{
	for (uint32_t i = 0; i < lookup->asked; i++)
		if (same_place(&lookup->asked_places[i], place))
			return true;
	return false;
}

static bool is_candidate(const struct dti_lookup *lookup,
			 const struct dti_place *place)
{
	size_t closer = count_closer(lookup, lookup->candidates,
				     lookup->candidate_count, place);

	return closer < lookup->candidate_count &&
	       same_place(&lookup->candidates[closer].place, place);
}

void dti_lookup_offer(struct dti_lookup *lookup, const struct dt_node *node,
		      const struct dti_place *place)
{
	const struct dti_lookup_node offered = {
		.node = {.id = node->id, .endpoint = node->endpoint},
		.place = *place,
	};

	if (dti_node_id_equal(&node->id, &lookup->self) ||
	    is_candidate(lookup, place) || was_asked(lookup, place))
		return;
	insert(lookup, lookup->candidates, &lookup->candidate_count,
	       DTI_LOOKUP_CANDIDATES, &offered);
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
	lookup->asked_places[lookup->asked++] = next->place;
	*out = next->node;
	return true;
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
		insert(lookup, lookup->closest, &lookup->count,
		       DTI_LOOKUP_RESULTS, &lookup->flying[index]);
	lookup->flying[index] = lookup->flying[--lookup->in_flight];
}

bool dti_lookup_is_done(const struct dti_lookup *lookup)
{
	return lookup->in_flight == 0 && !has_more_to_ask(lookup);
}
