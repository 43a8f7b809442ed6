/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_STATE_H
#define DTI_DISCV4_STATE_H

/*
 * What the parts of the protocol share:
 *
 *	protocol.c	create, tick, deadline
 *	admit.c		is a packet worth its signature?
 *	serve.c		requests of others
 *	requests_sent.c	requests of ours: sent, answered, timed out
 *	visits.c	one node asked one thing, after the endpoint proof
 *	visit_lists.c	visits that wait for a moment
 *	queries.c	what was asked of us: one visit, or a lookup of many
 *	maintain.c	the table: when it is refreshed and checked
 *	refresh.c	how it is filled
 *	check.c		how it is kept true
 *
 * VISIT. Before a node answers FindNode or a record request it wants to have
 * had a pong of ours. So a visit goes through these stages:
 *
 *	BOND   a ping is under way, since it has not pinged us lately
 *	WAIT   it ponged; its own ping, and our pong, should come now (500 ms)
 *	SOON   they came: our pong must not be overtaken (50 ms)
 *	ASK    the request itself is under way (500 ms)
 *	SETTLE neighbours came, fewer than a full packet: a moment for more
 *
 * Who says nothing in ASK has maybe lost our proof, since it was started anew or
 * knows too many: then the visit begins once more, with BOND.
 *
 * Requests of one type to one (id, IP) are one at a time, since replies to
 * FindNode do not say what they answer: further visits queue behind it. A ping
 * or record that somebody asked for already serves all who queue.
 */

#include "lib/crypto/random.h"
#include "lib/discv4/lookup.h"
#include "lib/discv4/proofs.h"
#include "lib/discv4/protocol.h"
#include "lib/discv4/requests.h"
#include "lib/list.h"

#define DTI_BOND_WAIT_MS 500
#define DTI_BOND_SOON_MS 50
#define DTI_SETTLE_MS    100
#define DTI_HELD_MS      1000 /* nobody to ask, or too much: do not spin */

/** Queries of our own, beside the embedder's: a refresh, and records. */
#define DTI_OWN_QUERIES 6

enum dti_visit_stage {
	DTI_VISIT_IDLE, /* in no list */
	DTI_VISIT_BOND,
	DTI_VISIT_WAIT,
	DTI_VISIT_SOON,
	DTI_VISIT_ASK,
	DTI_VISIT_SETTLE,
	DTI_VISIT_HELD, /* nobody to ask, or too many requests: not so fast */
	DTI_VISIT_STAGES
};

struct dti_query;

/** One node that a query asks. In its query. */
struct dti_visit {
	struct dti_query *query;
	struct dt_node node;
	enum dti_visit_stage stage;
	bool ponged; /* BOND: that was answered */
	/* WAIT, SOON, SETTLE, HELD: in a list until then. */
	int64_t due_ms;
	struct dti_list_link order;
	/* BOND, ASK, SETTLE: the request that it waits for, and who else does.
	 * The first behind a FindNode is the one that it asks for. */
	struct dti_request *request;
	struct dti_visit *behind;
	bool has_bonded; /* or tried to, in this visit */
	/* FindNode: what came, not judged yet. */
	struct dt_node neighbors[DTI_NEIGHBORS_PER_REPLY];
	size_t neighbor_count;
};

struct dti_query {
	struct dti_discv4_question question; /* tag NULL: our own */
	bool is_refresh;
	bool has_found; /* RESOLVE: somebody told us of it, or it answered */
	struct dt_node found;
	struct dti_query *next;
	struct dti_query *previous;
	struct dti_lookup lookup; /* LOOKUP, RESOLVE */
	struct dti_visit visits[DTI_LOOKUP_ALPHA];
};

/* Flags of a request, beside the visits that wait for it. */
#define DTI_REQUEST_CHECK  1  /* ping: a check of a table entry */
#define DTI_REQUEST_BACK   2  /* ping: only because the other side came to us */
#define DTI_REQUEST_TCP    4  /* ping: its own ping has told its TCP port */
#define DTI_REQUEST_ORPHAN 8  /* FindNode: whoever asked has left */
#define DTI_REQUEST_BONDED 16 /* FindNode: it ponged just before */

struct dti_discv4 {
	/* Set by create, read-only afterwards; but dti_discv4_move() changes
	 * what is told of the own endpoint and record. */
	struct dti_discv4_config config;
	struct dt_node *bootnodes;
	uint8_t record[DT_RECORD_MAX];

	struct dt_node seeds[DTI_SEEDS_MAX]; /* set before start */
	size_t seed_count;

	struct dti_table *table;
	struct dti_proofs *proofs;
	struct dti_limiter *limiter;
	struct dti_requests *requests;
	struct dti_random random;

	uint32_t strangers_left; /* that may be admitted */

	struct dti_query *queries; /* those under way */
	size_t query_count;
	size_t own_count;                         /* of them, our own */
	struct dti_list visits[DTI_VISIT_STAGES]; /* that wait for a moment */

	bool started;
	bool ready;
	uint32_t refresh_lookups;   /* of the refresh under way; 0: none is */
	bool refresh_random;        /* it has come to its random targets */
	uint32_t refresh_doublings; /* of the time to the next refresh */
	bool had_enough;            /* entries, after the latest one */
	int64_t next_refresh_ms;
	int64_t next_check_ms;

	struct dti_discv4_figures figures;
};

/* ---- requests_sent.c ---- */

/**
 * Send a request; @packet's expiration is filled in. NULL: too many are under
 * way. One that the system did not take is as one lost on the way.
 */
struct dti_request *dti_discv4_request(struct dti_discv4 *discv4,
				       const struct dt_node *node,
				       struct dti_packet *packet,
				       struct dti_discv4_now now);
/**
 * The ping to (id, IP) that is under way, or a new one. NULL: too many requests
 * are under way.
 */
struct dti_request *dti_discv4_ping(struct dti_discv4 *discv4,
				    const struct dt_node *node,
				    struct dti_discv4_now now);
/** The same for one that has pinged us, if there is much room. */
void dti_discv4_ping_back(struct dti_discv4 *discv4, const struct dt_node *node,
			  struct dti_discv4_now now);
/** The same for one that has asked something, and of whom we have no proof. */
void dti_discv4_ping_unproven(struct dti_discv4 *discv4,
			      const struct dt_node *node,
			      struct dti_discv4_now now);
/** A reply that was admitted. */
void dti_discv4_reply(struct dti_discv4 *discv4,
		      const struct dt_endpoint *source,
		      const struct dti_packet *packet,
		      struct dti_discv4_now now);
/** It is answered (by @packet, or by packets before), or timed out (NULL). */
void dti_discv4_request_over(struct dti_discv4 *discv4,
			     struct dti_request *request,
			     const struct dti_packet *packet,
			     struct dti_discv4_now now);
/** End requests whose time is up. */
void dti_discv4_expire(struct dti_discv4 *discv4, struct dti_discv4_now now);

/* ---- serve.c ---- */

/** A request of somebody else that was admitted. */
void dti_discv4_serve(struct dti_discv4 *discv4,
		      const struct dt_endpoint *source,
		      const struct dti_packet *packet,
		      struct dti_discv4_now now);

/* ---- visits.c ---- */

/** Ask visit->node what its query is about. Its end is reported later. */
void dti_visit_begin(struct dti_discv4 *discv4, struct dti_visit *visit,
		     struct dti_discv4_now now);
/** Begin it in a second, or report then that there was nobody to ask. */
void dti_visit_hold(struct dti_discv4 *discv4, struct dti_visit *visit,
		    struct dti_discv4_now now);
/** Its query ends: leave all lists and requests. */
void dti_visit_leave(struct dti_visit *visit);
/**
 * @ended has left the set of requests; all visits behind it go on.
 * @packet: NULL: timed out, or answered by packets before.
 */
void dti_visits_request_over(struct dti_discv4 *discv4,
			     const struct dti_request *ended,
			     const struct dti_packet *packet,
			     struct dti_discv4_now now);
/** A packet of neighbours came for @request, which it may end. */
void dti_visits_neighbors(struct dti_discv4 *discv4,
			  struct dti_request *request,
			  const struct dti_packet *packet,
			  struct dti_discv4_now now);
/** (id, IP) has pinged us, and was answered. */
void dti_visits_pinged(struct dti_discv4 *discv4, const struct dt_node *node,
		       struct dti_discv4_now now);
/** Those whose time has come. */
void dti_visits_tick(struct dti_discv4 *discv4, struct dti_discv4_now now);

/* ---- visit_lists.c ---- */

void dti_visit_lists_init(struct dti_discv4 *discv4);
/** Out of its list, if it is in one: idle then. */
void dti_visit_take_out(struct dti_visit *visit);
/** To be due when those of @stage are; out of the list where it was. */
void dti_visit_put_off(struct dti_discv4 *discv4, struct dti_visit *visit,
		       enum dti_visit_stage stage, struct dti_discv4_now now);
/** Those that wait in @stage, the first due in front. NULL: no more. */
struct dti_visit *dti_visit_first(const struct dti_discv4 *discv4,
				  enum dti_visit_stage stage);
struct dti_visit *dti_visit_next(const struct dti_discv4 *discv4,
				 const struct dti_visit *visit);
/** NULL: none of @stage is due. */
struct dti_visit *dti_visit_due(const struct dti_discv4 *discv4,
				enum dti_visit_stage stage,
				struct dti_discv4_now now);
/** INT64_MAX: none waits. */
int64_t dti_visits_deadline(const struct dti_discv4 *discv4);

/* ---- queries.c ---- */

/** Begin one. NULL: no memory. It may be over when this returns. */
bool dti_query_begin(struct dti_discv4 *discv4,
		     const struct dti_discv4_question *question,
		     bool is_refresh, struct dti_discv4_now now);
/**
 * A visit has ended. @ended: its request; NULL: there was nobody to ask.
 * @packet: the reply, but for FindNode's, which are in @visit.
 */
void dti_query_visited(struct dti_discv4 *discv4, struct dti_visit *visit,
		       const struct dti_request *ended,
		       const struct dti_packet *packet,
		       struct dti_discv4_now now);
/** Without an answer. */
void dti_query_free(struct dti_discv4 *discv4, struct dti_query *query);

/* ---- query_lookup.c ---- */

/** Begin with the nodes that are known. */
void dti_query_lookup_begin(struct dti_discv4 *discv4, struct dti_query *query,
			    struct dti_discv4_now now);
/** A lookup that knows no node at all. */
bool dti_query_has_nobody(const struct dti_query *query);
/** As dti_query_visited(). True: the query is over. */
bool dti_query_lookup_visited(struct dti_discv4 *discv4,
			      struct dti_visit *visit,
			      const struct dti_request *ended,
			      struct dti_discv4_now now);
/** May we be told of @told by @teller? A refusal is counted. */
bool dti_query_accepts(struct dti_discv4 *discv4,
		       const struct dt_endpoint *teller,
		       const struct dt_node *told);

/* ---- maintain.c ---- */

/** Refresh and check when it is time. */
void dti_discv4_maintain(struct dti_discv4 *discv4, struct dti_discv4_now now);
int64_t dti_discv4_maintain_deadline(const struct dti_discv4 *discv4);
/**
 * What the table and the proofs learn from how a request of ours ended.
 * @packet: as dti_visits_request_over().
 */
void dti_discv4_learn(struct dti_discv4 *discv4,
		      const struct dti_request *ended,
		      const struct dti_packet *packet,
		      struct dti_discv4_now now);
/** The entry of @node, if it is at the address and UDP port of @node. */
struct dti_table_entry *dti_discv4_entry_at(const struct dti_discv4 *discv4,
					    const struct dt_node *node);
/** Of the table, without replacements. */
size_t dti_discv4_entries(const struct dti_discv4 *discv4);

/* ---- refresh.c ---- */

/** None is under way. Its end is noted, and the next one planned. */
void dti_discv4_begin_refresh(struct dti_discv4 *discv4,
			      struct dti_discv4_now now);
/** A lookup of a refresh has ended. */
void dti_discv4_refreshed(struct dti_discv4 *discv4, struct dti_discv4_now now);

/* ---- check.c ---- */

/** Ping an entry. */
void dti_discv4_check(struct dti_discv4 *discv4, struct dti_discv4_now now);
/** Until the next one: ms. */
int64_t dti_discv4_check_delay(struct dti_discv4 *discv4);
/** The ping of a check is over. @pong: NULL: it timed out. */
void dti_discv4_check_over(struct dti_discv4 *discv4,
			   const struct dti_request *request,
			   const struct dti_packet *pong,
			   struct dti_discv4_now now);
/** The record of a table entry came. */
void dti_discv4_record_came(struct dti_discv4 *discv4,
			    const struct dt_record *record,
			    struct dti_discv4_now now);

#endif /* DTI_DISCV4_STATE_H */
