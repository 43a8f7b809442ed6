/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/container.h"

#include "workers/line.h"

#include "tests/harness.h"
#include "tests/session_pair.h"

static const struct dt_allocator libc_allocator;

static int kernel_says; /* to the next send(2); 0: what it really says */

/* In place of libc's. */
ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
	if (kernel_says == 0)
		return sendto(fd, bytes, length, flags, NULL, 0);
	errno = kernel_says;
	return -1;
}

/* A line whose session is open, and the other end of its socket. */
struct setting {
	struct session_pair pair;
	struct dti_slab rests;
	struct dti_line line;
	int remote;
};

static struct setting setting; /* each test is a process */

static void begin(size_t rests)
{
	int ends[2];

	session_pair_init(&setting.pair);
	session_pair_open(&setting.pair);
	dti_slab_init(&setting.rests, sizeof(struct dti_line_rest), rests,
		      &libc_allocator);
	cr_assert_eq(socketpair(AF_UNIX,
				SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
				ends),
		     0);
	setting.line = (struct dti_line){
		.fd = ends[0],
		.session = setting.pair.caller.session,
		.blocked_ms = -1,
	};
	setting.remote = ends[1];
}

static void end(void)
{
	dti_line_forget_rest(&setting.line, &setting.rests);
	dti_slab_fini(&setting.rests);
	close(setting.line.fd);
	close(setting.remote);
	session_pair_fini(&setting.pair);
}

/* Until the socket takes nothing more; how many bytes that are. */
static size_t fill_socket(void)
{
	static const char junk[1000];
	size_t size = sizeof(junk);
	size_t filled = 0;

	while (size > 0) {
		ssize_t sent = send(setting.line.fd, junk, size, MSG_NOSIGNAL);

		if (sent > 0)
			filled += (size_t)sent;
		else
			size /= 2;
	}
	return filled;
}

static void drain(size_t length)
{
	char bytes[4096];

	while (length > 0) {
		ssize_t got = recv(
			setting.remote, bytes,
			length < sizeof(bytes) ? length : sizeof(bytes), 0);

		cr_assert_gt(got, 0, "%s", strerror(errno));
		length -= (size_t)got;
	}
}

/* What is in the socket is what the other side's session takes. */
static void deliver(void)
{
	uint8_t bytes[DT_SESSION_WRITE_SIZE];
	ssize_t got = recv(setting.remote, bytes, sizeof(bytes), 0);

	cr_assert_gt(got, 0, "%s", strerror(errno));
	session_side_take(&setting.pair.answerer, bytes, (size_t)got);
}

Test(workers_line, what_is_owed_is_sent)
{
	begin(SIZE_MAX);
	dt_session_ping(setting.line.session);

	cr_assert(dti_line_flush(&setting.line, &setting.rests, 7));

	cr_assert_null(setting.line.rest);
	cr_assert_eq(setting.line.blocked_ms, -1);
	cr_assert_not(dt_session_owes(setting.line.session));
	deliver();
	cr_assert_eq(session_side_last(&setting.pair.answerer),
		     DT_SESSION_PINGED);
	end();
}

Test(workers_line, what_the_socket_does_not_take_is_sent_later)
{
	size_t filled;

	begin(SIZE_MAX);
	filled = fill_socket();
	dt_session_ping(setting.line.session);

	cr_assert(dti_line_flush(&setting.line, &setting.rests, 7));
	cr_assert_not_null(setting.line.rest);
	cr_assert_eq(setting.line.blocked_ms, 7);
	/* More is not made before that is gone. */
	dt_session_ping(setting.line.session);
	cr_assert(dti_line_flush(&setting.line, &setting.rests, 8));
	cr_assert(dt_session_owes(setting.line.session));
	cr_assert_eq(setting.line.blocked_ms, 7);

	drain(filled);
	cr_assert(dti_line_flush(&setting.line, &setting.rests, 9));
	cr_assert_null(setting.line.rest);
	cr_assert_eq(setting.line.blocked_ms, -1);
	deliver();
	cr_assert_eq(
		session_side_count(&setting.pair.answerer, DT_SESSION_PINGED),
		2);
	end();
}

/* A few bytes at a time, frames stay whole. */
Test(workers_line, a_rest_may_go_in_any_pieces)
{
	size_t filled;
	size_t pieces = 0;

	begin(SIZE_MAX);
	filled = fill_socket();
	dt_session_ping(setting.line.session);
	cr_assert(dti_line_flush(&setting.line, &setting.rests, 1));
	while (setting.line.rest) {
		cr_assert_leq(pieces, filled);
		drain(1);
		pieces++;
		cr_assert(dti_line_flush(&setting.line, &setting.rests, 2));
	}
	drain(filled - pieces);
	deliver();

	cr_assert_eq(session_side_last(&setting.pair.answerer),
		     DT_SESSION_PINGED);
	end();
}

Test(workers_line, without_memory_for_a_rest_it_says_so)
{
	begin(0);
	(void)fill_socket();
	dt_session_ping(setting.line.session);

	cr_assert_not(dti_line_flush(&setting.line, &setting.rests, 7));

	cr_assert_null(setting.line.rest);
	end();
}

/* Epoll says that there is room all the while: nobody would wait for any. */
Test(workers_line, without_memory_of_the_kernel_it_says_so)
{
	static const int errors[] = {ENOBUFS, ENOMEM};

	for (size_t i = 0; i < dti_array_length(errors); i++) {
		begin(SIZE_MAX);
		(void)fill_socket();
		dt_session_ping(setting.line.session);
		kernel_says = errors[i];
		cr_assert_not(dti_line_flush(&setting.line, &setting.rests, 7));
		cr_assert_not(setting.line.is_broken);

		/* Nor when there is a rest. */
		kernel_says = 0;
		dt_session_ping(setting.line.session);
		cr_assert(dti_line_flush(&setting.line, &setting.rests, 8));
		cr_assert_not_null(setting.line.rest);
		kernel_says = errors[i];
		cr_assert_not(dti_line_flush(&setting.line, &setting.rests, 9));
		kernel_says = 0;
		end();
	}
}

Test(workers_line, what_nobody_can_read_is_forgotten)
{
	begin(SIZE_MAX);
	close(setting.remote);
	dt_session_ping(setting.line.session);

	cr_assert(dti_line_flush(&setting.line, &setting.rests, 7));

	cr_assert(setting.line.is_broken);
	cr_assert_null(setting.line.rest);
	cr_assert_not(dt_session_owes(setting.line.session));
	setting.remote = dup(setting.line.fd);
	end();
}

Test(workers_line, it_is_watched_for_room_while_there_is_a_rest)
{
	struct epoll_event event;
	size_t filled;
	int epoll_fd = epoll_create1(EPOLL_CLOEXEC);

	begin(SIZE_MAX);
	cr_assert(dti_line_watch(&setting.line, epoll_fd));
	cr_assert_eq(epoll_wait(epoll_fd, &event, 1, 0), 0);
	filled = fill_socket();
	dt_session_ping(setting.line.session);
	cr_assert(dti_line_flush(&setting.line, &setting.rests, 7));
	cr_assert(dti_line_watch(&setting.line, epoll_fd));
	cr_assert_eq(epoll_wait(epoll_fd, &event, 1, 0), 0);

	drain(filled);
	cr_assert_eq(epoll_wait(epoll_fd, &event, 1, 0), 1);
	cr_assert_eq(event.data.ptr, &setting.line);
	cr_assert_eq(event.events, (uint32_t)EPOLLOUT);
	cr_assert(dti_line_flush(&setting.line, &setting.rests, 8));
	cr_assert(dti_line_watch(&setting.line, epoll_fd));
	cr_assert_eq(epoll_wait(epoll_fd, &event, 1, 0), 0);

	cr_assert_eq(send(setting.remote, "x", 1, 0), 1);
	cr_assert_eq(epoll_wait(epoll_fd, &event, 1, 0), 1);
	cr_assert_eq(event.events, (uint32_t)EPOLLIN);
	close(epoll_fd);
	end();
}

Test(workers_line, what_cannot_be_watched_is_said)
{
	begin(SIZE_MAX);

	cr_assert_not(dti_line_watch(&setting.line, setting.remote));

	cr_assert_eq(setting.line.watched, 0);
	end();
}

Test(workers_line, the_kernel_is_to_keep_little_for_it)
{
	socklen_t size = sizeof(int);
	int bytes = 0;

	begin(SIZE_MAX);
	dti_line_limit_buffers(&setting.line);

	cr_assert_eq(getsockopt(setting.line.fd, SOL_SOCKET, SO_SNDBUF, &bytes,
				&size),
		     0);
	cr_assert_leq(bytes, 128 * 1024);
	cr_assert_eq(getsockopt(setting.line.fd, SOL_SOCKET, SO_RCVBUF, &bytes,
				&size),
		     0);
	cr_assert_leq(bytes, 1024 * 1024);
	end();
}
