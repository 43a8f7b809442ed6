/* SPDX-License-Identifier: MIT */
#ifndef TESTS_RLPX_ENDS_H
#define TESTS_RLPX_ENDS_H

/* Both ends of a devp2p session, with no socket between them. */

#include "lib/rlpx/session.h"

#define RLPX_EVENTS_MAX 64

/** What happened at an end, but for MORE and ANNOUNCED. */
struct rlpx_events {
	struct dti_session_event all[RLPX_EVENTS_MAX];
	size_t count;
};

struct rlpx_end {
	struct dti_session_self self;
	struct dti_handshake_entropy entropy;
	struct dti_session_setup setup;
	struct dti_session session;
	struct rlpx_events events;
	/* On the way to the other end. */
	uint8_t wire[1 << 16];
	size_t length;
};

struct rlpx_ends {
	struct dti_secp secp;
	struct rlpx_end caller;
	struct rlpx_end answerer;
};

/**
 * Two nodes with a key each, who offer "eth/68" and "snap/1", and have a frame
 * limit of 4096. What they offer may be changed before they begin. Pair with
 * fini.
 */
void rlpx_ends_init(struct rlpx_ends *ends);
void rlpx_ends_fini(struct rlpx_ends *ends);
/** Begin, or begin anew: the caller owes an auth. */
void rlpx_ends_begin(struct rlpx_ends *ends);
/** Begin, and go on until both know the secrets; Hellos are owed. */
void rlpx_ends_identify(struct rlpx_ends *ends);
/** Begin, and go on until both are open, with nothing on the way. */
void rlpx_ends_open(struct rlpx_ends *ends);

/** Put on the way what @end owes. */
void rlpx_end_write(struct rlpx_end *end);
/** Put a frame on the way, with anything as its body. Needs secrets. */
void rlpx_end_write_body(struct rlpx_end *end, struct dti_bytes body);
/** The same, in hex. */
void rlpx_end_write_hex(struct rlpx_end *end, const char *body);
/** Take it all, until @to wants no more, and note what happens. */
void rlpx_end_take(struct rlpx_end *to, struct dti_bytes bytes);
/** Let arrive what is on the way from @from. */
void rlpx_end_deliver(struct rlpx_end *from, struct rlpx_end *to);
/** Write and deliver both ways until nobody owes anything. */
void rlpx_ends_settle(struct rlpx_ends *ends);
/** What happened last; it must have. */
const struct dti_session_event *rlpx_end_last(const struct rlpx_end *end);

#endif /* TESTS_RLPX_ENDS_H */
