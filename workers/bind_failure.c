/* SPDX-License-Identifier: MIT */
#include "workers/bind_failure.h"

#include <errno.h>
#include <string.h>

#include "lib/error.h"

dt_err dti_bind_failure(const struct dt_endpoint *at, uint16_t port,
			const char *protocol, int sys_errno,
			struct dt_error *error)
{
	char text[DT_ENDPOINT_TEXT_SIZE];
	struct dt_endpoint shown = *at;

	shown.tcp_port = port;
	dt_endpoint_format(text, &shown);
	switch (sys_errno) {
	case EMFILE:
	case ENFILE:
		return dti_error_set(error, DT_ERR_NO_DESCRIPTORS,
				     "listen: no descriptor for a socket on %s "
				     "(%s); raise the limit of open files",
				     text, strerrordesc_np(sys_errno));
	case EADDRINUSE:
		return dti_error_set(
			error, DT_ERR_SYSTEM,
			"listen: %s port %u of %s is in use by another "
			"socket; give another port, or 0 for any that is free",
			protocol, (unsigned int)port, text);
	case EADDRNOTAVAIL:
		return dti_error_set(error, DT_ERR_SYSTEM,
				     "listen: this machine does not have the "
				     "address of %s; one that it has, 0.0.0.0 "
				     "or [::] is accepted",
				     text);
	case EACCES:
	case EPERM:
		return dti_error_set(error, DT_ERR_SYSTEM,
				     "listen: this user may not listen on %s; "
				     "a port from 1024 on is accepted",
				     text);
	case EAFNOSUPPORT:
		return dti_error_set(error, DT_ERR_SYSTEM,
				     "listen: this machine has no IPv%u for "
				     "%s; an address of another family is "
				     "accepted",
				     (unsigned int)at->family, text);
	default:
		return dti_error_set(error, DT_ERR_SYSTEM,
				     "listen: no socket can be bound to %s "
				     "(%s)",
				     text, strerrordesc_np(sys_errno));
	}
}
