/* SPDX-License-Identifier: MIT */
#ifndef DTI_TCP_LISTENER_H
#define DTI_TCP_LISTENER_H

/*
 * A TCP socket that listens, and the connections that come to it. One that is
 * bound to [::] takes IPv4 too; what comes over IPv4 has an IPv4 address here.
 */

#include "lib/dialtone.h"

/**
 * dti_tcp_listen - bind a socket and listen.
 * @fd: the caller's: non-blocking, close-on-exec.
 * @bound: the address that it got; both ports are the actual one.
 * @at: the TCP port counts; 0: any that is free.
 * @error: what to say of the option "listen"; may be NULL.
 * Errors: DT_ERR_SYSTEM, DT_ERR_NO_DESCRIPTORS.
 */
dt_err dti_tcp_listen(int *fd, struct dt_endpoint *bound,
		      const struct dt_endpoint *at, struct dt_error *error);
/**
 * Take a connection: non-blocking, close-on-exec, TCP_NODELAY. -1: errno says
 * why, EAGAIN that there is none. @from: its UDP port is 0.
 */
int dti_tcp_accept(int listener, struct dt_endpoint *from);

#endif /* DTI_TCP_LISTENER_H */
