/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_LOOKUP_H
#define DTI_DISCV4_LOOKUP_H

/*
 * One iterative lookup as a state machine: asks the closest nodes that it knows
 * for closer ones, three at a time, until the sixteen closest were all asked.
 * It sends nothing: its owner asks it for the next node, asks that node, and
 * reports what came.
 *
 * Bounded: it keeps the 16 closest nodes and remembers at most
 * DTI_LOOKUP_SEEN_MAX that it saw; further ones are ignored. A node is asked
 * once. Kademlia (Maymounkov and Mazieres 2002), section 2.3.
 */

#include "lib/dialtone.h"
#include "lib/discv4/distance.h"

#define DTI_LOOKUP_ALPHA    3
#define DTI_LOOKUP_RESULTS  16
#define DTI_LOOKUP_SEEN_MAX 512

struct dti_lookup_node {
	struct dt_node node; /* host_name is NULL */
	struct dti_place place;
	bool asked;
	bool answered;
};

struct dti_lookup {
	struct dt_node_id target;
	struct dti_place target_place;
	struct dt_node_id self;
	/* The closest so far, closest first. */
	struct dti_lookup_node closest[DTI_LOOKUP_RESULTS];
	size_t count;
	/* Places seen, a hash set: so that none is asked twice. */
	struct dti_place seen[DTI_LOOKUP_SEEN_MAX];
	size_t seen_count;
	size_t in_flight;
	uint32_t asked;    /* ever */
	uint32_t answered; /* ever */
};

/** @self counts as asked and is in no result. */
void dti_lookup_init(struct dti_lookup *lookup, const struct dt_node_id *target,
		     const struct dt_node_id *self);
/** Nodes to begin with, or those that an answer brought. */
void dti_lookup_offer(struct dti_lookup *lookup, const struct dt_node *node,
		      const struct dti_place *place);
/**
 * The next node to ask: true and a copy in @out; it is in flight then, until
 * dti_lookup_over(). False: none now, as 3 are in flight or all were asked.
 */
bool dti_lookup_next(struct dti_lookup *lookup, struct dt_node *out);
/** The node that next() gave was asked; after what it brought was offered. */
void dti_lookup_over(struct dti_lookup *lookup, const struct dt_node_id *id,
		     bool answered);
/** Is there nothing in flight and nothing left to ask? */
bool dti_lookup_is_done(const struct dti_lookup *lookup);

#endif /* DTI_DISCV4_LOOKUP_H */
