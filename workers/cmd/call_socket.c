/* SPDX-License-Identifier: MIT */
#include "workers/cmd/call_socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t fill(union address *out, const struct dt_endpoint *endpoint)
{
	memset(out, 0, sizeof(*out));
	if (endpoint->family == 4) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(endpoint->tcp_port);
		memcpy(&out->v4.sin_addr, endpoint->ip, 4);
		return sizeof(out->v4);
	}
	out->v6.sin6_family = AF_INET6;
	out->v6.sin6_port = htons(endpoint->tcp_port);
	memcpy(&out->v6.sin6_addr, endpoint->ip, 16);
	return sizeof(out->v6);
}

/* False: of another family. The UDP port stays as it is. */
static bool read_address(struct dt_endpoint *out, const union address *address)
{
	memset(out->ip, 0, sizeof(out->ip));
	if (address->any.sa_family == AF_INET) {
		out->family = 4;
		out->tcp_port = ntohs(address->v4.sin_port);
		memcpy(out->ip, &address->v4.sin_addr, 4);
		return true;
	}
	if (address->any.sa_family != AF_INET6)
		return false;
	out->family = 6;
	out->tcp_port = ntohs(address->v6.sin6_port);
	memcpy(out->ip, &address->v6.sin6_addr, 16);
	return true;
}

int cmd_call_socket_open(int *fd, const struct dt_endpoint *endpoint)
{
	union address address;
	socklen_t size = fill(&address, endpoint);
	int on = 1;

	*fd = socket(address.any.sa_family,
		     SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return errno;
	(void)setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return connect(*fd, &address.any, size) == 0 ? 0 : errno;
}

int cmd_call_socket_error(int fd)
{
	int failed = 0;
	socklen_t size = sizeof(failed);

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size) == 0
		       ? failed
		       : errno;
}

struct dt_endpoint cmd_call_socket_local(int fd)
{
	struct dt_endpoint endpoint = {.family = 0};
	union address address;
	socklen_t size = sizeof(address);

	memset(&address, 0, sizeof(address));
	if (getsockname(fd, &address.any, &size) == 0)
		(void)read_address(&endpoint, &address);
	return endpoint;
}

size_t cmd_call_look_up(struct dt_endpoint *out, size_t max, const char **why,
			const char *host_name,
			const struct dt_endpoint *endpoint)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	union address address;
	size_t count = 0;
	int failed = getaddrinfo(host_name, NULL, &hints, &found);

	if (failed != 0) {
		*why = failed == EAI_SYSTEM ? strerrordesc_np(errno)
					    : gai_strerror(failed);
		return 0;
	}
	for (struct addrinfo *each = found; each != NULL && count < max;
	     each = each->ai_next) {
		memset(&address, 0, sizeof(address));
		if (each->ai_addrlen <= sizeof(address))
			memcpy(&address, each->ai_addr, each->ai_addrlen);
		out[count] = *endpoint;
		if (!read_address(&out[count], &address))
			continue;
		out[count].tcp_port = endpoint->tcp_port;
		count++;
	}
	freeaddrinfo(found);
	*why = "it has no IP address";
	return count;
}
