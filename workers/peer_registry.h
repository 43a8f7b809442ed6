/* SPDX-License-Identifier: MIT */
#ifndef DTI_PEER_REGISTRY_H
#define DTI_PEER_REGISTRY_H

/*
 * Who is a peer, and whom we are about to make one: by id, so that two nodes end
 * with one connection, not with two or none, also when they dial each other at
 * the same time.
 *
 * ARBITER. Of two nodes the one with the lower id decides which connection it
 * is, the other takes the decision. A connection counts from different moments:
 *
 *	a dial of ours	when its set-up begins
 *	an inbound one	when its Hello has come. Before that anybody could have
 *			sent what came (see PROOF in lib/rlpx/handshake.h), so
 *			that a stranger would keep an id away by its name. Our
 *			own Hello waits for this moment.
 *
 * The arbiter says Hello on one connection only: a dial of its own goes before
 * an inbound connection, which waits until that dial has opened, and is then
 * told that we are connected already, or has failed. So the other node, which
 * takes the first connection that says Hello, sees no second one.
 *
 *		L, the lower id			H
 *		dials: counts it		dials
 *		H's Hello comes: waits		L's dial: its Hello comes
 *		H's Hello on its dial: open	first to say Hello: open
 *		H's dial: already connected	own dial: already connected
 *
 * Who is connected is told so at the same moment, not before: else anybody could
 * learn whether a node is our peer by saying to be it. That we have too many
 * tells of nobody, and who comes meanwhile hears it at once, whoever it is.
 *
 * Neither waits for the other: only the arbiter waits, and only for a dial of
 * which the remote, if it is there, lets go on. A peer that is open goes before
 * all others, on both sides.
 *
 * LIMITS. Peers that are neither static nor trusted are limited, those that
 * came in once more. They are counted when they are open: who only shakes hands
 * takes no place.
 *
 * Not thread-safe: the owner's lock protects it. All O(1). It allocates when more
 * entries are needed than were reserved.
 */

#include "lib/dialtone.h"
#include "lib/discv4/chains.h"
#include "lib/slab.h"

/** What is known of an id; nothing any more when nothing holds. */
struct dti_peer_entry {
	struct dti_chain_link link;
	struct dt_node_id id;
	uint32_t flags;  /* DT_PEER_... of the open peer; 0: there is none */
	bool is_dialed;  /* the set-up of a dial of ours runs */
	bool is_awaited; /* an inbound connection waits for that dial */
	/* The owner's. */
	bool is_unwanted; /* it is not to open */
	void *kept_by;    /* who has the open peer; NULL: nobody yet */
};

struct dti_peer_registry {
	/* Set by init, read-only afterwards. */
	struct dt_node_id self;
	uint32_t max_peers;
	uint32_t max_inbound;
	uint8_t hash_key[16]; /* secret: ids are chosen by strangers */

	struct dti_chains chains;
	struct dti_slab entries;
	uint32_t limited; /* open, neither static nor trusted */
	uint32_t inbound; /* of them, those that came in */
};

struct dti_peer_registry_options {
	struct dt_node_id self;
	uint32_t max_peers;
	uint32_t max_inbound;
	size_t reserve; /* entries that are allocated at once */
	uint8_t hash_key[16];
};

/** @allocator outlives it. Pair with fini, also if false: no memory. */
bool dti_peer_registry_init(struct dti_peer_registry *registry,
			    const struct dti_peer_registry_options *options,
			    const struct dt_allocator *allocator);
void dti_peer_registry_fini(struct dti_peer_registry *registry);

/**
 * The set-up of a dial begins. NONE: it may; end it with dial_opened or
 * dial_failed. Else why not: LOCAL_ALREADY, LOCAL_TOO_MANY, OWN_ID, or
 * LOCAL_FAULT (no memory).
 */
enum dt_ending dti_peer_registry_dial(struct dti_peer_registry *registry,
				      const struct dt_node_id *id,
				      uint32_t flags);
/** It came to nothing. True: an inbound connection has waited for that. */
bool dti_peer_registry_dial_failed(struct dti_peer_registry *registry,
				   const struct dt_node_id *id);
/**
 * Its Hello has come. NONE: the peer is open; end it with remove. Else why not:
 * LOCAL_ALREADY, LOCAL_TOO_MANY, LOCAL_REQUESTED.
 * @awaited: an inbound connection has waited for that.
 */
enum dt_ending dti_peer_registry_dial_opened(struct dti_peer_registry *registry,
					     bool *awaited,
					     const struct dt_node_id *id,
					     uint32_t flags);

/**
 * Would an inbound connection be refused now, whoever it is? It says to be from
 * @id, which it has not proven: so the answer is the same for all but our own.
 * Nothing is noted. NONE: no; else LOCAL_TOO_MANY, OWN_ID.
 */
enum dt_ending
dti_peer_registry_would_refuse(const struct dti_peer_registry *registry,
			       const struct dt_node_id *id);
/**
 * Its Hello has come. NONE: the peer is open, unless @waits; end it with remove.
 * Else why not: as above, OWN_ID and LOCAL_FAULT too.
 * @waits: ask again once a dial to it is over.
 */
enum dt_ending
dti_peer_registry_inbound_opened(struct dti_peer_registry *registry,
				 bool *waits, const struct dt_node_id *id);

/** The open peer is gone. */
void dti_peer_registry_remove(struct dti_peer_registry *registry,
			      const struct dt_node_id *id);
/** NULL: nothing is known of it. Valid until the next call. */
struct dti_peer_entry *
dti_peer_registry_find(const struct dti_peer_registry *registry,
		       const struct dt_node_id *id);

/** Assert every invariant; for tests. */
void dti_peer_registry_verify(const struct dti_peer_registry *registry);

#endif /* DTI_PEER_REGISTRY_H */
