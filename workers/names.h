/* SPDX-License-Identifier: MIT */
#ifndef DTI_NAMES_H
#define DTI_NAMES_H

/*
 * Host names, looked up with c-ares: getaddrinfo(3) has no deadline and no
 * cancel. One channel a look-up, on the calling worker's stack and thread.
 */

#include "lib/dialtone.h"

#define DTI_NAMES_MAX 8 /* addresses taken of one answer */

/**
 * dti_names_look_up - find the addresses of @host_name.
 * @out: room for DTI_NAMES_MAX; ports are copied from @ports.
 * @count: how many were found, in the order to try them.
 * @servers: HOST[:PORT],...; "" for the system's configuration.
 * Blocks: until answered, @op's deadline or cancel.
 * Answers DT_OUTCOME_FOUND, .._RESOLVE_FAILED, .._CANCELLED, or a local fault.
 */
enum dt_outcome dti_names_look_up(struct dt_endpoint *out, size_t *count,
				  struct dt_outcome_detail *detail,
				  const struct dt_op *op, const char *host_name,
				  const struct dt_endpoint *ports,
				  const char *servers);

/** Would dti_names_look_up() take these servers? (to check a configuration) */
bool dti_names_servers_valid(const char *servers);

#endif /* DTI_NAMES_H */
