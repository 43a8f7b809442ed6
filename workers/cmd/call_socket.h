/* SPDX-License-Identifier: MIT */
#ifndef CMD_CALL_SOCKET_H
#define CMD_CALL_SOCKET_H

/* TCP connections, and host names, as `dialtone peer` needs them. */

#include <dialtone.h>

/** Begin to connect. Returns 0 (connected), EINPROGRESS or another error. */
int cmd_call_socket_open(int *fd, const struct dt_endpoint *endpoint);
/** What has become of a connect that was in progress: 0 or its error. */
int cmd_call_socket_error(int fd);
struct dt_endpoint cmd_call_socket_local(int fd);

/**
 * cmd_call_look_up - the addresses of a host name, with the ports of @endpoint.
 * Blocks as long as the system's resolver does. Returns how many there are, at
 * most @max; 0: *@why says why.
 */
size_t cmd_call_look_up(struct dt_endpoint *out, size_t max, const char **why,
			const char *host_name,
			const struct dt_endpoint *endpoint);

#endif /* CMD_CALL_SOCKET_H */
