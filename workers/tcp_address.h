/* SPDX-License-Identifier: MIT */
#ifndef DTI_TCP_ADDRESS_H
#define DTI_TCP_ADDRESS_H

/* Endpoints as TCP sockets have them: the TCP port counts. */

#include <netinet/in.h>

#include "lib/dialtone.h"

union dti_tcp_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/** Its length; 0: no address that a socket can have. */
socklen_t dti_tcp_address_of(union dti_tcp_address *out,
			     const struct dt_endpoint *endpoint);
/** The UDP port is 0. An IPv4-mapped address becomes IPv4. */
struct dt_endpoint
dti_tcp_address_endpoint(const union dti_tcp_address *address);

#endif /* DTI_TCP_ADDRESS_H */
