/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/node/endpoint.h"

#include "workers/udp.h"

#include "tests/harness.h"
#include "tests/sockets.h"

static struct dt_endpoint at(const char *ip, uint16_t port)
{
	struct dt_endpoint endpoint = {.udp_port = port};

	cr_assert(dti_endpoint_parse_ip(&endpoint, ip, strlen(ip)));
	return endpoint;
}

/* False: this machine has no such family. */
static bool opens(struct dti_udp *udp, struct dt_endpoint *bound,
		  const char *ip)
{
	struct dt_endpoint listen = at(ip, 0);

	return dti_udp_open(udp, bound, &listen, NULL) == DT_OK;
}

Test(workers_udp, any_free_port_is_taken_and_told)
{
	struct dt_endpoint bound;
	struct dti_udp udp;

	cr_assert(opens(&udp, &bound, "127.3.2.1"));

	cr_assert_eq(bound.family, 4);
	cr_assert_arr_eq(bound.ip, "\x7f\3\2\1", 4);
	cr_assert_neq(bound.udp_port, 0);
	cr_assert_eq(bound.tcp_port, bound.udp_port);
	cr_assert_neq(fcntl(udp.fd, F_GETFL) & O_NONBLOCK, 0);
	cr_assert_neq(fcntl(udp.fd, F_GETFD) & FD_CLOEXEC, 0);
	dti_udp_close(&udp);
}

Test(workers_udp, a_port_that_was_given_back_can_be_taken)
{
	struct dt_endpoint bound;
	struct dt_endpoint again;
	struct dti_udp udp;

	cr_assert(opens(&udp, &bound, "127.3.2.2"));
	dti_udp_close(&udp);

	cr_assert_eq(dti_udp_open(&udp, &again, &bound, NULL), DT_OK);

	cr_assert(dti_endpoint_equal(&again, &bound));
	dti_udp_close(&udp);
}

/* ---- what cannot be bound ---- */

static void refuses(const struct dt_endpoint *listen, dt_err expected,
		    const char *contains)
{
	struct dt_endpoint bound = {.udp_port = 77};
	struct dti_udp udp = {.fd = 99};
	struct dt_error error = {.code = DT_OK};
	size_t open = sockets_count_open();

	cr_assert_eq(dti_udp_open(&udp, &bound, listen, &error), expected);

	cr_assert_eq(error.code, expected);
	cr_assert_not_null(strstr(error.text, contains), "%s", error.text);
	cr_assert_eq(udp.fd, 99);
	cr_assert_eq(bound.udp_port, 77);
	cr_assert_eq(sockets_count_open(), open);
	cr_assert_eq(dti_udp_open(&udp, &bound, listen, NULL), expected);
}

Test(workers_udp, a_port_in_use_is_refused_with_a_sentence)
{
	struct dt_endpoint bound;
	struct dti_udp udp;

	cr_assert(opens(&udp, &bound, "127.3.2.3"));

	refuses(&bound, DT_ERR_SYSTEM, "in use");

	dti_udp_close(&udp);
}

Test(workers_udp, an_address_of_another_machine_is_refused_with_a_sentence)
{
	struct dt_endpoint listen = at("203.0.113.77", 30303);

	refuses(&listen, DT_ERR_SYSTEM,
		"does not have the address of 203.0.113.77:30303");
}

Test(workers_udp, an_address_that_is_none_is_refused)
{
	struct dt_endpoint listen = {.udp_port = 30303};

	refuses(&listen, DT_ERR_ARGUMENT, "no address");
}

Test(workers_udp, without_descriptors_it_says_so)
{
	struct dt_endpoint listen = at("127.0.0.1", 0);
	struct dt_endpoint bound;
	struct dti_udp udp;
	struct dt_error error;

	sockets_forbid_more();

	cr_assert_eq(dti_udp_open(&udp, &bound, &listen, &error),
		     DT_ERR_NO_DESCRIPTORS);
	cr_assert_not_null(strstr(error.text, "limit of open files"));
}

/* ---- addresses ---- */

Test(workers_udp, an_ipv4_socket_reaches_ipv4_only)
{
	struct dti_udp udp = {.family = 4};
	union dti_udp_address address;
	struct dt_endpoint v4 = at("10.1.2.3", 77);
	struct dt_endpoint v6 = at("2001:db8::1", 77);
	struct dt_endpoint none = {.udp_port = 77};

	cr_assert_eq(dti_udp_address_of(&udp, &address, &v4),
		     sizeof(struct sockaddr_in));
	cr_assert_eq(address.v4.sin_family, AF_INET);
	cr_assert_eq(address.v4.sin_port, htons(77));
	cr_assert_eq(address.v4.sin_addr.s_addr, inet_addr("10.1.2.3"));
	cr_assert_eq(dti_udp_address_of(&udp, &address, &v6), 0);
	cr_assert_eq(dti_udp_address_of(&udp, &address, &none), 0);
}

Test(workers_udp, an_ipv6_socket_reaches_both)
{
	static const char *const ips[] = {"10.1.2.3", "2001:db8::1", "::1"};
	struct dti_udp udp = {.family = 6};
	struct dt_endpoint none = {.udp_port = 77};
	union dti_udp_address address;

	for (size_t i = 0; i < sizeof(ips) / sizeof(ips[0]); i++) {
		struct dt_endpoint to = at(ips[i], 77);
		struct dt_endpoint back;

		cr_assert_eq(dti_udp_address_of(&udp, &address, &to),
			     sizeof(struct sockaddr_in6));
		cr_assert_eq(address.any.sa_family, AF_INET6);
		back = dti_udp_endpoint_of(&address);
		cr_assert(dti_endpoint_equal(&back, &to), "%s", ips[i]);
	}
	cr_assert_eq(dti_udp_address_of(&udp, &address, &none), 0);
}

/* As a datagram over IPv4 has it on a socket of both. */
Test(workers_udp, a_mapped_source_is_an_ipv4_one)
{
	union dti_udp_address address = {.any = {.sa_family = AF_INET6}};
	struct dt_endpoint source;

	cr_assert_eq(
		inet_pton(AF_INET6, "::ffff:192.0.2.9", &address.v6.sin6_addr),
		1);
	address.v6.sin6_port = htons(4242);

	source = dti_udp_endpoint_of(&address);

	cr_assert_eq(source.family, 4);
	cr_assert_arr_eq(source.ip, "\xc0\0\2\x9", 4);
	cr_assert_eq(source.udp_port, 4242);
	cr_assert_eq(source.tcp_port, 0);
}

Test(workers_udp, another_family_is_no_address)
{
	union dti_udp_address address = {.any = {.sa_family = AF_UNIX}};
	struct dt_endpoint source = dti_udp_endpoint_of(&address);

	cr_assert_eq(source.family, 0);
}
