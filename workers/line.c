/* SPDX-License-Identifier: MIT */
#include "workers/line.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/*
 * Bytes; the kernel doubles them for what it needs itself. On loopback a segment
 * has up to 64 KiB, of which some must fit.
 */
#define SEND_BUFFER    (32 * 1024)
#define RECEIVE_BUFFER (256 * 1024)

static void limit(int fd, int option, int size)
{
	/* It may be refused: then it is as the system has it. */
	(void)setsockopt(fd, SOL_SOCKET, option, &size, sizeof(size));
}

void dti_line_limit_buffers(const struct dti_line *line)
{
	limit(line->fd, SO_SNDBUF, SEND_BUFFER);
	limit(line->fd, SO_RCVBUF, RECEIVE_BUFFER);
}

bool dti_line_watch(struct dti_line *line, int epoll_fd)
{
	struct epoll_event event = {
		.events = EPOLLIN | (line->rest != NULL ? EPOLLOUT : 0U),
		.data.ptr = line,
	};
	int change = line->watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

	if (line->watched == event.events)
		return true;
	if (epoll_ctl(epoll_fd, change, line->fd, &event) != 0)
		return false;
	line->watched = event.events;
	return true;
}

/*
 * What send(2) has said. A kernel without memory says that there is room all the
 * while: to wait for it would keep the thread busy. So it is as if there was no
 * memory for a rest.
 */
static bool is_out_of_memory(int sys_errno)
{
	return sys_errno == ENOBUFS || sys_errno == ENOMEM;
}

/*
 * *@taken: how many bytes the socket took; all of them if nobody will read them.
 * False: no memory.
 */
static bool send_some(struct dti_line *line, size_t *taken,
		      const uint8_t *bytes, size_t length)
{
	/* So that the end goes in the same segment. */
	int more = line->is_ending ? MSG_MORE : 0;
	ssize_t sent = 0;

	*taken = length;
	if (line->is_broken)
		return true;
	do
		sent = send(line->fd, bytes, length,
			    MSG_NOSIGNAL | MSG_DONTWAIT | more);
	while (sent < 0 && errno == EINTR);
	if (sent >= 0)
		*taken = (size_t)sent;
	else if (errno == EAGAIN || is_out_of_memory(errno))
		*taken = 0;
	else
		line->is_broken = true;
	return sent >= 0 || !is_out_of_memory(errno);
}

void dti_line_forget_rest(struct dti_line *line, struct dti_slab *rests)
{
	if (line->rest != NULL)
		dti_slab_give(rests, line->rest);
	line->rest = NULL;
	line->blocked_ms = -1;
}

/* False: no memory. */
static bool send_rest(struct dti_line *line, struct dti_slab *rests,
		      int64_t now_ms)
{
	struct dti_line_rest *rest = line->rest;
	size_t sent;

	if (rest == NULL)
		return true;
	if (!send_some(line, &sent, rest->bytes + rest->from, rest->length))
		return false;
	rest->from += sent;
	rest->length -= sent;
	if (sent > 0)
		line->blocked_ms = now_ms;
	if (rest->length == 0)
		dti_line_forget_rest(line, rests);
	return true;
}

/* False: no memory. */
static bool keep_rest(struct dti_line *line, struct dti_slab *rests,
		      const uint8_t *bytes, size_t length)
{
	struct dti_line_rest *rest = dti_slab_take(rests);

	if (rest == NULL)
		return false;
	rest->from = 0;
	rest->length = length;
	memcpy(rest->bytes, bytes, length);
	line->rest = rest;
	return true;
}

bool dti_line_flush(struct dti_line *line, struct dti_slab *rests,
		    int64_t now_ms)
{
	uint8_t bytes[DT_SESSION_WRITE_SIZE];

	if (!send_rest(line, rests, now_ms))
		return false;
	while (line->rest == NULL && dt_session_owes(line->session)) {
		size_t length =
			dt_session_write(line->session, bytes, sizeof(bytes));
		size_t sent;

		if (!send_some(line, &sent, bytes, length))
			return false;
		if (sent == length)
			continue;
		line->blocked_ms = now_ms;
		if (!keep_rest(line, rests, bytes + sent, length - sent))
			return false;
	}
	return true;
}
