/* SPDX-License-Identifier: MIT */
#include "bench/contenders/loopback_pair.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

bool loopback_listen(struct loopback_listener *listener)
{
	socklen_t size = sizeof(listener->at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	listener->at = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	if (fd < 0)
		return false;
	if (bind(fd, (struct sockaddr *)&listener->at, size) != 0 ||
	    listen(fd, 1) != 0 ||
	    getsockname(fd, (struct sockaddr *)&listener->at, &size) != 0) {
		close(fd);
		return false;
	}
	listener->fd = fd;
	return true;
}

static void send_at_once(int fd)
{
	static const int one = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

bool loopback_connect(const struct loopback_listener *listener, int *caller,
		      int *answerer)
{
	*caller = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*caller < 0)
		return false;
	*answerer = -1;
	if (connect(*caller, (const struct sockaddr *)&listener->at,
		    sizeof(listener->at)) == 0)
		*answerer = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
	if (*answerer < 0) {
		close(*caller);
		return false;
	}
	send_at_once(*caller);
	send_at_once(*answerer);
	return true;
}

bool loopback_pass(int from, int to, uint8_t *bytes, size_t length)
{
	if (send(from, bytes, length, MSG_NOSIGNAL) != (ssize_t)length)
		return false;
	return recv(to, bytes, length, MSG_WAITALL) == (ssize_t)length;
}

void loopback_close(int fd)
{
	static const struct linger reset = {.l_onoff = 1};

	if (fd < 0)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}
