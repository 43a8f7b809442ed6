/* SPDX-License-Identifier: MIT */
#include "workers/cmd/call.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/cmd/call_socket.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/signals.h"

#define NS_PER_MS     INT64_C(1000000)
#define PING_EVERY_NS (15000 * NS_PER_MS)

static int64_t after_ms(int64_t now_ns, int64_t duration_ms)
{
	return duration_ms > (INT64_MAX - now_ns) / NS_PER_MS
		       ? INT64_MAX
		       : now_ns + duration_ms * NS_PER_MS;
}

/* poll(2)'s timeout, rounded up. */
static int timeout_ms(int64_t until_ns)
{
	int64_t left_ns = until_ns - cmd_call_now_ns();

	if (left_ns <= 0)
		return 0;
	return left_ns > 3600000 * NS_PER_MS
		       ? 3600000
		       : (int)((left_ns + NS_PER_MS - 1) / NS_PER_MS);
}

static void read_signals(struct cmd_call *call)
{
	int number;

	while ((number = cmd_signals_next(call->signal_fd)) != 0) {
		if (number == SIGTSTP)
			(void)kill(getpid(), SIGSTOP);
		else if (number != SIGWINCH)
			call->is_interrupted = true;
	}
}

/* What the socket has for us; 0: a signal, or the time is over. */
static short wait_for(struct cmd_call *call, short events, int64_t until_ns)
{
	struct pollfd waits[] = {
		{.fd = call->fd, .events = events},
		{.fd = call->signal_fd, .events = POLLIN},
	};

	(void)poll(waits, 2, timeout_ms(until_ns));
	read_signals(call);
	if (call->is_interrupted)
		return 0;
	return waits[0].revents;
}

/* ---- connect ---- */

/* The error; 0: it is connected. */
static int finish_connect(struct cmd_call *call, int64_t deadline_ns)
{
	while (!call->is_interrupted) {
		if (wait_for(call, POLLOUT, deadline_ns) != 0)
			return cmd_call_socket_error(call->fd);
		if (cmd_call_now_ns() >= deadline_ns)
			return ETIMEDOUT;
	}
	return EINTR;
}

bool cmd_call_connect(struct cmd_call *call, const struct dt_endpoint *endpoint,
		      int64_t deadline_ns)
{
	int64_t began_ns = cmd_call_now_ns();
	struct dt_endpoint local = {.family = 0};
	int sys_errno = cmd_call_socket_open(&call->fd, endpoint);

	if (sys_errno == EINPROGRESS)
		sys_errno = finish_connect(call, deadline_ns);
	if (sys_errno == 0)
		local = cmd_call_socket_local(call->fd);
	cmd_call_report_connected(call->report, cmd_call_now_ns() - began_ns,
				  &local, endpoint, sys_errno);
	if (sys_errno == 0)
		return true;
	if (call->fd >= 0)
		(void)close(call->fd);
	call->fd = -1;
	return false;
}

/* ---- the session ---- */

static const struct dt_session_info *info_of(const struct cmd_call *call)
{
	return dt_session_info(call->session);
}

static bool is_over(const struct cmd_call *call)
{
	return call->ending != DT_ENDING_NONE;
}

static void end(struct cmd_call *call, enum dt_ending ending)
{
	if (!is_over(call))
		call->ending = ending;
}

/* The remote has gone, or does not answer. */
static enum dt_ending ending_of(const struct cmd_call *call,
				enum dt_ending in_auth, enum dt_ending in_hello,
				enum dt_ending when_open)
{
	if (info_of(call)->is_open)
		return when_open;
	return call->is_identified ? in_hello : in_auth;
}

static void end_closed(struct cmd_call *call, int sys_errno)
{
	call->sys_errno = sys_errno;
	end(call, ending_of(call, DT_ENDING_AUTH_CLOSED, DT_ENDING_HELLO_CLOSED,
			    DT_ENDING_CLOSED));
}

static void end_silent(struct cmd_call *call)
{
	end(call, ending_of(call, DT_ENDING_AUTH_TIMED_OUT,
			    DT_ENDING_HELLO_TIMED_OUT, DT_ENDING_SILENT));
}

static void say_sent(struct cmd_call *call, size_t bytes)
{
	const struct dt_session_info *info = info_of(call);

	if (info->ending != DT_ENDING_NONE)
		cmd_call_report_sent(call->report, "disconnect", bytes);
	else if (!call->is_identified)
		cmd_call_report_sent(call->report, "auth", bytes);
	else if (!info->is_open)
		cmd_call_report_sent(call->report, "hello", bytes);
}

/* True: there is no more to be sent. A remote that takes no more may have said
 * why. */
static bool flush(struct cmd_call *call)
{
	ssize_t part;

	for (;;) {
		if (call->out_sent == call->out_length) {
			call->out_sent = 0;
			call->out_length = dt_session_write(
				call->session, call->out, sizeof(call->out));
			if (call->out_length == 0)
				return true;
			say_sent(call, call->out_length);
		}
		part = send(call->fd, call->out + call->out_sent,
			    call->out_length - call->out_sent,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (part < 0)
			break;
		call->out_sent += (size_t)part;
	}
	if (errno == EAGAIN || errno == EINTR)
		return false;
	call->out_sent = call->out_length;
	return true;
}

static int64_t end_phase(struct cmd_call *call)
{
	int64_t now_ns = cmd_call_now_ns();
	int64_t took_ns = now_ns - call->phase_ns;

	call->phase_ns = now_ns;
	return took_ns;
}

static void ping(struct cmd_call *call)
{
	call->phase_ns = cmd_call_now_ns();
	call->ping_at_ns = INT64_MAX;
	call->deadline_ns = after_ms(call->phase_ns, call->timeout_ms);
	dt_session_ping(call->session);
}

static void note_opened(struct cmd_call *call)
{
	cmd_call_report_hello(call->report, end_phase(call), info_of(call));
	call->was_open = true;
	call->stay_until_ns = after_ms(call->phase_ns, call->stay_ms);
	ping(call);
}

static void note_ended(struct cmd_call *call)
{
	const struct dt_session_info *info = info_of(call);

	if (info->has_hello && !call->was_open)
		cmd_call_report_hello(call->report, end_phase(call), info);
	end(call, info->ending);
}

static void note_pong(struct cmd_call *call)
{
	if (call->ping_at_ns != INT64_MAX)
		return; /* nobody has asked */
	cmd_call_report_pong(call->report, end_phase(call));
	call->has_pong = true;
	call->ping_at_ns = call->phase_ns + PING_EVERY_NS;
	call->deadline_ns = INT64_MAX;
}

static void note(struct cmd_call *call, enum dt_session_event event,
		 const struct dt_message *message)
{
	switch (event) {
	case DT_SESSION_MORE:
	case DT_SESSION_ANNOUNCED:
		break;
	case DT_SESSION_IDENTIFIED:
		call->is_identified = true;
		cmd_call_report_ack(call->report, end_phase(call));
		break;
	case DT_SESSION_OPENED:
		note_opened(call);
		break;
	case DT_SESSION_PINGED:
		cmd_call_report_pinged(call->report);
		break;
	case DT_SESSION_PONGED:
		note_pong(call);
		break;
	case DT_SESSION_MESSAGE:
		cmd_call_report_message(call->report, info_of(call), message);
		break;
	case DT_SESSION_ENDED:
		note_ended(call);
		break;
	}
}

/* No more than is needed, so that what is said comes in its order. */
static void read_some(struct cmd_call *call)
{
	uint8_t bytes[4096];
	const uint8_t *input = bytes;
	size_t needs = dt_session_needs(call->session);
	ssize_t part = recv(call->fd, bytes,
			    needs < sizeof(bytes) ? needs : sizeof(bytes),
			    MSG_DONTWAIT);
	struct dt_message message = {.code = 0};
	size_t length = part > 0 ? (size_t)part : 0;

	if (part == 0)
		end_closed(call, 0);
	else if (part < 0 && errno != EAGAIN && errno != EINTR)
		end_closed(call, errno);
	while (length > 0) {
		enum dt_session_event event = dt_session_take(
			call->session, &input, &length, &message);

		note(call, event, &message);
	}
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
	return a_ns < b_ns ? a_ns : b_ns;
}

static bool is_done(const struct cmd_call *call, int64_t now_ns)
{
	return call->has_pong && now_ns >= call->stay_until_ns;
}

static int64_t next_ns(const struct cmd_call *call)
{
	int64_t until_ns = earlier(call->deadline_ns, call->ping_at_ns);

	return call->has_pong ? earlier(until_ns, call->stay_until_ns)
			      : until_ns;
}

static void step(struct cmd_call *call)
{
	bool is_flushed = flush(call);
	int64_t now_ns = cmd_call_now_ns();

	if (call->is_interrupted || call->report->is_cut ||
	    is_done(call, now_ns)) {
		end(call, DT_ENDING_LOCAL_QUITTING);
	} else if (now_ns >= call->deadline_ns) {
		end_silent(call);
	} else if (now_ns >= call->ping_at_ns) {
		ping(call);
	} else {
		short events = is_flushed ? POLLIN : POLLIN | POLLOUT;

		if ((wait_for(call, events, next_ns(call)) & ~POLLOUT) != 0)
			read_some(call);
	}
}

static void hang_up(struct cmd_call *call)
{
	enum dt_ending reason = call->ending == DT_ENDING_LOCAL_QUITTING
					? DT_ENDING_REMOTE_QUITTING
					: DT_ENDING_REMOTE_TIMEOUT;

	/* A session that is over stays as it is. */
	dt_session_disconnect(call->session, reason);
	(void)flush(call);
	cmd_call_report_end(call->report, call->was_open, call->ending,
			    call->sys_errno);
	dt_session_destroy(call->session);
	(void)close(call->fd);
}

bool cmd_call_speak(struct cmd_call *call, const struct dt_node_id *id)
{
	dt_err err = dt_rlpx_call(call->rlpx, &call->session, id);

	if (err != DT_OK) {
		cmd_complain("peer: %s",
			     err == DT_ERR_ARGUMENT
				     ? "the id is no public key: it is not on "
				       "the curve"
				     : dt_err_text(err));
		(void)close(call->fd);
		return false;
	}
	call->phase_ns = cmd_call_now_ns();
	call->deadline_ns = after_ms(call->phase_ns, call->timeout_ms);
	call->ping_at_ns = INT64_MAX;
	while (!is_over(call))
		step(call);
	hang_up(call);
	return call->ending == DT_ENDING_LOCAL_QUITTING && call->has_pong;
}
