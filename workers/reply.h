/* SPDX-License-Identifier: MIT */
#ifndef DTI_REPLY_H
#define DTI_REPLY_H

/*
 * A caller that waits for the scheduler's answer. The reply lives on the
 * caller's stack; the caller owns it until its question is pushed, then the
 * scheduler until it sends the reply, then the caller again.
 *
 * Callers sleep in one of several parks, which they take in turn: with a single
 * one each answer would wake all who wait for another. They are the dialer's,
 * since the caller, and the reply with it, may be gone before the wake.
 *
 * send: wait-free, a system call for each park. wait: blocks.
 */

#include <stdalign.h>
#include <stdatomic.h>

#include "lib/dialtone.h"
#include "lib/explain.h"

#include "workers/park.h"

#define DTI_REPLY_PARKS 16 /* a power of two */

struct dti_replies {
	/* Shared: each has its own rules. */
	struct dti_park parks[DTI_REPLY_PARKS];
	/* Shared: callers so far. Relaxed: any park is as good as another. */
	alignas(64) _Atomic uint32_t callers;
};

struct dti_reply {
	/* The answer. */
	struct dt_explanation explanation;
	struct dti_explain_pause pause; /* what holds all dials back */
	struct dt_latency latency;
	bool found;

	struct dti_replies *replies;
	uint32_t park;          /* the index of the caller's */
	struct dti_reply *next; /* the scheduler's, until it is sent */
	/* Release by the scheduler, its last access; acquire by the caller. */
	_Atomic bool done;
};

void dti_replies_init(struct dti_replies *replies);
/** An empty reply, and where its caller is going to wait. */
void dti_reply_init(struct dti_reply *reply, struct dti_replies *replies);
/** The caller: wait until it is sent. What was written to it can be read. */
void dti_reply_wait(struct dti_reply *reply);
/** The scheduler: *@first and those after it may be gone when this returns. */
void dti_reply_send(struct dti_reply *first);

#endif /* DTI_REPLY_H */
