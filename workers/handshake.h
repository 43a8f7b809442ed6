/* SPDX-License-Identifier: MIT */
#ifndef DTI_WORKERS_HANDSHAKE_H
#define DTI_WORKERS_HANDSHAKE_H

/*
 * Drives a session over a socket until it is open, on a thread that may block:
 * a dial's set-up.
 */

#include "workers/op.h"
#include "workers/session.h"

/**
 * dti_handshake_run - write and read until @session is open, or over.
 * @fd: non-blocking. No byte behind Hello is taken from it.
 * @detail: gets the ending as its reason, and the errno of a connection that
 * broke.
 *
 * A last Disconnect is written if the socket takes it at once. Fills in the
 * info's auth_ms and hello_ms. Blocks until @op's deadline or cancel.
 * Returns DT_OUTCOME_CONNECTED, with nothing owed, or how the dial has ended;
 * the session is the caller's either way.
 */
enum dt_outcome dti_handshake_run(dt_session *session, const struct dt_op *op,
				  int fd, struct dt_outcome_detail *detail);

/** Write what @session owes as far as @fd takes it at once. Never blocks. */
void dti_handshake_last_word(dt_session *session, int fd);

#endif /* DTI_WORKERS_HANDSHAKE_H */
