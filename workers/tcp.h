/* SPDX-License-Identifier: MIT */
#ifndef DTI_TCP_H
#define DTI_TCP_H

/*
 * TCP connections with a deadline and a cancel. Whose fault a failure is
 * decides what it does: a local fault pauses all dialing and is not held
 * against the node, anything else ends one dial. So in doubt it is the
 * endpoint's: to blame one node wrongly costs that node one entry in the dial
 * history, to call it a local fault wrongly lets one strange address, or one
 * router on the way to it, stop every dial.
 */

#include "lib/dialtone.h"

/**
 * dti_tcp_connect - the default connect step.
 * @fd: on DT_OUTCOME_CONNECTED a connected socket (close-on-exec, non-blocking,
 * TCP_NODELAY) that the caller owns; untouched otherwise.
 * @detail: sys_errno is 0 where no system call decided: connected, timed out
 * by @op's deadline, cancelled.
 * Thread: any. Blocks: until connected, failed, @op's deadline or its cancel.
 * Does not allocate; 1 KiB of stack and what the system calls take.
 *
 * A port in the ephemeral range of this host at which nobody listens can be
 * given to the very socket that connects to it: it is then connected to itself.
 * That is answered as DT_OUTCOME_REFUSED (ECONNREFUSED), which is what any
 * other port would have given. Whatever fails is closed with a reset, so that
 * nothing of it lingers in the kernel and keeps a port.
 */
enum dt_outcome dti_tcp_connect(int *fd, struct dt_outcome_detail *detail,
				const struct dt_op *op,
				const struct dt_endpoint *to);

/**
 * The outcome that a failed socket call with @sys_errno stands for. Errors that
 * an ICMP message can cause are never local faults. A calculation; never
 * DT_OUTCOME_CONNECTED.
 */
enum dt_outcome dti_tcp_outcome(int sys_errno);

#endif /* DTI_TCP_H */
