/* SPDX-License-Identifier: MIT */
#ifndef DTI_BIND_FAILURE_H
#define DTI_BIND_FAILURE_H

#include "lib/dialtone.h"

/**
 * Why no socket listens where the option "listen" says, in words.
 * @at, @port: where; the ports in @at do not count.
 * @protocol: "TCP" or "UDP".
 * @sys_errno: of the call that failed. @error: may be NULL.
 * Returns DT_ERR_NO_DESCRIPTORS or DT_ERR_SYSTEM.
 */
dt_err dti_bind_failure(const struct dt_endpoint *at, uint16_t port,
			const char *protocol, int sys_errno,
			struct dt_error *error);

#endif /* DTI_BIND_FAILURE_H */
