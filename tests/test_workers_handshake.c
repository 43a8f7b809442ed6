/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/handshake.h"

#include "tests/harness.h"
#include "tests/scripted_remote.h"

#define LONG_MS  60000 /* no test waits so long */
#define SHORT_MS 250   /* waited for to the end; all else must fit in */

/* The near end. */
struct near {
	struct dti_session_owner owner;
	dt_session *session;
	struct sockets_op op;
	struct dt_outcome_detail detail;
	int fd;
};

static struct scripted_remote remote; /* each test is a process */
static struct near near;

static void init(int64_t timeout_ms)
{
	struct dti_session_options options = session_options(1);

	cr_assert_eq(dti_session_owner_init(&near.owner, &options, NULL),
		     DT_OK);
	sockets_op_init(&near.op, timeout_ms);
	scripted_init(&remote);
}

static void fini(void)
{
	dt_session_destroy(near.session);
	if (near.fd >= 0)
		close(near.fd);
	scripted_end(&remote);
	scripted_fini(&remote);
	sockets_op_fini(&near.op);
	dti_session_owner_fini(&near.owner);
}

/* The near end calls. */
static void begin(void (*script)(struct scripted_remote *remote))
{
	struct dt_node_id id = session_id(SCRIPTED_KEY);

	cr_assert_eq(dti_session_open_call(&near.owner, &near.session, &id),
		     DT_OK);
	near.fd = scripted_begin(&remote, script, NULL);
}

/* The near end is called. */
static void begin_inbound(void (*script)(struct scripted_remote *remote))
{
	cr_assert_eq(dti_session_open_answer(&near.owner, &near.session),
		     DT_OK);
	near.fd = scripted_begin(&remote, script, NULL);
}

static enum dt_outcome run(void)
{
	memset(&near.detail, 0xff, sizeof(near.detail));
	return dti_handshake_run(near.session, &near.op.op, near.fd,
				 &near.detail);
}

static enum dt_outcome call(void (*script)(struct scripted_remote *remote))
{
	begin(script);
	return run();
}

static void check_ending(enum dt_ending ending)
{
	const struct dt_session_info *info = dt_session_info(near.session);

	cr_assert_eq(info->ending, ending, "%s", dt_ending_name(info->ending));
	cr_assert_eq(near.detail.reason, (int32_t)ending);
	cr_assert_not(info->is_open);
	cr_assert_not(dt_session_owes(near.session));
}

static void check_open(void)
{
	const struct dt_session_info *info = dt_session_info(near.session);

	cr_assert(info->is_open);
	cr_assert_eq(info->ending, DT_ENDING_NONE);
	cr_assert_str_eq(info->hello.client, near.owner.client);
	cr_assert_geq(info->auth_ms, 0);
	cr_assert_geq(info->hello_ms, 0);
	cr_assert_eq(near.detail.reason, 0);
	cr_assert_eq(near.detail.sys_errno, 0);
	cr_assert_not(dt_session_owes(near.session));
}

Test(workers_handshake, a_good_remote_becomes_a_peer, .timeout = 60)
{
	init(LONG_MS);
	cr_assert_eq(call(scripted_be_good), DT_OUTCOME_CONNECTED);
	check_open();
	fini();
}

/* As an inbound connection has it. */
static void dial(struct scripted_remote *self)
{
	struct dt_node_id id = session_id(1);

	dt_session_destroy(self->side.session);
	cr_assert_eq(dti_session_open_call(&self->side.owner,
					   &self->side.session, &id),
		     DT_OK);
	session_side_write(&self->side);
	scripted_send(self);
}

static void dial_and_be_good(struct scripted_remote *self)
{
	dial(self);
	scripted_be_good(self);
}

Test(workers_handshake, a_good_remote_that_calls_becomes_one_too, .timeout = 60)
{
	init(LONG_MS);
	begin_inbound(dial_and_be_good);
	cr_assert_eq(run(), DT_OUTCOME_CONNECTED);
	check_open();
	fini();
}

static void ping_at_once(struct scripted_remote *self)
{
	scripted_identify(self);
	session_side_write(&self->side);
	scripted_write_hex(self, "020100c0");
	scripted_send(self);
	scripted_await_close(self);
}

Test(workers_handshake, what_is_behind_hello_stays_in_the_socket, .timeout = 60)
{
	uint8_t bytes[200];
	ssize_t length;
	const uint8_t *input = bytes;
	size_t left;
	struct dt_message message;

	init(LONG_MS);
	cr_assert_eq(call(ping_at_once), DT_OUTCOME_CONNECTED);
	length = recv(near.fd, bytes, sizeof(bytes), 0);
	cr_assert_eq(length, 64);
	left = (size_t)length;
	while (left > 0 && dt_session_take(near.session, &input, &left,
					   &message) != DT_SESSION_PINGED)
		continue;
	cr_assert(dt_session_owes(near.session));
	fini();
}

static void have_no_room(struct scripted_remote *self)
{
	scripted_identify(self);
	dt_session_disconnect(self->side.session, DT_ENDING_REMOTE_TOO_MANY);
	session_side_write(&self->side);
	scripted_send(self);
}

/* Also if it has closed when our Hello comes. */
Test(workers_handshake, a_remotes_reason_decides_the_outcome, .timeout = 60)
{
	init(LONG_MS);
	cr_assert_eq(call(have_no_room), DT_OUTCOME_TOO_MANY_PEERS);
	check_ending(DT_ENDING_REMOTE_TOO_MANY);
	fini();
}

static void close_at_once(struct scripted_remote *self)
{
	close(self->fd);
	self->fd = -1;
}

static void read_and_shut(struct scripted_remote *self)
{
	scripted_identify(self);
	shutdown(self->fd, SHUT_WR);
	scripted_await_close(self);
}

static void acknowledge_and_shut(struct scripted_remote *self)
{
	scripted_acknowledge(self);
	shutdown(self->fd, SHUT_WR);
	scripted_await_close(self);
}

Test(workers_handshake, a_remote_that_closes_has_reset_the_dial, .timeout = 60)
{
	init(LONG_MS);
	cr_assert_eq(call(close_at_once), DT_OUTCOME_RESET);
	check_ending(DT_ENDING_AUTH_CLOSED);
	fini();
	init(LONG_MS);
	cr_assert_eq(call(read_and_shut), DT_OUTCOME_RESET);
	check_ending(DT_ENDING_AUTH_CLOSED);
	cr_assert_eq(near.detail.sys_errno, 0);
	fini();
	init(LONG_MS);
	cr_assert_eq(call(acknowledge_and_shut), DT_OUTCOME_RESET);
	check_ending(DT_ENDING_HELLO_CLOSED);
	fini();
}

static void read_and_reset(struct scripted_remote *self)
{
	scripted_identify(self);
	scripted_reset(self);
}

Test(workers_handshake, a_reset_keeps_its_errno, .timeout = 60)
{
	init(LONG_MS);
	cr_assert_eq(call(read_and_reset), DT_OUTCOME_RESET);
	check_ending(DT_ENDING_AUTH_CLOSED);
	cr_assert_eq(near.detail.sys_errno, ECONNRESET);
	fini();
}

/* What the remote was told at last; NONE: nothing. */
static enum dt_ending told;

static void note_last_word(struct scripted_remote *self)
{
	told = scripted_read(self) == DT_SESSION_ENDED
		       ? dt_session_info(self->side.session)->ending
		       : DT_ENDING_NONE;
}

static void stall_after_ack(struct scripted_remote *self)
{
	scripted_acknowledge(self);
	cr_assert_eq(scripted_read(self), DT_SESSION_OPENED);
	note_last_word(self);
}

Test(workers_handshake, a_remote_that_is_silent_times_out, .timeout = 60)
{
	init(SHORT_MS);
	cr_assert_eq(call(scripted_await_close), DT_OUTCOME_SETUP_TIMED_OUT);
	check_ending(DT_ENDING_AUTH_TIMED_OUT);
	fini();
}

Test(workers_handshake, who_is_silent_before_hello_is_told_why, .timeout = 60)
{
	init(SHORT_MS);
	cr_assert_eq(call(stall_after_ack), DT_OUTCOME_SETUP_TIMED_OUT);
	check_ending(DT_ENDING_HELLO_TIMED_OUT);
	fini();
	cr_assert_eq(told, DT_ENDING_REMOTE_TIMEOUT);
}

static void cancel_after_hello(struct scripted_remote *self)
{
	scripted_acknowledge(self);
	cr_assert_eq(scripted_read(self), DT_SESSION_OPENED);
	dti_cancel_raise(&near.op.cancel);
	note_last_word(self);
}

Test(workers_handshake, a_dial_that_is_cancelled_says_good_bye, .timeout = 60)
{
	init(LONG_MS);
	cr_assert_eq(call(cancel_after_hello), DT_OUTCOME_CANCELLED);
	check_ending(DT_ENDING_LOCAL_REQUESTED);
	fini();
	cr_assert_eq(told, DT_ENDING_REMOTE_REQUESTED);
}

static size_t bytes_read; /* of what came until the close */

static void count_bytes(struct scripted_remote *self)
{
	uint8_t byte;

	bytes_read = 0;
	while (recv(self->fd, &byte, 1, 0) == 1)
		bytes_read++;
}

Test(workers_handshake, cancelled_before_it_begins_it_says_nothing,
     .timeout = 60)
{
	init(LONG_MS);
	dti_cancel_raise(&near.op.cancel);
	cr_assert_eq(call(count_bytes), DT_OUTCOME_CANCELLED);
	check_ending(DT_ENDING_LOCAL_REQUESTED);
	fini();
	cr_assert_eq(bytes_read, 0);
}

static void ping_before_hello(struct scripted_remote *self)
{
	scripted_acknowledge(self);
	scripted_write_hex(self, "02c0");
	scripted_send(self);
	while (told == DT_ENDING_NONE && scripted_read(self) != DT_SESSION_MORE)
		told = dt_session_info(self->side.session)->ending;
}

Test(workers_handshake, a_remote_that_is_refused_is_told_why, .timeout = 60)
{
	init(LONG_MS);
	cr_assert_eq(call(ping_before_hello), DT_OUTCOME_SETUP_FAILED);
	check_ending(DT_ENDING_NO_HELLO);
	fini();
	cr_assert_eq(told, DT_ENDING_REMOTE_BREACH);
}

/* Until the socket takes no more. Returns how many. */
static size_t fill_up(int fd)
{
	static const uint8_t junk[4096];
	const int least = 1;
	size_t filled = 0;
	ssize_t part;

	/* Little memory, or the kernel would take megabytes. */
	cr_assert_eq(
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &least, sizeof(least)),
		0);
	while ((part = send(fd, junk, sizeof(junk), MSG_NOSIGNAL)) > 0)
		filled += (size_t)part;
	cr_assert_eq(errno, EAGAIN);
	return filled;
}

static size_t junk_length; /* that is before the auth */
static sem_t is_filled;
static pid_t near_thread;

static void skip_junk(struct scripted_remote *self)
{
	uint8_t bytes[65536];

	sockets_wait(&is_filled);
	sockets_until_asleep(near_thread);
	while (junk_length > 0) {
		ssize_t part = recv(self->fd, bytes,
				    junk_length < sizeof(bytes) ? junk_length
								: sizeof(bytes),
				    0);

		cr_assert_gt(part, 0);
		junk_length -= (size_t)part;
	}
	scripted_be_good(self);
}

Test(workers_handshake, it_waits_until_the_socket_takes_more, .timeout = 60)
{
	init(LONG_MS);
	sem_init(&is_filled, 0, 0);
	near_thread = sockets_thread_id();
	begin(skip_junk);
	junk_length = fill_up(near.fd);
	sem_post(&is_filled);
	cr_assert_eq(run(), DT_OUTCOME_CONNECTED);
	check_open();
	fini();
}

Test(workers_handshake, a_socket_that_is_none_is_this_machines_fault,
     .timeout = 60)
{
	init(LONG_MS);
	begin(scripted_await_close);
	close(near.fd);
	near.fd = -1;
	cr_assert_eq(run(), DT_OUTCOME_LOCAL_FAULT);
	check_ending(DT_ENDING_LOCAL_FAULT);
	cr_assert_eq(near.detail.sys_errno, EBADF);
	fini();
}

/* As without memory for what is sent: the remote still waits for it. */
Test(workers_handshake, what_cannot_be_sent_is_not_the_remotes_silence,
     .timeout = 60)
{
	init(LONG_MS);
	begin(scripted_await_close);
	close(near.fd);
	near.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(run(), DT_OUTCOME_LOCAL_FAULT);
	check_ending(DT_ENDING_LOCAL_FAULT);
	cr_assert_eq(near.detail.sys_errno, EDESTADDRREQ);
	fini();
}

static void dial_and_listen(struct scripted_remote *self)
{
	dial(self);
	cr_assert_eq(scripted_read(self), DT_SESSION_IDENTIFIED);
	note_last_word(self);
}

/* Until the caller is identified. */
static void read_auth(void)
{
	uint8_t bytes[2048];
	struct dt_message message;

	while (!dt_session_owes(near.session)) {
		const uint8_t *input = bytes;
		size_t length;
		ssize_t part;

		cr_assert_eq(dt_op_wait(&near.op.op, near.fd, POLLIN), DT_OK);
		part = recv(near.fd, bytes, dt_session_needs(near.session), 0);
		cr_assert_gt(part, 0);
		length = (size_t)part;
		dt_session_take(near.session, &input, &length, &message);
	}
}

Test(workers_handshake, a_last_word_takes_the_place_of_hello, .timeout = 60)
{
	init(LONG_MS);
	begin_inbound(dial_and_listen);
	read_auth();
	dti_session_end(near.session, DT_ENDING_LOCAL_TOO_MANY);
	dti_handshake_last_word(near.session, near.fd);
	cr_assert_not(dt_session_owes(near.session));
	fini();
	cr_assert_eq(told, DT_ENDING_REMOTE_TOO_MANY);
}
