/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/node/endpoint.h"

#include "workers/tcp.h"
#include "workers/tcp_listener.h"

#include "tests/harness.h"
#include "tests/sockets.h"

static struct dt_endpoint at(const char *ip, uint16_t port)
{
	struct dt_endpoint endpoint = {.tcp_port = port};

	cr_assert(dti_endpoint_parse_ip(&endpoint, ip, strlen(ip)));
	return endpoint;
}

/* False: this machine has no such family. */
static bool listens(int *fd, struct dt_endpoint *bound, const char *ip)
{
	struct dt_endpoint listen = at(ip, 0);

	return dti_tcp_listen(fd, bound, &listen, NULL) == DT_OK;
}

static int connect_to(const struct dt_endpoint *to)
{
	struct dt_outcome_detail detail;
	struct sockets_op op;
	int fd = -1;

	sockets_op_init(&op, 5000);
	cr_assert_eq(dti_tcp_connect(&fd, &detail, &op.op, to),
		     DT_OUTCOME_CONNECTED);
	sockets_op_fini(&op);
	return fd;
}

static int accept_one(int listener, struct dt_endpoint *from)
{
	struct pollfd polled = {.fd = listener, .events = POLLIN};

	cr_assert_eq(poll(&polled, 1, 5000), 1);
	return dti_tcp_accept(listener, from);
}

Test(workers_tcp_listener, any_free_port_is_taken_and_told)
{
	struct dt_endpoint bound;
	int fd;

	cr_assert(listens(&fd, &bound, "127.3.2.1"));

	cr_assert_eq(bound.family, 4);
	cr_assert_arr_eq(bound.ip, "\x7f\3\2\1", 4);
	cr_assert_neq(bound.tcp_port, 0);
	cr_assert_eq(bound.udp_port, bound.tcp_port);
	cr_assert_neq(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	cr_assert_neq(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	close(fd);
}

Test(workers_tcp_listener, a_connection_comes_with_where_it_is_from)
{
	struct dt_endpoint bound;
	struct dt_endpoint from;
	socklen_t size = sizeof(int);
	int no_delay = 0;
	int listener;
	int remote;
	int fd;

	cr_assert(listens(&listener, &bound, "127.3.2.1"));
	remote = connect_to(&bound);
	fd = accept_one(listener, &from);

	cr_assert_geq(fd, 0);
	cr_assert_eq(from.family, 4);
	cr_assert_arr_eq(from.ip, "\x7f", 1);
	cr_assert_neq(from.tcp_port, 0);
	cr_assert_eq(from.udp_port, 0);
	cr_assert_neq(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	cr_assert_neq(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	cr_assert_eq(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size),
		     0);
	cr_assert_neq(no_delay, 0);
	close(fd);
	close(remote);
	close(listener);
}

Test(workers_tcp_listener, without_a_connection_it_does_not_wait)
{
	struct dt_endpoint bound;
	struct dt_endpoint from;
	int fd;

	cr_assert(listens(&fd, &bound, "127.0.0.1"));

	cr_assert_eq(dti_tcp_accept(fd, &from), -1);
	cr_assert_eq(errno, EAGAIN);
	close(fd);
}

Test(workers_tcp_listener, one_of_all_addresses_takes_both_families)
{
	struct dt_endpoint bound;
	struct dt_endpoint from;
	struct dt_endpoint to;
	int listener;
	int remote;
	int fd;

	if (!listens(&listener, &bound, "::"))
		cr_skip_test("no IPv6 here");
	to = at("127.0.0.1", bound.tcp_port);
	remote = connect_to(&to);
	fd = accept_one(listener, &from);
	cr_assert_geq(fd, 0);
	cr_assert_eq(from.family, 4);
	close(fd);
	close(remote);

	to = at("::1", bound.tcp_port);
	remote = connect_to(&to);
	fd = accept_one(listener, &from);
	cr_assert_geq(fd, 0);
	cr_assert_eq(from.family, 6);
	close(fd);
	close(remote);
	close(listener);
}

/* What was connected lingers on the port in the kernel. */
Test(workers_tcp_listener, a_port_can_be_taken_again_at_once)
{
	struct dt_endpoint bound;
	struct dt_endpoint again;
	struct dt_endpoint from;
	int listener;
	int remote;

	cr_assert(listens(&listener, &bound, "127.0.0.1"));
	remote = connect_to(&bound);
	close(accept_one(listener, &from));
	close(remote);
	close(listener);

	cr_assert_eq(dti_tcp_listen(&listener, &again, &bound, NULL), DT_OK);
	cr_assert_eq(again.tcp_port, bound.tcp_port);
	close(listener);
}

Test(workers_tcp_listener, a_port_in_use_is_refused_with_a_sentence)
{
	struct dt_error error = {0};
	struct dt_endpoint bound;
	struct dt_endpoint none;
	int other = -1;
	int fd;

	cr_assert(listens(&fd, &bound, "127.0.0.1"));

	cr_assert_eq(dti_tcp_listen(&other, &none, &bound, &error),
		     DT_ERR_SYSTEM);
	cr_assert_not_null(strstr(error.text, "TCP port "), "%s", error.text);
	cr_assert_eq(other, -1);
	close(fd);
}

Test(workers_tcp_listener, without_descriptors_it_says_so)
{
	struct dt_endpoint listen = at("127.0.0.1", 0);
	struct dt_error error = {0};
	struct dt_endpoint bound;
	int fd = -1;

	sockets_forbid_more();

	cr_assert_eq(dti_tcp_listen(&fd, &bound, &listen, &error),
		     DT_ERR_NO_DESCRIPTORS);
	cr_assert_not_null(strstr(error.text, "limit of open files"), "%s",
			   error.text);
}
