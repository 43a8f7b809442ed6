/* SPDX-License-Identifier: MIT */
#ifndef DTI_TCP_H
#define DTI_TCP_H

#include "lib/dialtone.h"

/**
 * dti_tcp_connect - the default connect step.
 * @fd: on DT_OUTCOME_CONNECTED a connected socket (close-on-exec, non-blocking,
 * TCP_NODELAY) that the caller owns.
 * Blocks: until connected, failed, @op's deadline or its cancel. Does not
 * allocate. Every errno has its outcome; detail->sys_errno keeps it.
 */
enum dt_outcome dti_tcp_connect(int *fd, struct dt_outcome_detail *detail,
				const struct dt_op *op,
				const struct dt_endpoint *to);

/** The outcome that a failed socket call with @sys_errno stands for. */
enum dt_outcome dti_tcp_outcome(int sys_errno);

#endif /* DTI_TCP_H */
