/* SPDX-License-Identifier: MIT */
#include "workers/udp.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/error.h"
#include "lib/node/endpoint.h"

#include "workers/bind_failure.h"

/*
 * What the kernel holds while the thread does something else; it takes less
 * where net.core.rmem_max says so. The memory is used only for what waits.
 */
#define RECEIVE_BUFFER (1 << 20)

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};

socklen_t dti_udp_address_of(const struct dti_udp *udp,
			     union dti_udp_address *out,
			     const struct dt_endpoint *to)
{
	memset(out, 0, sizeof(*out));
	if (!dti_udp_reaches(udp, to))
		return 0;
	if (udp->family == 4) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(to->udp_port);
		memcpy(&out->v4.sin_addr, to->ip, 4);
		return sizeof(out->v4);
	}
	out->v6.sin6_family = AF_INET6;
	out->v6.sin6_port = htons(to->udp_port);
	if (to->family == 4) {
		memcpy(out->v6.sin6_addr.s6_addr, mapped_prefix,
		       sizeof(mapped_prefix));
		memcpy(out->v6.sin6_addr.s6_addr + sizeof(mapped_prefix),
		       to->ip, 4);
	} else {
		memcpy(out->v6.sin6_addr.s6_addr, to->ip, 16);
	}
	return sizeof(out->v6);
}

struct dt_endpoint dti_udp_endpoint_of(const union dti_udp_address *from)
{
	struct dt_endpoint endpoint = {.family = 0};

	if (from->any.sa_family == AF_INET) {
		dti_endpoint_set_ip(&endpoint,
				    (const uint8_t *)&from->v4.sin_addr, 4);
		endpoint.udp_port = ntohs(from->v4.sin_port);
	} else if (from->any.sa_family == AF_INET6) {
		dti_endpoint_set_ip(&endpoint, from->v6.sin6_addr.s6_addr, 16);
		endpoint.udp_port = ntohs(from->v6.sin6_port);
	}
	return endpoint;
}

/* 0, or why not. */
static int prepare(const struct dti_udp *udp, const struct dt_endpoint *at)
{
	union dti_udp_address address;
	socklen_t length = dti_udp_address_of(udp, &address, at);
	int size = RECEIVE_BUFFER;
	int both = 0;

	/* Either may be refused: then it is as the system has it. */
	(void)setsockopt(udp->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (udp->family == 6)
		(void)setsockopt(udp->fd, IPPROTO_IPV6, IPV6_V6ONLY, &both,
				 sizeof(both));
	return bind(udp->fd, &address.any, length) == 0 ? 0 : errno;
}

dt_err dti_udp_open(struct dti_udp *udp, struct dt_endpoint *bound,
		    const struct dt_endpoint *at, struct dt_error *error)
{
	struct dti_udp opened = {.family = at->family};
	union dti_udp_address address = {.any = {0}};
	socklen_t length = sizeof(address);
	int failed;

	if (!dti_endpoint_has_address(at))
		return dti_error_set(error, DT_ERR_ARGUMENT,
				     "listen: there is no address to listen "
				     "on; an IPv4 or IPv6 address is accepted");
	opened.fd = socket(at->family == 4 ? AF_INET : AF_INET6,
			   SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (opened.fd < 0)
		return dti_bind_failure(at, at->udp_port, "UDP", errno, error);
	failed = prepare(&opened, at);
	if (!failed && getsockname(opened.fd, &address.any, &length) != 0)
		failed = errno;
	if (failed) {
		close(opened.fd);
		return dti_bind_failure(at, at->udp_port, "UDP", failed, error);
	}
	*udp = opened;
	*bound = dti_udp_endpoint_of(&address);
	bound->tcp_port = bound->udp_port;
	return DT_OK;
}

void dti_udp_close(struct dti_udp *udp)
{
	close(udp->fd);
}
