/* SPDX-License-Identifier: MIT */
#ifndef DTI_WORKERS_DISCV4_H
#define DTI_WORKERS_DISCV4_H

/*
 * A node of discovery: what the public API's handle stands for.
 *
 *	discv4_create.c		create and free
 *	discv4_identity.c	its key, its id and its node record
 *	discovery_outside.c	where others see it
 *	discv4.c		start, close, destroy; what it says of itself
 *	discv4_queries.c	ping, find, lookup, resolve: the callers' side
 *	discv4_table.c		the same as a dialer's table
 *	discovery_turn.c	what its host calls, and what follows from it
 *	discovery_receive.c	from a datagram to the state machine
 *	discovery_send.c	from the state machine to a datagram
 *	discovery_answer.c	queries: the host's thread's side
 *	discovery_journal.c	what is remembered on disk
 *
 * The state machine is lib/discv4/protocol.h; the thread, which a node shares
 * with others, workers/discovery_host.h.
 *
 * CLOSING. Callers look at the phase before they take a slot, so nobody asks
 * after CLOSED, but one that looked earlier still may. The thread is told of the
 * closing by a message; who comes behind it in the inbox is cancelled when its
 * question comes, all others by the message itself. So each question ends, and
 * no lock is between callers and the thread.
 */

#include <stdatomic.h>

#include "lib/crypto/secp.h"
#include "lib/dialtone.h"
#include "lib/discv4/external_votes.h"
#include "lib/discv4/protocol.h"

#include "workers/discovery_host.h"
#include "workers/discovery_journal.h"
#include "workers/discovery_query.h"
#include "workers/discovery_snapshot.h"
#include "workers/snapshot.h"
#include "workers/udp.h"

/** What a node says of itself. */
struct dti_discv4_identity {
	struct dt_node self;
	struct dt_record record;
};

/* Bits of the phase. Only set, but for STARTING where it came to nothing. */
#define DTI_DISCV4_STARTING 1u /* one start only */
#define DTI_DISCV4_STARTED  2u /* the host serves it */
#define DTI_DISCV4_CLOSED   4u /* no more queries */

struct dt_discv4 {
	/* Set by create, read-only afterwards. */
	void *memory; /* what to free: the node begins at a cache line */
	struct dt_allocator allocator;
	struct dt_discv4_host *host;
	struct dt_discv4_host *own_host; /* NULL: the embedder's */
	struct dti_udp udp;
	struct dt_endpoint bound;
	struct dt_endpoint external; /* that it was told; family 0: none */
	struct dt_node_id id;
	struct dt_node_key key;
	struct dti_secp secp;
	struct dti_netrestrict *netrestrict;
	dt_warning_fn notice; /* may be NULL */
	void *notice_context;

	/* Shared: each has its own rules. */
	struct dti_query_slots slots;
	struct dti_published_table published;
	struct dti_snapshot snapshot;
	_Atomic uint64_t
		pictures[2 * DTI_SNAPSHOT_WORDS(struct dt_discv4_counters)];
	struct dti_snapshot identities;
	_Atomic uint64_t
		identity_pictures[2 * DTI_SNAPSHOT_WORDS(
					      struct dti_discv4_identity)];
	struct dti_discovery_journal journal;
	/* Shared: see CLOSING. Release where a bit is set, acquire by readers,
	 * who then see what was made before. */
	_Atomic uint32_t phase;

	/* The host's thread's while it has joined; else create's, destroy's. */
	struct dti_host_member member;
	struct dti_host_message close_message;
	struct dti_discv4 *machine;
	struct dti_discv4_identity identity; /* published */
	struct dti_external_votes votes;
	bool is_elsewhere;     /* they have decided, in this turn */
	struct dt_node *seeds; /* of the database, to begin with */
	size_t seed_count;
	struct dti_discv4_now now;          /* of the turn */
	struct dt_discv4_counters counters; /* but for what the machine says */
	uint8_t outgoing
		[DTI_UDP_BATCH]; /* types of what the host has to send */
	uint32_t behind;         /* datagrams since the socket was empty */
	int64_t flood_ends_ms;   /* see FLOOD in workers/discovery_turn.c */
	uint32_t slots_used;     /* no slot behind was ever asked */
	struct dti_query_slot *ended; /* in this turn: callers to be woken */
	bool closed;
};

/** What the state machine is made of, but for what create adds. */
void dti_discovery_fill_seams(dt_discv4 *discv4, struct dti_discv4_seams *out);
/** What the host calls. */
extern const struct dti_host_member_calls dti_discovery_calls;

/* The parts of a turn, on the host's thread; see the files of these names. */

/** Read the clocks. */
void dti_discovery_begin_turn(dt_discv4 *discv4);
/** Send what is to be sent, publish what has changed. */
void dti_discovery_end_turn(dt_discv4 *discv4);
void dti_discovery_receive(dt_discv4 *discv4, const struct dt_endpoint *source,
			   struct dti_bytes datagram);
/** The state machine's seam; see struct dti_discv4_seams. */
bool dti_discovery_send(void *context, const struct dt_endpoint *to,
			struct dti_packet *packet);
void dti_discovery_flush(dt_discv4 *discv4);
/** The state machine's seam. */
void dti_discovery_done(void *context, void *tag,
			const struct dti_discv4_answer *answer);
/** The state machine's seam. */
void dti_discovery_seen_as(void *context, const struct dt_endpoint *voter,
			   const struct dt_endpoint *said);
/** Tell others where they see us, if they have decided that anew. */
void dti_discovery_settle(dt_discv4 *discv4);
/** Wake those whose queries have ended in this turn. */
void dti_discovery_wake_callers(dt_discv4 *discv4);
/** Messages: of a slot; and that the node is closed. */
void dti_discovery_question(struct dti_host_message *message);
void dti_discovery_abandoned(struct dti_host_message *message);
void dti_discovery_close(struct dti_host_message *message);

/** The id, and a first identity. */
dt_err dti_discv4_identify(dt_discv4 *discv4, struct dt_error *error);
/**
 * dti_discv4_make_identity - what it says of itself where others see it at
 * @endpoint, with a record newer than any before. An @endpoint that means all
 * addresses is not told of in the record. Errors: DT_ERR_ARGUMENT (the key).
 */
dt_err dti_discv4_make_identity(dt_discv4 *discv4,
				const struct dt_endpoint *endpoint);

/** The phase, acquired. */
static inline uint32_t dti_discv4_phase(const dt_discv4 *discv4)
{
	/* Acquire: pairs with the releases where bits are set. */
	return atomic_load_explicit(&discv4->phase, memory_order_acquire);
}

/** Free a node that no host serves. */
void dti_discv4_free(dt_discv4 *discv4);

/**
 * dti_discv4_ask - ask and wait; for discv4_queries.c and discv4_table.c.
 * @out: on DT_OK a slot with the answer, to be given back.
 */
dt_err dti_discv4_query(dt_discv4 *discv4, struct dti_query_slot **out,
			const struct dti_discv4_question *question,
			const struct dt_op *op);

#endif /* DTI_WORKERS_DISCV4_H */
