/* SPDX-License-Identifier: MIT */
#include "workers/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/tcp_address.h"

enum dt_outcome dti_tcp_outcome(int sys_errno)
{
	switch (sys_errno) {
	case ECONNREFUSED:
		return DT_OUTCOME_REFUSED;
	case ETIMEDOUT:
		return DT_OUTCOME_TIMED_OUT;
	case ECONNRESET:
	case ECONNABORTED:
	case EPIPE:
		return DT_OUTCOME_RESET;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
	case ENONET:
	/* ICMP: prohibited, wrong protocol, too big, bad parameter, isolated */
	case EACCES:
	case EPERM: /* also a firewall rule of this host for this address */
	case ENOPROTOOPT:
	case EMSGSIZE:
	case EPROTO:
	case EOPNOTSUPP:
	/* An address that this host cannot use: link-local without interface,
	 * a blackhole route; no IPv6 here. */
	case EINVAL:
	case EAFNOSUPPORT:
		return DT_OUTCOME_UNREACHABLE;
	case EMFILE:
	case ENFILE:
		return DT_OUTCOME_NO_DESCRIPTORS;
	case EADDRNOTAVAIL:
	case EADDRINUSE:
		return DT_OUTCOME_NO_PORTS;
	case ENOBUFS:
	case ENOMEM:
	case EAGAIN:
		return DT_OUTCOME_NO_BUFFERS;
	default:
		return DT_OUTCOME_LOCAL_FAULT;
	}
}

/* With a reset: no connection that came up too late waits in the kernel. */
static void abort_socket(int fd)
{
	struct linger none = {.l_onoff = 1, .l_linger = 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(fd);
}

static int open_socket(int family)
{
	int on = 1;
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			IPPROTO_TCP);

	if (fd >= 0)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

/*
 * EADDRNOTAVAIL says two things: all ports to this address are taken (local),
 * or this host has no address of its own to reach it from, as with half-made
 * IPv6 (the endpoint's). A UDP socket tells them apart: to connect it takes a
 * source address as TCP does, but a port of UDP's; nothing is sent.
 */
static bool has_source_address(const union dti_tcp_address *to, socklen_t size)
{
	int fd = socket(to->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool has = true;

	if (fd < 0)
		return true;
	if (connect(fd, &to->any, size) < 0)
		has = errno != EADDRNOTAVAIL;
	close(fd);
	return has;
}

static bool is_connected_to_itself(int fd, const union dti_tcp_address *to,
				   socklen_t size)
{
	union dti_tcp_address own;
	socklen_t own_size = sizeof(own);

	memset(&own, 0, sizeof(own));
	if (getsockname(fd, &own.any, &own_size) < 0 || own_size != size)
		return false;
	if (to->any.sa_family == AF_INET)
		return own.v4.sin_port == to->v4.sin_port &&
		       own.v4.sin_addr.s_addr == to->v4.sin_addr.s_addr;
	return own.v6.sin6_port == to->v6.sin6_port &&
	       memcmp(&own.v6.sin6_addr, &to->v6.sin6_addr,
		      sizeof(own.v6.sin6_addr)) == 0;
}

static enum dt_outcome fail(struct dt_outcome_detail *detail, int sys_errno)
{
	detail->sys_errno = sys_errno;
	return dti_tcp_outcome(sys_errno);
}

/* What came of a connection that is under way. */
static enum dt_outcome finish(struct dt_outcome_detail *detail,
			      const struct dt_op *op, int fd)
{
	int failed = 0;
	socklen_t size = sizeof(failed);

	switch (dt_op_wait(op, fd, POLLOUT)) {
	case DT_OK:
		break;
	case DT_ERR_TIMED_OUT:
		return DT_OUTCOME_TIMED_OUT;
	case DT_ERR_CANCELLED:
		return DT_OUTCOME_CANCELLED;
	default:
		return fail(detail, errno);
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size) < 0)
		failed = errno;
	return failed ? fail(detail, failed) : DT_OUTCOME_CONNECTED;
}

static enum dt_outcome connect_socket(int fd, struct dt_outcome_detail *detail,
				      const struct dt_op *op,
				      const union dti_tcp_address *to,
				      socklen_t size)
{
	enum dt_outcome outcome = DT_OUTCOME_CONNECTED;

	/* EINTR: the connection goes on by itself, as with EINPROGRESS. */
	if (connect(fd, &to->any, size) < 0) {
		if (errno == EINPROGRESS || errno == EINTR)
			outcome = finish(detail, op, fd);
		else
			outcome = fail(detail, errno);
	}
	if (outcome == DT_OUTCOME_NO_PORTS && !has_source_address(to, size))
		return DT_OUTCOME_UNREACHABLE;
	if (outcome == DT_OUTCOME_CONNECTED &&
	    is_connected_to_itself(fd, to, size))
		return fail(detail, ECONNREFUSED);
	return outcome;
}

enum dt_outcome dti_tcp_connect(int *fd, struct dt_outcome_detail *detail,
				const struct dt_op *op,
				const struct dt_endpoint *to)
{
	union dti_tcp_address address;
	socklen_t size = dti_tcp_address_of(&address, to);
	enum dt_outcome outcome;
	int opened;

	*detail = (struct dt_outcome_detail){0};
	if (dt_op_cancelled(op))
		return DT_OUTCOME_CANCELLED;
	if (size == 0)
		return fail(detail, EAFNOSUPPORT);
	opened = open_socket(address.any.sa_family);
	if (opened < 0)
		return fail(detail, errno);
	outcome = connect_socket(opened, detail, op, &address, size);
	if (outcome == DT_OUTCOME_CONNECTED)
		*fd = opened;
	else
		abort_socket(opened);
	return outcome;
}
