/* SPDX-License-Identifier: MIT */
#ifndef DTI_NAMES_H
#define DTI_NAMES_H

/*
 * Host names, looked up with c-ares: getaddrinfo(3) has no deadline and no
 * cancel. One channel a look-up, on the calling worker's stack and thread: a
 * channel that is shared would need a lock, a name is looked up once a dial.
 *
 * c-ares allocates with malloc(3), so a worker that looks up names pays for a
 * thread's first malloc (20 KiB under jemalloc), and 75 KiB for the channel
 * while it waits; of the stack it takes 10 KiB. It reads /etc/hosts,
 * /etc/resolv.conf and /etc/nsswitch.conf, and the variables RES_OPTIONS and
 * LOCALDOMAIN: no thread may call setenv(3) meanwhile.
 */

#include "lib/dialtone.h"

#define DTI_NAMES_MAX 8 /* addresses taken of one answer */

/**
 * dti_names_look_up - find the addresses of @host_name.
 * @out: room for DTI_NAMES_MAX; ports are copied from @ports.
 * @count: how many were found, in the order to try them, none twice.
 * @detail: sys_errno: ETIMEDOUT for the deadline, or why no server could be
 * reached, or 0 (a server says that there is no such name, or that it failed).
 * @servers: as name_servers.h says, or "" for the system's configuration, whose
 * search domains and hosts file count in any case.
 * Blocks: until answered, @op's deadline or cancel.
 * Answers DT_OUTCOME_FOUND (also with one family's addresses if the deadline
 * passes before the other's came), .._RESOLVE_FAILED, .._CANCELLED, or a local
 * fault. @out and @count are set with DT_OUTCOME_FOUND only.
 */
enum dt_outcome dti_names_look_up(struct dt_endpoint *out, size_t *count,
				  struct dt_outcome_detail *detail,
				  const struct dt_op *op, const char *host_name,
				  const struct dt_endpoint *ports,
				  const char *servers);

#endif /* DTI_NAMES_H */
