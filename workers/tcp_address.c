/* SPDX-License-Identifier: MIT */
#include "workers/tcp_address.h"

#include <string.h>

#include "lib/node/endpoint.h"

socklen_t dti_tcp_address_of(union dti_tcp_address *out,
			     const struct dt_endpoint *endpoint)
{
	memset(out, 0, sizeof(*out));
	if (endpoint->family == 4) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(endpoint->tcp_port);
		memcpy(&out->v4.sin_addr, endpoint->ip, 4);
		return sizeof(out->v4);
	}
	if (endpoint->family == 6) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons(endpoint->tcp_port);
		memcpy(&out->v6.sin6_addr, endpoint->ip, 16);
		return sizeof(out->v6);
	}
	return 0;
}

struct dt_endpoint
dti_tcp_address_endpoint(const union dti_tcp_address *address)
{
	struct dt_endpoint endpoint = {.family = 0};

	if (address->any.sa_family == AF_INET) {
		dti_endpoint_set_ip(&endpoint,
				    (const uint8_t *)&address->v4.sin_addr, 4);
		endpoint.tcp_port = ntohs(address->v4.sin_port);
	} else if (address->any.sa_family == AF_INET6) {
		dti_endpoint_set_ip(&endpoint, address->v6.sin6_addr.s6_addr,
				    16);
		endpoint.tcp_port = ntohs(address->v6.sin6_port);
	}
	return endpoint;
}
