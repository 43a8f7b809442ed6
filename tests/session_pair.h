/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SESSION_PAIR_H
#define TESTS_SESSION_PAIR_H

/* Two nodes that speak RLPx with each other by sessions of the public API. */

#include "workers/session.h"

#define SESSION_EVENTS_MAX 64

struct session_side {
	struct dti_session_owner owner;
	dt_session *session;
	/* What happened, but for MORE. */
	enum dt_session_event events[SESSION_EVENTS_MAX];
	size_t event_count;
	struct dt_message message; /* of the last MESSAGE or ANNOUNCED */
	/* On the way to the other side. */
	uint8_t wire[1 << 16];
	size_t length;
};

struct session_pair {
	struct session_side caller;
	struct session_side answerer;
};

/** What an owner is made of: the @number-th key, "eth/68" and "snap/1". */
struct dti_session_options session_options(uint8_t number);
/** The id of the @number-th key. */
struct dt_node_id session_id(uint8_t number);

/** Owners of the keys 1 (the caller) and 2; no sessions. Pair with fini. */
void session_pair_init(struct session_pair *pair);
/** Also destroys the sessions. */
void session_pair_fini(struct session_pair *pair);
/** Begin a session on both sides. */
void session_pair_begin(struct session_pair *pair);
/** Begin, and go on until both are open, with no event noted. */
void session_pair_open(struct session_pair *pair);

/** Put on the way what @side owes. */
void session_side_write(struct session_side *side);
/** Take bytes, all of them, and note what happens. */
void session_side_take(struct session_side *side, const uint8_t *bytes,
		       size_t length);
/** Let arrive what is on the way from @from. */
void session_side_deliver(struct session_side *from, struct session_side *to);
/** Write and deliver both ways until nobody owes anything. */
void session_pair_settle(struct session_pair *pair);
/** What happened last; it must have. */
enum dt_session_event session_side_last(const struct session_side *side);
/** How often it happened. */
size_t session_side_count(const struct session_side *side,
			  enum dt_session_event event);

#endif /* TESTS_SESSION_PAIR_H */
