/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_PROTOCOL_H
#define DTI_DISCV4_PROTOCOL_H

/*
 * One node of a discv4 network as a state machine: answers others, keeps its
 * table, and carries out queries. It has no socket, no clock and no key: time,
 * entropy and packets are handed in, packets to send and answers are handed
 * out. The rules are go-ethereum's of 1.9 and later, where 1.6's let an
 * endpoint proof be forged.
 *
 *	datagram --> dti_packet_decode --> admit --> dti_packet_recover
 *		--> receive --> seams.send, seams.done
 *
 * The order is by price: what is not wanted is dropped before its signature is
 * looked at.
 *
 * Owner: one thread, that calls everything; the seams are called from within
 * and must not call back, but for `done`, which may begin another query.
 */

#include "lib/dialtone.h"
#include "lib/discv4/limiter.h"
#include "lib/discv4/packet.h"
#include "lib/discv4/table.h"
#include "lib/node/netrestrict.h"

#define DTI_SEEDS_MAX 30

struct dti_discv4;

/** The time, twice: for timers, and for what packets carry. */
struct dti_discv4_now {
	int64_t ms;     /* monotonic */
	int64_t unix_s; /* the wall clock */
};

enum dti_discv4_query_kind {
	DTI_QUERY_PING,    /* node */
	DTI_QUERY_FIND,    /* node, target: one FindNode */
	DTI_QUERY_RECORD,  /* node: its node record */
	DTI_QUERY_LOOKUP,  /* target */
	DTI_QUERY_RESOLVE, /* target: the id that is looked for */
	DTI_QUERY_KINDS
};

/** What an embedder wants to know. */
struct dti_discv4_question {
	enum dti_discv4_query_kind kind;
	struct dt_node node; /* id, address and UDP port */
	struct dt_node_id target;
	void *tag; /* comes back with the answer; not NULL */
};

/** How a query ended; valid during seams.done only. */
struct dti_discv4_answer {
	/* DT_OK, TIMED_OUT (no answer), NOT_FOUND (RESOLVE), PARSE (RECORD: a
	 * bad one, or another node's) */
	dt_err err;
	/* LOOKUP: closest first; FIND: as they came; RESOLVE: the one. */
	const struct dt_node *nodes;
	size_t count;
	/* PING */
	int64_t rtt_ms;
	struct dt_endpoint seen_as; /* what it said our endpoint is */
	uint64_t record_seq;        /* 0: it has none */
	/* RECORD */
	const struct dt_record *record;
	/* LOOKUP, RESOLVE: nodes */
	uint32_t asked;
	uint32_t answered;
};

/** What the machine has others do. All are called from within its functions. */
struct dti_discv4_seams {
	void *context;
	/**
	 * Sign and send @packet, set its hash. False: it was not sent; that is
	 * then treated as lost on the way.
	 */
	bool (*send)(void *context, const struct dt_endpoint *to,
		     struct dti_packet *packet);
	/** A query has ended. It may begin others. */
	void (*done)(void *context, void *tag,
		     const struct dti_discv4_answer *answer);
	/**
	 * A node of the table was pinged: it is alive or not. @seed: it has
	 * been there for long enough to be worth remembering on disk.
	 */
	void (*checked)(void *context, const struct dti_table_entry *entry,
			bool alive, bool seed);
	/**
	 * A node at @voter, which has answered our ping, says where that came
	 * from. May be NULL.
	 */
	void (*seen_as)(void *context, const struct dt_endpoint *voter,
			const struct dt_endpoint *said);
	/** Is it a point on the curve? */
	bool (*id_is_valid)(void *context, const struct dt_node_id *id);
	/** Read a node record and check its signature. */
	bool (*read_record)(void *context, struct dt_record *out,
			    struct dti_bytes record);
};

struct dti_discv4_config {
	struct dt_node self;             /* id, and what pings tell */
	uint64_t record_seq;             /* of the own record */
	struct dti_bytes record;         /* the own record; copied */
	const struct dt_node *bootnodes; /* copied */
	size_t bootnode_count;
	const struct dti_netrestrict *netrestrict; /* outlives it; NULL: all */
	bool limit_lan;                            /* see dti_table_create() */
	uint32_t max_queries;                      /* at once */
	uint32_t max_requests; /* that wait for a reply at once; 32 at least */
	uint32_t max_proofs;   /* see lib/discv4/proofs.h */
	int64_t refresh_ms; /* at most between refreshes; half at least; 0: none */
	int64_t check_ms; /* between checks of an entry, on average */
	struct dti_limiter_rates rates;
	uint8_t seed[32]; /* entropy */
	struct dti_discv4_seams seams;
	const struct dt_allocator *allocator; /* outlives it */
};

/** NULL: no memory. */
struct dti_discv4 *dti_discv4_create(const struct dti_discv4_config *config);
/** Queries under way are not answered any more: cancel them first. */
void dti_discv4_destroy(struct dti_discv4 *discv4);

/**
 * A node that was alive in an earlier life: before start. The first
 * DTI_SEEDS_MAX are remembered, and come again when the table has nobody left
 * that was proven: we may have been offline.
 */
void dti_discv4_add_seed(struct dti_discv4 *discv4, const struct dt_node *node,
			 struct dti_discv4_now now);
/**
 * From now on pings and pongs tell of another own endpoint and record (copied,
 * DT_RECORD_MAX bytes at most).
 */
void dti_discv4_move(struct dti_discv4 *discv4,
		     const struct dt_endpoint *endpoint, uint64_t record_seq,
		     struct dti_bytes record);
/** Begin: the first refresh. */
void dti_discv4_start(struct dti_discv4 *discv4, struct dti_discv4_now now);

enum dti_discv4_verdict {
	DTI_DISCV4_ADMITTED,
	DTI_DISCV4_EXPIRED,
	DTI_DISCV4_UNSOLICITED, /* a reply that nobody waits for */
	DTI_DISCV4_LIMITED      /* too many from there, or in all */
};
/**
 * Is this packet, decoded but not recovered, worth its signature? Takes a token
 * of the limiter where it is a request.
 */
enum dti_discv4_verdict dti_discv4_admit(struct dti_discv4 *discv4,
					 const struct dt_endpoint *source,
					 const struct dti_packet *packet,
					 struct dti_discv4_now now);
/**
 * Until this is called again, admit so many requests at most from addresses that
 * nobody has proven; UINT32_MAX, as to begin with: all that the rates allow. For
 * an owner that cannot follow: it can do without the signatures of strangers.
 */
void dti_discv4_limit_strangers(struct dti_discv4 *discv4, uint32_t most);
/** An admitted packet whose sender is known. @source: of the datagram. */
void dti_discv4_receive(struct dti_discv4 *discv4,
			const struct dt_endpoint *source,
			const struct dti_packet *packet,
			struct dti_discv4_now now);
/** Whatever is due. */
void dti_discv4_tick(struct dti_discv4 *discv4, struct dti_discv4_now now);
/** When tick is to be called next (monotonic ms). */
int64_t dti_discv4_deadline(const struct dti_discv4 *discv4);

/**
 * dti_discv4_ask - begin a query. It ends with seams.done, at the earliest
 * from within this call. Errors: DT_ERR_BUSY (max_queries), DT_ERR_NO_MEMORY;
 * nothing happens then.
 */
dt_err dti_discv4_ask(struct dti_discv4 *discv4,
		      const struct dti_discv4_question *question,
		      struct dti_discv4_now now);
/** Forget a query: no seams.done for it. False: there is none. */
bool dti_discv4_cancel(struct dti_discv4 *discv4, const void *tag);

/** To read only. */
const struct dti_table *dti_discv4_table(const struct dti_discv4 *discv4);
/** Has the first refresh ended? Only then do strangers get into the table. */
bool dti_discv4_is_ready(const struct dti_discv4 *discv4);

struct dti_discv4_figures {
	size_t queries;  /* under way, also internal ones */
	size_t requests; /* that wait for a reply */
	size_t proofs;
	uint64_t refreshes;
	uint64_t checks;        /* entries pinged */
	uint64_t checks_failed; /* that did not answer */
	uint64_t requests_sent;
	uint64_t requests_answered;
	uint64_t requests_timed_out;
	uint64_t nodes_refused; /* neighbours against a rule */
};
void dti_discv4_figures(const struct dti_discv4 *discv4,
			struct dti_discv4_figures *out);
/** Assert every invariant; for tests (protocol_verify.c). */
void dti_discv4_verify(const struct dti_discv4 *discv4);

#endif /* DTI_DISCV4_PROTOCOL_H */
