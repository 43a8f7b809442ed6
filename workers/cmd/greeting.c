/* SPDX-License-Identifier: MIT */
#include "workers/cmd/greeting.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* What the end of a wait means for the set-up. */
static enum dt_outcome waiting_failed(struct dt_outcome_detail *detail,
				      dt_err err)
{
	switch (err) {
	case DT_ERR_TIMED_OUT:
		return DT_OUTCOME_SETUP_TIMED_OUT;
	case DT_ERR_CANCELLED:
		return DT_OUTCOME_CANCELLED;
	default:
		detail->sys_errno = errno;
		return DT_OUTCOME_LOCAL_FAULT;
	}
}

static enum dt_outcome socket_failed(struct dt_outcome_detail *detail)
{
	detail->sys_errno = errno;
	return errno == ECONNRESET || errno == EPIPE ? DT_OUTCOME_RESET
						     : DT_OUTCOME_SETUP_FAILED;
}

/* Send, or receive, as much as one call does; 0: the other side has closed. */
static ssize_t move_bytes(int fd, uint8_t *bytes, size_t length, short events)
{
	if (events == POLLOUT)
		return send(fd, bytes, length, MSG_NOSIGNAL);
	return recv(fd, bytes, length, 0);
}

/* CONNECTED: all of @bytes has been sent or received. */
static enum dt_outcome exchange(const struct dt_op *op,
				struct dt_outcome_detail *detail, int fd,
				uint8_t bytes[CMD_GREETING_SIZE], short events)
{
	size_t done = 0;

	while (done < CMD_GREETING_SIZE) {
		ssize_t moved = move_bytes(fd, bytes + done,
					   CMD_GREETING_SIZE - done, events);
		dt_err err;

		if (moved == 0)
			return DT_OUTCOME_RESET;
		if (moved > 0) {
			done += (size_t)moved;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return socket_failed(detail);
		err = dt_op_wait(op, fd, events);
		if (err != DT_OK)
			return waiting_failed(detail, err);
	}
	return DT_OUTCOME_CONNECTED;
}

/* On a worker thread; see struct dt_transport, whose parameters these are. */
static enum dt_outcome /* NOLINTNEXTLINE(readability-function-size) */
greet(void *context, const struct dt_op *op, void **session,
      struct dt_outcome_detail *detail, const struct dt_node *node,
      uint32_t flags, int fd)
{
	static const uint8_t full[CMD_GREETING_SIZE];
	const struct cmd_greeting *greeting = context;
	struct dt_node_id own = greeting->self;
	uint8_t theirs[CMD_GREETING_SIZE];
	enum dt_outcome outcome;

	(void)session;
	(void)flags;
	outcome = exchange(op, detail, fd, own.bytes, POLLOUT);
	if (outcome == DT_OUTCOME_CONNECTED)
		outcome = exchange(op, detail, fd, theirs, POLLIN);
	if (outcome != DT_OUTCOME_CONNECTED)
		return outcome;
	if (memcmp(theirs, full, sizeof(full)) == 0)
		return DT_OUTCOME_TOO_MANY_PEERS;
	if (memcmp(theirs, node->id.bytes, sizeof(theirs)) != 0)
		return DT_OUTCOME_WRONG_IDENTITY;
	return DT_OUTCOME_CONNECTED;
}

struct dt_transport cmd_greeting_transport(struct cmd_greeting *greeting)
{
	return (struct dt_transport){.context = greeting, .setup = greet};
}
