/* SPDX-License-Identifier: MIT */
#ifndef DTI_UDP_H
#define DTI_UDP_H

/*
 * A UDP socket, and the addresses on it. Non-blocking, close-on-exec. One that
 * is bound to an IPv4 address, 0.0.0.0 too, speaks IPv4; one that is bound to
 * [::] speaks both, and what comes over IPv4 has IPv4 addresses here: nobody
 * outside this file sees a v4-mapped one. Datagrams: see workers/udp_batch.h.
 */

#include <netinet/in.h>

#include "lib/dialtone.h"

struct dti_udp {
	int fd;
	uint8_t family; /* of the socket: 4 or 6 */
};

union dti_udp_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/**
 * dti_udp_open - bind a socket.
 * @bound: the address that it got; both ports are the actual one.
 * @at: the UDP port counts; 0: any that is free.
 * @error: what to say of the option "listen"; may be NULL.
 * Pair with close. Errors: DT_ERR_SYSTEM, DT_ERR_NO_DESCRIPTORS,
 * DT_ERR_ARGUMENT (@at has no address); the sentence says why.
 */
dt_err dti_udp_open(struct dti_udp *udp, struct dt_endpoint *bound,
		    const struct dt_endpoint *at, struct dt_error *error);
void dti_udp_close(struct dti_udp *udp);

/** Is this an address that the socket's family has? */
static inline bool dti_udp_reaches(const struct dti_udp *udp,
				   const struct dt_endpoint *to)
{
	return to->family == 4 || (to->family == 6 && udp->family == 6);
}

/** Where a datagram to @to goes; its length. 0: it cannot reach it. */
socklen_t dti_udp_address_of(const struct dti_udp *udp,
			     union dti_udp_address *out,
			     const struct dt_endpoint *to);
/** Where a datagram came from; TCP port 0. */
struct dt_endpoint dti_udp_endpoint_of(const union dti_udp_address *from);

#endif /* DTI_UDP_H */
