/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_LOOKUP_H
#define DTI_DISCV4_LOOKUP_H

/*
 * One iterative lookup as a state machine: asks the closest nodes that it knows
 * for closer ones, three at a time, until the sixteen closest have answered.
 * It sends nothing: its owner asks it for the next node, asks that node, and
 * reports what came. Kademlia (Maymounkov and Mazieres 2002), section 2.3.
 *
 *	offer --> candidates --> next --> flying --> over --> closest
 *
 * A node that was asked and gave no sign of life is in no result: the next
 * closest moves up and is asked in its stead. So the results are the sixteen
 * closest that are alive, where others, who keep the silent among their
 * sixteen, end with fewer; and nodes that somebody made up cannot push out one
 * that is alive. Candidates behind the sixteenth are kept for that. Alive is
 * also whoever pongs and tells of no node: ethereumjs with more than 14 peers
 * puts them into a datagram that is longer than discv4 allows.
 *
 * A node is asked where it was said to be first. If it is silent there, and was
 * said to be elsewhere too, it is asked there: so who tells first, and lies,
 * hides nobody whom others know better.
 *
 * Bounded, also against liars: at most DTI_LOOKUP_ASKED_MAX are asked, none of
 * them at more than DTI_LOOKUP_ENDPOINTS endpoints; of the candidates the closest
 * DTI_LOOKUP_CANDIDATES are remembered, and so are of other endpoints the
 * DTI_LOOKUP_ELSEWHERE whose nodes are closest.
 *
 * Owner: the query that has it. Cost: offer O(all bounds), a comparison of
 * places each; over O(asked); all others O(alpha + results). No allocation;
 * 38 KB.
 */

#include "lib/dialtone.h"
#include "lib/discv4/distance.h"

#define DTI_LOOKUP_ALPHA      3
#define DTI_LOOKUP_RESULTS    16
#define DTI_LOOKUP_CANDIDATES 128
#define DTI_LOOKUP_ASKED_MAX  256
#define DTI_LOOKUP_ENDPOINTS  3
#define DTI_LOOKUP_ELSEWHERE  32

struct dti_lookup_node {
	struct dt_node node; /* host_name is NULL */
	struct dti_place place;
};

/** Where somebody was asked. */
struct dti_lookup_asked {
	struct dti_place place;
	struct dt_endpoint endpoint;
	bool is_alive;
};

/** What became of a node that was asked. */
enum dti_lookup_fate {
	DTI_LOOKUP_DEAD,    /* no sign of life */
	DTI_LOOKUP_ALIVE,   /* it has ponged, but did not tell of any node */
	DTI_LOOKUP_ANSWERED /* it told of nodes, or that it knows none */
};

struct dti_lookup {
	struct dt_node_id target;
	struct dti_place target_place;
	struct dt_node_id self;
	/* The result: the closest that are alive, closest first. */
	struct dti_lookup_node closest[DTI_LOOKUP_RESULTS];
	size_t count;
	/* Being asked, in no order. */
	struct dti_lookup_node flying[DTI_LOOKUP_ALPHA];
	size_t in_flight;
	/* Not asked yet, closest first. */
	struct dti_lookup_node candidates[DTI_LOOKUP_CANDIDATES];
	size_t candidate_count;
	/* The same nodes, or some that were asked, at other endpoints. */
	struct dti_lookup_node elsewhere[DTI_LOOKUP_ELSEWHERE];
	size_t elsewhere_count;
	/* So that none is asked twice. */
	struct dti_lookup_asked tries[DTI_LOOKUP_ASKED_MAX];
	uint32_t asked;    /* ever; of tries */
	uint32_t answered; /* ever */
};

/** @self counts as asked and is in no result. */
void dti_lookup_init(struct dti_lookup *lookup, const struct dt_node_id *target,
		     const struct dt_node_id *self);
/**
 * A node to begin with, or one that an answer brought. @place: of its id.
 */
void dti_lookup_offer(struct dti_lookup *lookup, const struct dt_node *node,
		      const struct dti_place *place);
/**
 * The next node to ask: true and a copy in @out; it is in flight then, until
 * dti_lookup_over(). False: none now, as 3 are in flight, or none is left that
 * could be among the sixteen closest if all in flight answer.
 */
bool dti_lookup_next(struct dti_lookup *lookup, struct dt_node *out);
/** The node that next() gave was asked; after what it brought was offered. */
void dti_lookup_over(struct dti_lookup *lookup, const struct dt_node_id *id,
		     enum dti_lookup_fate fate);
/** Is there nothing in flight and nothing left to ask? */
bool dti_lookup_is_done(const struct dti_lookup *lookup);

#endif /* DTI_DISCV4_LOOKUP_H */
