/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_HOST_PORT_H
#define DTI_NODE_HOST_PORT_H

#include "lib/dialtone.h"
#include "lib/span.h"

/** Read a port, 0 to 65535. @what: what the sentence calls it. */
dt_err dti_port_parse(uint16_t *out, struct dti_span text, const char *what,
		      struct dt_error *error);

/**
 * Read "HOST:PORT": an IPv4 address, an IPv6 address in brackets or a host
 * name, and a port, which goes to tcp_port.
 * @name: the part of @text that is a host name; untouched if it is none. The
 * endpoint then gets no address.
 * Unlike elsewhere, the outputs are undefined after DT_ERR_PARSE.
 */
dt_err dti_host_port_parse(struct dt_endpoint *endpoint, struct dti_span *name,
			   struct dti_span text, struct dt_error *error);

#endif /* DTI_NODE_HOST_PORT_H */
