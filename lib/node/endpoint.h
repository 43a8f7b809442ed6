/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_ENDPOINT_H
#define DTI_NODE_ENDPOINT_H

#include "lib/dialtone.h"

/** The same address and both ports. */
bool dti_endpoint_equal(const struct dt_endpoint *a,
			const struct dt_endpoint *b);

/** The same address; the ports do not count. */
bool dti_endpoint_same_ip(const struct dt_endpoint *a,
			  const struct dt_endpoint *b);
/** The same for UDP; the TCP port does not count. */
bool dti_endpoint_same_udp(const struct dt_endpoint *a,
			   const struct dt_endpoint *b);

static inline bool dti_endpoint_has_address(const struct dt_endpoint *endpoint)
{
	return endpoint->family != 0;
}

/** How many bytes of ip count: 4, 16, or 0 where there is no address. */
size_t dti_endpoint_ip_size(const struct dt_endpoint *endpoint);

/**
 * Set the address from network-order bytes: @length is 4 or 16 (anything else
 * means none). A v4-mapped IPv6 address becomes IPv4. Ports are kept.
 */
void dti_endpoint_set_ip(struct dt_endpoint *endpoint, const uint8_t *ip,
			 size_t length);

/**
 * Bring an endpoint from outside into the form that the rest relies on: a
 * v4-mapped address becomes IPv4, an unknown family none.
 */
void dti_endpoint_normalize(struct dt_endpoint *endpoint);

/**
 * Set the address from text, without brackets: dotted IPv4 (no leading zeros)
 * or IPv6 (no zone). False: neither; *@endpoint is untouched.
 */
bool dti_endpoint_parse_ip(struct dt_endpoint *endpoint, const char *text,
			   size_t length);

/** Unspecified, multicast or broadcast: nothing listens there. */
bool dti_endpoint_is_bad_address(const struct dt_endpoint *endpoint);

#endif /* DTI_NODE_ENDPOINT_H */
