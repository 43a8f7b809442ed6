/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers/tcp.h"

#include "tests/harness.h"
#include "tests/sockets.h"

#define LONG_MS  3600000
#define SHORT_MS 30

#define UNTOUCHED (-7)

/* One connect and all that it answers. */
struct attempt {
	enum dt_outcome outcome;
	struct dt_outcome_detail detail;
	int fd;
};

static struct attempt try_connect(const struct dt_op *op,
				  const struct dt_endpoint *to)
{
	struct attempt attempt = {
		.detail = {.sys_errno = -1, .reason = -1},
		.fd = UNTOUCHED,
	};

	attempt.outcome = dti_tcp_connect(&attempt.fd, &attempt.detail, op, to);
	return attempt;
}

static struct attempt try_within(int64_t timeout_ms,
				 const struct dt_endpoint *to)
{
	struct sockets_op op;
	struct attempt attempt;

	sockets_op_init(&op, timeout_ms);
	attempt = try_connect(&op.op, to);
	sockets_op_fini(&op);
	return attempt;
}

static void check_failed(const struct attempt *attempt, enum dt_outcome outcome,
			 int sys_errno)
{
	cr_assert_eq(attempt->outcome, outcome, "%s",
		     dt_outcome_name(attempt->outcome));
	cr_assert_eq(attempt->detail.sys_errno, sys_errno, "%d",
		     attempt->detail.sys_errno);
	cr_assert_eq(attempt->detail.reason, 0);
	cr_assert_eq(attempt->fd, UNTOUCHED);
}

static struct dt_endpoint ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d,
			       uint16_t port)
{
	return (struct dt_endpoint){
		.ip = {a, b, c, d}, .family = 4, .tcp_port = port};
}

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof(value);

	cr_assert_eq(getsockopt(fd, level, name, &value, &size), 0);
	return value;
}

/* How many sockets of this network are on their way to 127.0.0.1:@port. */
static size_t count_connecting(uint16_t port)
{
	FILE *file = fopen("/proc/self/net/tcp", "re");
	char line[512];
	char wanted[32];
	size_t count = 0;

	/* "sl: local:port remote:port state", where 02 is SYN sent */
	snprintf(wanted, sizeof(wanted), " 0100007F:%04X 02 ", port);
	cr_assert_not_null(file);
	while (fgets(line, sizeof(line), file))
		count += strstr(line, wanted) != NULL;
	fclose(file);
	return count;
}

static void check_connects(uint8_t family)
{
	struct dt_endpoint at;
	int listener = sockets_listen(&at, family, 1);
	struct attempt attempt;
	int accepted;
	char byte = '\0';

	if (listener < 0)
		cr_skip("no such family here");
	attempt = try_within(LONG_MS, &at);

	cr_assert_eq(attempt.outcome, DT_OUTCOME_CONNECTED);
	cr_assert_eq(attempt.detail.sys_errno, 0);
	cr_assert_geq(attempt.fd, 0);
	cr_assert_eq(option(attempt.fd, IPPROTO_TCP, TCP_NODELAY), 1);
	cr_assert(fcntl(attempt.fd, F_GETFL) & O_NONBLOCK);
	cr_assert(fcntl(attempt.fd, F_GETFD) & FD_CLOEXEC);
	accepted = accept(listener, NULL, NULL);
	cr_assert_eq(write(accepted, "x", 1), 1);
	cr_assert_eq(poll(&(struct pollfd){.fd = attempt.fd, .events = POLLIN},
			  1, -1),
		     1);
	cr_assert_eq(read(attempt.fd, &byte, 1), 1);
	cr_assert_eq(byte, 'x');
	close(accepted);
	close(attempt.fd);
	close(listener);
}

Test(workers_tcp, it_connects_over_ipv4, .timeout = 10)
{
	check_connects(4);
}

Test(workers_tcp, it_connects_over_ipv6, .timeout = 10)
{
	check_connects(6);
}

Test(workers_tcp, a_port_without_listener_refuses, .timeout = 10)
{
	struct dt_endpoint at;
	int bound = sockets_listen(&at, 4, -1);
	size_t before = sockets_count_open();
	struct attempt attempt = try_within(LONG_MS, &at);

	check_failed(&attempt, DT_OUTCOME_REFUSED, ECONNREFUSED);
	cr_assert_eq(sockets_count_open(), before);
	close(bound);
}

Test(workers_tcp, a_node_that_swallows_times_out, .timeout = 10)
{
	struct dt_endpoint at;
	int filler;
	int listener = sockets_swallow(&at, &filler);
	size_t before = sockets_count_open();
	struct attempt attempt = try_within(SHORT_MS, &at);

	check_failed(&attempt, DT_OUTCOME_TIMED_OUT, 0);
	cr_assert_eq(sockets_count_open(), before);
	cr_assert_eq(count_connecting(at.tcp_port), 0);
	close(filler);
	close(listener);
}

Test(workers_tcp, a_deadline_in_the_past_times_out_at_once, .timeout = 10)
{
	struct dt_endpoint at;
	int listener = sockets_listen(&at, 4, 1);
	struct attempt attempt = try_within(-1000, &at);

	check_failed(&attempt, DT_OUTCOME_TIMED_OUT, 0);
	close(listener);
}

Test(workers_tcp, a_cancelled_op_does_not_even_begin, .timeout = 10)
{
	struct dt_endpoint at;
	int listener = sockets_listen(&at, 4, 1);
	struct sockets_op op;
	struct attempt attempt;

	sockets_op_init(&op, LONG_MS);
	dti_cancel_raise(&op.cancel);
	fcntl(listener, F_SETFL, O_NONBLOCK);

	attempt = try_connect(&op.op, &at);

	check_failed(&attempt, DT_OUTCOME_CANCELLED, 0);
	cr_assert_lt(accept(listener, NULL, NULL), 0);
	cr_assert_eq(errno, EAGAIN);
	sockets_op_fini(&op);
	close(listener);
}

/* A connect on another thread. */
struct dial {
	const struct dt_op *op;
	const struct dt_endpoint *to;
	struct attempt attempt;
	sem_t running;
	pid_t thread_id; /* set before the gate opens */
};

static void *dial_in_thread(void *argument)
{
	struct dial *dial = argument;

	dial->thread_id = sockets_thread_id();
	sem_post(&dial->running);
	dial->attempt = try_connect(dial->op, dial->to);
	return NULL;
}

Test(workers_tcp, a_cancel_cuts_a_connect_and_nothing_lingers, .timeout = 10)
{
	struct dt_endpoint at;
	int filler;
	int listener = sockets_swallow(&at, &filler);
	size_t before = sockets_count_open();
	struct sockets_op op;
	struct dial dial = {.op = &op.op, .to = &at};
	pthread_t thread;

	sockets_op_init(&op, LONG_MS);
	sem_init(&dial.running, 0, 0);
	cr_assert_eq(pthread_create(&thread, NULL, dial_in_thread, &dial), 0);
	sockets_wait(&dial.running);
	while (count_connecting(at.tcp_port) != 1)
		sched_yield();
	sockets_until_asleep(dial.thread_id);
	dti_cancel_raise(&op.cancel);
	pthread_join(thread, NULL);

	check_failed(&dial.attempt, DT_OUTCOME_CANCELLED, 0);
	cr_assert_eq(count_connecting(at.tcp_port), 0);
	sockets_op_fini(&op);
	cr_assert_eq(sockets_count_open(), before);
	close(filler);
	close(listener);
}

Test(workers_tcp, a_reset_after_the_connect_has_its_outcome, .timeout = 10)
{
	struct dt_endpoint at;
	int listener = sockets_listen(&at, 4, 1);
	struct attempt attempt = try_within(LONG_MS, &at);
	struct pollfd readable = {.fd = attempt.fd, .events = POLLIN};
	char byte;

	cr_assert_eq(attempt.outcome, DT_OUTCOME_CONNECTED);
	sockets_reset(accept(listener, NULL, NULL));

	cr_assert_eq(poll(&readable, 1, -1), 1);
	cr_assert_eq(read(attempt.fd, &byte, 1), -1);
	cr_assert_eq(dti_tcp_outcome(errno), DT_OUTCOME_RESET);
	close(attempt.fd);
	close(listener);
}

Test(workers_tcp, broadcast_and_multicast_are_unreachable, .timeout = 10)
{
	struct dt_endpoint everybody = ipv4(255, 255, 255, 255, 30303);
	struct dt_endpoint many = ipv4(224, 0, 0, 1, 30303);
	struct attempt attempt = try_within(LONG_MS, &everybody);

	check_failed(&attempt, DT_OUTCOME_UNREACHABLE, ENETUNREACH);
	attempt = try_within(LONG_MS, &many);
	check_failed(&attempt, DT_OUTCOME_UNREACHABLE, ENETUNREACH);
}

Test(workers_tcp, a_link_local_address_is_no_local_fault, .timeout = 10)
{
	struct dt_endpoint link_local = {
		.ip = {0xfe, 0x80, [15] = 1}, .family = 6, .tcp_port = 30303};
	struct dt_endpoint probe;
	int listener = sockets_listen(&probe, 6, 1);
	struct attempt attempt;

	if (listener < 0)
		cr_skip("no IPv6 here");
	attempt = try_within(LONG_MS, &link_local);

	check_failed(&attempt, DT_OUTCOME_UNREACHABLE, EINVAL);
	close(listener);
}

Test(workers_tcp, no_address_is_unreachable)
{
	struct dt_endpoint nowhere = {.tcp_port = 30303};
	struct attempt attempt = try_within(LONG_MS, &nowhere);

	check_failed(&attempt, DT_OUTCOME_UNREACHABLE, EAFNOSUPPORT);
}

Test(workers_tcp, without_descriptors_it_is_a_local_fault)
{
	struct dt_endpoint at;
	int listener = sockets_listen(&at, 4, 1);
	struct sockets_op op;
	struct attempt attempt;

	sockets_op_init(&op, LONG_MS);
	sockets_forbid_more();
	attempt = try_connect(&op.op, &at);

	check_failed(&attempt, DT_OUTCOME_NO_DESCRIPTORS, EMFILE);
	cr_assert(dt_outcome_is_local_fault(attempt.outcome));
	sockets_op_fini(&op);
	close(listener);
}

Test(workers_tcp, a_network_that_is_down_is_unreachable, .timeout = 10)
{
	struct dt_endpoint at = ipv4(127, 0, 0, 1, 30303);
	struct attempt attempt;

	if (!sockets_own_network())
		cr_skip("no network namespace");
	attempt = try_within(LONG_MS, &at);

	check_failed(&attempt, DT_OUTCOME_UNREACHABLE, ENETUNREACH);
}

/* Linux says EADDRNOTAVAIL here, as when all ports are taken. */
Test(workers_tcp, no_source_address_is_not_no_ports, .timeout = 10)
{
	struct dt_endpoint at = {
		.ip = {[15] = 1}, .family = 6, .tcp_port = 30303};
	struct dt_endpoint probe;
	int listener = sockets_listen(&probe, 6, 1);
	struct attempt attempt;

	if (listener < 0 || !sockets_own_network())
		cr_skip("no IPv6 or no network namespace");
	attempt = try_within(LONG_MS, &at);

	check_failed(&attempt, DT_OUTCOME_UNREACHABLE, EADDRNOTAVAIL);
	close(listener);
}

Test(workers_tcp, all_ports_taken_is_a_local_fault, .timeout = 10)
{
	struct dt_endpoint at;
	struct attempt first;
	struct attempt second;
	int listener;

	if (!sockets_own_network())
		cr_skip("no network namespace");
	sockets_up_with_one_port(40000);
	listener = sockets_listen(&at, 4, 2); /* takes it, as a listener */
	sockets_up_with_one_port(40002);

	first = try_within(LONG_MS, &at);
	second = try_within(LONG_MS, &at);

	cr_assert_eq(first.outcome, DT_OUTCOME_CONNECTED);
	check_failed(&second, DT_OUTCOME_NO_PORTS, EADDRNOTAVAIL);
	cr_assert(dt_outcome_is_local_fault(second.outcome));
	close(first.fd);
	close(listener);
}

/* Nobody listens at the only port there is, so the socket gets it. */
Test(workers_tcp, a_socket_connected_to_itself_is_refused, .timeout = 10)
{
	struct dt_endpoint at = ipv4(127, 0, 0, 1, 40000);
	struct attempt attempt;

	if (!sockets_own_network())
		cr_skip("no network namespace");
	sockets_up_with_one_port(40000);

	/* Twice: the first must not keep the port. */
	for (int i = 0; i < 2; i++) {
		attempt = try_within(LONG_MS, &at);
		check_failed(&attempt, DT_OUTCOME_REFUSED, ECONNREFUSED);
	}
}

Test(workers_tcp, every_errno_has_an_outcome_and_never_connected)
{
	static const struct {
		int sys_errno;
		enum dt_outcome outcome;
	} known[] = {
		{ECONNREFUSED, DT_OUTCOME_REFUSED},
		{ETIMEDOUT, DT_OUTCOME_TIMED_OUT},
		{ECONNRESET, DT_OUTCOME_RESET},
		{ECONNABORTED, DT_OUTCOME_RESET},
		{EPIPE, DT_OUTCOME_RESET},
		{ENETUNREACH, DT_OUTCOME_UNREACHABLE},
		{EHOSTUNREACH, DT_OUTCOME_UNREACHABLE},
		{ENETDOWN, DT_OUTCOME_UNREACHABLE},
		{EHOSTDOWN, DT_OUTCOME_UNREACHABLE},
		{EMFILE, DT_OUTCOME_NO_DESCRIPTORS},
		{ENFILE, DT_OUTCOME_NO_DESCRIPTORS},
		{EADDRNOTAVAIL, DT_OUTCOME_NO_PORTS},
		{EADDRINUSE, DT_OUTCOME_NO_PORTS},
		{ENOBUFS, DT_OUTCOME_NO_BUFFERS},
		{ENOMEM, DT_OUTCOME_NO_BUFFERS},
		{EBADF, DT_OUTCOME_LOCAL_FAULT},
		{ENOTSOCK, DT_OUTCOME_LOCAL_FAULT},
		{0, DT_OUTCOME_LOCAL_FAULT},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		cr_assert_eq(dti_tcp_outcome(known[i].sys_errno),
			     known[i].outcome, "%s",
			     strerror(known[i].sys_errno));
	for (int sys_errno = 0; sys_errno < 200; sys_errno++)
		cr_assert(dti_tcp_outcome(sys_errno) >= DT_OUTCOME_REFUSED &&
			  dti_tcp_outcome(sys_errno) <= DT_OUTCOME_LOCAL_FAULT);
}

/* What Linux makes of ICMP and ICMPv6 errors: anybody on the way sends those */
Test(workers_tcp, what_a_router_can_cause_is_no_local_fault)
{
	static const int from_icmp[] = {
		ENETUNREACH, EHOSTUNREACH, ENOPROTOOPT, ECONNREFUSED, EMSGSIZE,
		EOPNOTSUPP,  EHOSTDOWN,    ENONET,      EACCES,       EPROTO,
	};

	for (size_t i = 0; i < sizeof(from_icmp) / sizeof(from_icmp[0]); i++)
		cr_assert_not(dt_outcome_is_local_fault(
				      dti_tcp_outcome(from_icmp[i])),
			      "%s", strerror(from_icmp[i]));
}
