/* SPDX-License-Identifier: MIT */
#include "workers/tcp_listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/bind_failure.h"
#include "workers/tcp_address.h"

/* 0, or why not. */
static int bind_and_listen(int fd, const struct dt_endpoint *at)
{
	union dti_tcp_address address;
	socklen_t size = dti_tcp_address_of(&address, at);
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
	union dti_tcp_address address = {.any = {0}};
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
	*bound = dti_tcp_address_endpoint(&address);
	bound->udp_port = bound->tcp_port;
	return DT_OK;
}

int dti_tcp_accept(int listener, struct dt_endpoint *from)
{
	union dti_tcp_address address = {.any = {0}};
	socklen_t size = sizeof(address);
	int on = 1;
	int fd = accept4(listener, &address.any, &size,
			 SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	*from = dti_tcp_address_endpoint(&address);
	return fd;
}
