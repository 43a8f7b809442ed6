/* SPDX-License-Identifier: MIT */
#include "workers/tcp_listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/node/endpoint.h"

#include "workers/bind_failure.h"

union socket_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t fill_address(union socket_address *out,
			      const struct dt_endpoint *at)
{
	memset(out, 0, sizeof(*out));
	if (at->family == 4) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(at->tcp_port);
		memcpy(&out->v4.sin_addr, at->ip, 4);
		return sizeof(out->v4);
	}
	out->v6.sin6_family = AF_INET6;
	out->v6.sin6_port = htons(at->tcp_port);
	memcpy(&out->v6.sin6_addr, at->ip, 16);
	return sizeof(out->v6);
}

static struct dt_endpoint endpoint_of(const union socket_address *from)
{
	struct dt_endpoint endpoint = {.family = 0};

	if (from->any.sa_family == AF_INET) {
		dti_endpoint_set_ip(&endpoint,
				    (const uint8_t *)&from->v4.sin_addr, 4);
		endpoint.tcp_port = ntohs(from->v4.sin_port);
	} else if (from->any.sa_family == AF_INET6) {
		dti_endpoint_set_ip(&endpoint, from->v6.sin6_addr.s6_addr, 16);
		endpoint.tcp_port = ntohs(from->v6.sin6_port);
	}
	return endpoint;
}

/* 0, or why not. */
static int bind_and_listen(int fd, const struct dt_endpoint *at)
{
	union socket_address address;
	socklen_t size = fill_address(&address, at);
	int both = 0;
	int on = 1;

	/* A restart may have the port while old connections linger. */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (at->family == 6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &both,
				 sizeof(both));
	if (bind(fd, &address.any, size) != 0 || listen(fd, SOMAXCONN) != 0)
		return errno;
	return 0;
}

dt_err dti_tcp_listen(int *fd, struct dt_endpoint *bound,
		      const struct dt_endpoint *at, struct dt_error *error)
{
	union socket_address address = {.any = {0}};
	socklen_t size = sizeof(address);
	int failed;
	int opened =
		socket(at->family == 4 ? AF_INET : AF_INET6,
		       SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);

	if (opened < 0)
		return dti_bind_failure(at, at->tcp_port, "TCP", errno, error);
	failed = bind_and_listen(opened, at);
	if (!failed && getsockname(opened, &address.any, &size) != 0)
		failed = errno;
	if (failed) {
		close(opened);
		return dti_bind_failure(at, at->tcp_port, "TCP", failed, error);
	}
	*fd = opened;
	*bound = endpoint_of(&address);
	bound->udp_port = bound->tcp_port;
	return DT_OK;
}

int dti_tcp_accept(int listener, struct dt_endpoint *from)
{
	union socket_address address = {.any = {0}};
	socklen_t size = sizeof(address);
	int on = 1;
	int fd = accept4(listener, &address.any, &size,
			 SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	*from = endpoint_of(&address);
	return fd;
}
