/* SPDX-License-Identifier: MIT */
#include "workers/name_sockets.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static ares_socket_t open_socket(int family, int type, int protocol,
				 void *context)
{
	struct dti_name_sockets *sockets = context;
	int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		sockets->sys_errno = errno;
	return fd;
}

static int close_socket(ares_socket_t fd, void *context)
{
	(void)context;
	return close(fd);
}

static int connect_socket(ares_socket_t fd, const struct sockaddr *address,
			  ares_socklen_t size, void *context)
{
	struct dti_name_sockets *sockets = context;
	int failed = connect(fd, address, size);

	if (failed && errno != EINPROGRESS)
		sockets->sys_errno = errno;
	return failed;
}

/* c-ares gives the number of parameters. */
/* NOLINTNEXTLINE(readability-function-size) */
static ares_ssize_t receive(ares_socket_t fd, void *out, size_t size, int flags,
			    struct sockaddr *from, ares_socklen_t *from_size,
			    void *context)
{
	struct dti_name_sockets *sockets = context;
	ares_ssize_t got = recvfrom(fd, out, size, flags, from, from_size);

	if (got < 0 && errno != EAGAIN)
		sockets->sys_errno = errno;
	return got;
}

static ares_ssize_t send_parts(ares_socket_t fd, const struct iovec *parts,
			       int count, void *context)
{
	/* sendmsg(2) does not write through it. */
	union {
		const struct iovec *given;
		struct iovec *taken;
	} vector = {.given = parts};
	struct msghdr message = {
		.msg_iov = vector.taken,
		.msg_iovlen = (size_t)count,
	};
	ares_ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);

	(void)context;
	/*
	 * That an earlier question was refused. c-ares would give up this one
	 * and wait for an answer to that one; sent again, it is refused too,
	 * and that is where c-ares looks for it: at the next receive.
	 */
	if (sent < 0 && errno == ECONNREFUSED)
		sent = sendmsg(fd, &message, MSG_NOSIGNAL);
	return sent;
}

void dti_name_sockets_use(struct dti_name_sockets *sockets,
			  ares_channel channel)
{
	static const struct ares_socket_functions functions = {
		.asocket = open_socket,
		.aclose = close_socket,
		.aconnect = connect_socket,
		.arecvfrom = receive,
		.asendv = send_parts,
	};

	sockets->sys_errno = 0;
	ares_set_socket_functions(channel, &functions, sockets);
}
