/* SPDX-License-Identifier: MIT */
#ifndef DTI_CALL_H
#define DTI_CALL_H

/*
 * Waiting until another thread has done something that it was asked for. The
 * call lives on the caller's stack; where it sleeps is the other thread's, since
 * the caller may be gone before the wake.
 *
 * finish: wait-free, one system call. await: blocks.
 */

#include <stdatomic.h>
#include <stdbool.h>

#include "workers/park.h"

struct dti_call {
	struct dti_park *park;
	/* Release by who finishes it, its last access; acquire by the caller. */
	_Atomic bool done;
};

/** @park: outlives the wake. */
void dti_call_init(struct dti_call *call, struct dti_park *park);
/** The caller: what the other thread wrote before it can be read after this. */
void dti_call_await(struct dti_call *call);
/** The other thread: *@call may be gone when this returns. */
void dti_call_finish(struct dti_call *call);

#endif /* DTI_CALL_H */
