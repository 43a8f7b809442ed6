/* SPDX-License-Identifier: MIT */
#include "workers/handshake.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/rlpx/ending.h"

#include "workers/clock.h"
#include "workers/tcp.h"

/*
 * A worker's stack is small. What is to be sent before a session is open comes
 * in two steps at least: a handshake, then a frame.
 */
#define READ_SIZE 256
#define OUT_SIZE  (DTI_FRAME_HEAD + DTI_SESSION_HELLO_MAX + 2 * DTI_FRAME_BLOCK)
static_assert(OUT_SIZE >= DTI_HANDSHAKE_PACKET_MAX, "a handshake fits");

/* Lives on the worker's stack. */
struct handshake_run {
	dt_session *session;
	const struct dt_op *op;
	int fd;
	int64_t phase_began_ms;
	int sys_errno; /* of the first system call that failed; 0: none */
	bool is_deaf;  /* the remote takes no more; it may have said why */
	/* What is being sent. */
	uint8_t out[OUT_SIZE];
	size_t length;
	size_t sent;
};

/*
 * Send as much of what is owed as the socket takes. True: there is no more to
 * be sent. A remote that takes no more may have sent its reason before.
 */
static bool flush(struct handshake_run *run)
{
	for (;;) {
		ssize_t part;

		if (run->sent == run->length) {
			run->sent = 0;
			run->length = dt_session_write(run->session, run->out,
						       sizeof(run->out));
		}
		if (run->length == 0 || run->is_deaf)
			return true;
		part = send(run->fd, run->out + run->sent,
			    run->length - run->sent,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (part >= 0) {
			run->sent += (size_t)part;
		} else if (errno == EAGAIN) {
			return false;
		} else if (errno != EINTR) {
			run->sys_errno = errno;
			run->is_deaf = true;
		}
	}
}

void dti_handshake_last_word(dt_session *session, int fd)
{
	struct handshake_run run = {.session = session, .fd = fd};

	(void)flush(&run);
}

static int64_t end_phase(struct handshake_run *run)
{
	int64_t now_ms = dti_clock_ms();
	int64_t took_ms = now_ms - run->phase_began_ms;

	run->phase_began_ms = now_ms;
	return took_ms;
}

static void take(struct handshake_run *run, const uint8_t *bytes, size_t length)
{
	struct dt_message message;

	while (length > 0) {
		switch (dt_session_take(run->session, &bytes, &length,
					&message)) {
		case DT_SESSION_IDENTIFIED:
			run->session->info.auth_ms = end_phase(run);
			break;
		case DT_SESSION_OPENED:
			run->session->info.hello_ms = end_phase(run);
			break;
		default:
			break;
		}
	}
}

/* A fault of this machine: the remote does not know, and so has nothing to say. */
static bool is_ours(int sys_errno)
{
	return dt_outcome_is_local_fault(dti_tcp_outcome(sys_errno));
}

static void fail(struct handshake_run *run, int sys_errno)
{
	if (run->sys_errno == 0)
		run->sys_errno = sys_errno;
	dti_session_set_ending(
		run->session,
		is_ours(sys_errno) ? DT_ENDING_LOCAL_FAULT
				   : dti_session_closed_ending(run->session));
}

/* False: there is nothing to be read now. */
static bool read_some(struct handshake_run *run)
{
	uint8_t bytes[READ_SIZE];
	size_t needs = dt_session_needs(run->session);
	ssize_t part = recv(run->fd, bytes,
			    needs < sizeof(bytes) ? needs : sizeof(bytes),
			    MSG_DONTWAIT);

	if (part > 0)
		take(run, bytes, (size_t)part);
	else if (part == 0)
		dti_session_set_ending(run->session,
				       dti_session_closed_ending(run->session));
	else if (errno == EAGAIN)
		return false;
	else if (errno != EINTR)
		fail(run, errno);
	return true;
}

static void await(struct handshake_run *run, short events)
{
	switch (dt_op_wait(run->op, run->fd, events)) {
	case DT_OK:
		break;
	case DT_ERR_TIMED_OUT:
		dti_session_end(run->session,
				dti_session_silent_ending(run->session));
		break;
	case DT_ERR_CANCELLED:
		dti_session_end(run->session, DT_ENDING_LOCAL_REQUESTED);
		break;
	default:
		fail(run, errno);
		break;
	}
}

/* Until it is over, or open with nothing to be sent. */
static void step(struct handshake_run *run)
{
	const struct dt_session_info *info = dt_session_info(run->session);

	while (info->ending == DT_ENDING_NONE) {
		bool is_flushed = flush(run);

		if (run->is_deaf && (info->is_open || is_ours(run->sys_errno)))
			fail(run, run->sys_errno);
		else if (info->is_open && is_flushed)
			return;
		else if (info->is_open)
			await(run, POLLOUT);
		else if (!read_some(run))
			await(run, is_flushed ? POLLIN : POLLIN | POLLOUT);
	}
}

/* Or the remote has said why, before or after it took no more. */
static bool is_broken(enum dt_ending ending)
{
	return ending == DT_ENDING_AUTH_CLOSED ||
	       ending == DT_ENDING_HELLO_CLOSED || ending == DT_ENDING_CLOSED ||
	       ending == DT_ENDING_LOCAL_FAULT;
}

static enum dt_outcome outcome_of(const struct handshake_run *run,
				  enum dt_ending ending)
{
	return ending == DT_ENDING_LOCAL_FAULT ? dti_tcp_outcome(run->sys_errno)
					       : dti_ending_outcome(ending);
}

enum dt_outcome dti_handshake_run(dt_session *session, const struct dt_op *op,
				  int fd, struct dt_outcome_detail *detail)
{
	struct handshake_run run = {
		.session = session,
		.op = op,
		.fd = fd,
		.phase_began_ms = dti_clock_ms(),
	};
	enum dt_ending ending;

	*detail = (struct dt_outcome_detail){0};
	if (dt_op_cancelled(op))
		dti_session_end(session, DT_ENDING_LOCAL_REQUESTED);
	step(&run);
	ending = dt_session_info(session)->ending;
	if (ending == DT_ENDING_NONE)
		return DT_OUTCOME_CONNECTED;
	(void)flush(&run);
	detail->sys_errno = is_broken(ending) ? run.sys_errno : 0;
	detail->reason = (int32_t)ending;
	return outcome_of(&run, ending);
}
