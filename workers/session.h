/* SPDX-License-Identifier: MIT */
#ifndef DTI_WORKERS_SESSION_H
#define DTI_WORKERS_SESSION_H

/*
 * What the public API's dt_session stands for: a session of lib/rlpx/session.h
 * with what is remembered of it.
 *
 * One thread at a time, whose it is. Its memory comes from the pool of its
 * owner, so that a worker, whose first malloc costs 20 KiB under jemalloc, does
 * not allocate.
 */

#include "lib/dialtone.h"
#include "lib/rlpx/session.h"

#include "workers/session_pool.h"

/** Whom sessions speak for, and where their memory is. Outlives them. */
struct dti_session_owner {
	/* Set by init, read-only afterwards. Not to be moved. */
	struct dti_secp secp;
	struct dti_session_self self;
	char client[DT_CLIENT_SIZE];
	struct dti_capability capabilities[DTI_CAPABILITIES_MAX];

	struct dti_session_pool pool;

	/*
	 * For who keeps the owner to set, before there are sessions. The
	 * session is about to be freed: let go of whatever it stands for. NULL:
	 * nothing. On the thread of who destroys it.
	 */
	void (*released)(void *context, dt_session *session);
	void *context;
};

struct dt_session {
	struct dti_session_owner *owner;
	struct dti_session machine;
	struct dti_session_setup *setup; /* NULL once it is open */
	struct dt_session_info info;
	bool is_claimed; /* the owner's: see released() */
};

/* Bytes of the payload of our own Hello: the most that can be offered is less */
#define DTI_SESSION_HELLO_MAX 608

/** What an owner is made from. All of it is copied but the allocator. */
struct dti_session_options {
	const struct dt_node_key *key;
	const char *client; /* "": dialtone and its version */
	struct dti_capability_list capabilities;
	uint16_t listen_port;
	uint32_t frame_limit; /* bytes of a body, at most DTI_FRAME_BODY_MAX */
	const struct dt_allocator *allocator; /* outlives the owner */
};

/**
 * dti_session_owner_init - all but released() is set. Pair with fini, after all
 * sessions.
 * @error: may be NULL.
 * Errors: DT_ERR_NO_MEMORY, DT_ERR_SYSTEM (the kernel gives no random bytes),
 * DT_ERR_CONFIG (no secret key, or a Hello that does not fit).
 */
dt_err dti_session_owner_init(struct dti_session_owner *owner,
			      const struct dti_session_options *options,
			      struct dt_error *error);
void dti_session_owner_fini(struct dti_session_owner *owner);

/** What dt_rlpx_call() and dt_rlpx_answer() do. Any thread. */
dt_err dti_session_open_call(struct dti_session_owner *owner, dt_session **out,
			     const struct dt_node_id *id);
dt_err dti_session_open_answer(struct dti_session_owner *owner,
			       dt_session **out);

/**
 * It has come to an end that the bytes do not tell: closed, timed out, not
 * wanted. Nothing more is read or written. The first ending stays.
 */
void dti_session_set_ending(dt_session *session, enum dt_ending ending);
/** The same, but a Disconnect is owed if @ending has a reason that it can carry */
void dti_session_end(dt_session *session, enum dt_ending ending);
/**
 * What an end of the connection, or of patience, means in the phase that the
 * session is in; of one that is over, its ending.
 */
enum dt_ending dti_session_closed_ending(const dt_session *session);
enum dt_ending dti_session_silent_ending(const dt_session *session);

#endif /* DTI_WORKERS_SESSION_H */
