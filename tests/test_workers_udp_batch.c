/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/node/endpoint.h"

#include "workers/udp_batch.h"

#include "tests/harness.h"

/* Two sockets, and what one thread needs for them. */
struct wire {
	struct dti_udp from;
	struct dti_udp to;
	struct dt_endpoint from_at;
	struct dt_endpoint to_at;
	struct dti_udp_in in;
	struct dti_udp_out out;
};

/* NULL: this machine has no such family. */
static struct wire *open_wire(const char *from, const char *to)
{
	struct dt_endpoint listen = {.family = 0};
	struct wire *wire = calloc(1, sizeof(*wire));

	cr_assert_not_null(wire);
	cr_assert(dti_endpoint_parse_ip(&listen, from, strlen(from)));
	if (dti_udp_open(&wire->from, &wire->from_at, &listen, NULL))
		goto fail_free;
	cr_assert(dti_endpoint_parse_ip(&listen, to, strlen(to)));
	if (dti_udp_open(&wire->to, &wire->to_at, &listen, NULL))
		goto fail_close;
	dti_udp_in_init(&wire->in);
	dti_udp_out_init(&wire->out);
	return wire;

fail_close:
	dti_udp_close(&wire->from);
fail_free:
	free(wire);
	return NULL;
}

static void close_wire(struct wire *wire)
{
	dti_udp_close(&wire->from);
	dti_udp_close(&wire->to);
	free(wire);
}

static bool add(struct wire *wire, const struct dt_endpoint *to,
		const char *text)
{
	memcpy(dti_udp_out_next(&wire->out), text, strlen(text));
	return dti_udp_out_add(&wire->out, &wire->from, to, strlen(text));
}

static size_t receive(struct wire *wire)
{
	struct pollfd readable = {.fd = wire->to.fd, .events = POLLIN};

	cr_assert_eq(poll(&readable, 1, -1), 1);
	return dti_udp_receive(&wire->in, &wire->to);
}

Test(workers_udp_batch, a_datagram_arrives_with_its_source, .timeout = 30)
{
	struct wire *wire = open_wire("127.5.0.1", "127.5.0.2");
	struct dt_endpoint source;
	struct dti_bytes bytes;

	cr_assert(add(wire, &wire->to_at, "hello"));
	cr_assert_eq(dti_udp_send(&wire->out, &wire->from), 1);
	cr_assert_eq(wire->out.count, 0);
	cr_assert_eq(receive(wire), 1);

	bytes = dti_udp_in_bytes(&wire->in, 0);
	source = dti_udp_in_source(&wire->in, 0);
	source.tcp_port = wire->from_at.tcp_port;
	cr_assert_eq(bytes.length, 5);
	cr_assert_arr_eq(bytes.bytes, "hello", 5);
	cr_assert(dti_endpoint_equal(&source, &wire->from_at));
	close_wire(wire);
}

Test(workers_udp_batch, nothing_there_is_no_datagram)
{
	struct wire *wire = open_wire("127.5.0.1", "127.5.0.2");

	cr_assert_eq(dti_udp_receive(&wire->in, &wire->to), 0);
	cr_assert_eq(dti_udp_send(&wire->out, &wire->from), 0);
	close_wire(wire);
}

/* More than a batch: the rest is there the next time. */
Test(workers_udp_batch, they_arrive_in_their_order_batch_by_batch,
     .timeout = 30)
{
	struct wire *wire = open_wire("127.5.0.1", "127.5.0.2");
	unsigned int number = 0;
	unsigned int expected = 0;
	char text[16];

	for (int batch = 0; batch < 3; batch++) {
		while (!dti_udp_out_is_full(&wire->out)) {
			snprintf(text, sizeof(text), "%u", number++);
			cr_assert(add(wire, &wire->to_at, text));
		}
		cr_assert_eq(dti_udp_send(&wire->out, &wire->from), UINT32_MAX);
	}
	while (expected < number) {
		size_t count = receive(wire);

		cr_assert_leq(count, DTI_UDP_BATCH);
		for (size_t i = 0; i < count; i++) {
			struct dti_bytes bytes = dti_udp_in_bytes(&wire->in, i);

			snprintf(text, sizeof(text), "%u", expected++);
			cr_assert_eq(bytes.length, strlen(text));
			cr_assert_arr_eq(bytes.bytes, text, bytes.length);
		}
	}
	close_wire(wire);
}

/* Sent past the batch, which does not make one that long. */
static void send_bytes(struct wire *wire, size_t length)
{
	static const char bytes[4000];
	union dti_udp_address to;
	socklen_t size = dti_udp_address_of(&wire->from, &to, &wire->to_at);

	cr_assert_eq(sendto(wire->from.fd, bytes, length, 0, &to.any, size),
		     (ssize_t)length);
}

Test(workers_udp_batch, a_long_datagram_is_seen_as_long, .timeout = 30)
{
	static const size_t lengths[] = {0, 1, 1280, 1281, 1408, 1409, 4000};
	struct wire *wire = open_wire("127.5.0.1", "127.5.0.2");

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		send_bytes(wire, lengths[i]);
		cr_assert_eq(receive(wire), 1);
		cr_assert_eq(dti_udp_in_bytes(&wire->in, 0).length, lengths[i]);
	}
	close_wire(wire);
}

/* Port 0 is nobody's: the kernel refuses it, and goes on. */
Test(workers_udp_batch, one_that_is_refused_takes_no_other_with_it,
     .timeout = 30)
{
	struct wire *wire = open_wire("127.5.0.1", "127.5.0.2");
	struct dt_endpoint nowhere = wire->to_at;

	nowhere.udp_port = 0;
	cr_assert(add(wire, &nowhere, "a"));
	cr_assert(add(wire, &wire->to_at, "b"));
	cr_assert(add(wire, &nowhere, "c"));
	cr_assert(add(wire, &nowhere, "d"));
	cr_assert(add(wire, &wire->to_at, "e"));

	cr_assert_eq(dti_udp_send(&wire->out, &wire->from), 0x12);

	cr_assert_eq(receive(wire), 2);
	cr_assert_arr_eq(dti_udp_in_bytes(&wire->in, 0).bytes, "b", 1);
	cr_assert_arr_eq(dti_udp_in_bytes(&wire->in, 1).bytes, "e", 1);
	close_wire(wire);
}

Test(workers_udp_batch, what_no_socket_of_its_family_reaches_is_not_added)
{
	struct wire *wire = open_wire("127.5.0.1", "127.5.0.2");
	struct dt_endpoint v6 = {.family = 6, .ip = {0x20}, .udp_port = 9};

	cr_assert_not(add(wire, &v6, "a"));

	cr_assert_eq(wire->out.count, 0);
	close_wire(wire);
}

/* The second may cause an ICMP message; neither a send nor a read minds. */
Test(workers_udp_batch, a_closed_port_is_no_error, .timeout = 30)
{
	struct wire *wire = open_wire("127.5.0.1", "127.5.0.2");
	struct dt_endpoint closed = wire->to_at;

	dti_udp_close(&wire->to);
	for (int i = 0; i < 5; i++) {
		cr_assert(add(wire, &closed, "a"));
		cr_assert_eq(dti_udp_send(&wire->out, &wire->from), 1);
		cr_assert_eq(dti_udp_receive(&wire->in, &wire->from), 0);
	}
	wire->to.fd = -1;
	close_wire(wire);
}

/* What does not fit into the kernel's buffer is lost, and nobody waits. */
Test(workers_udp_batch, a_full_receiver_loses_the_rest, .timeout = 30)
{
	struct wire *wire = open_wire("127.5.0.1", "127.5.0.2");
	size_t sent = 0;
	size_t got = 0;
	size_t count;

	for (int batch = 0; batch < 500; batch++) {
		while (!dti_udp_out_is_full(&wire->out))
			cr_assert(dti_udp_out_add(&wire->out, &wire->from,
						  &wire->to_at, DTI_UDP_SIZE));
		sent += (size_t)__builtin_popcount(
			dti_udp_send(&wire->out, &wire->from));
	}
	while ((count = dti_udp_receive(&wire->in, &wire->to)) > 0)
		got += count;

	cr_assert_gt(got, 0);
	cr_assert_lt(got, sent);
	close_wire(wire);
}

Test(workers_udp_batch, a_socket_of_both_families_speaks_with_both,
     .timeout = 30)
{
	static const char *const peers[] = {"127.5.0.3", "::1"};

	for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		struct wire *wire = open_wire("::", peers[i]);
		struct dt_endpoint source;
		struct dti_udp swapped;

		if (!wire)
			cr_skip("no IPv6 here");
		cr_assert(add(wire, &wire->to_at, "there"));
		cr_assert_eq(dti_udp_send(&wire->out, &wire->from), 1);
		cr_assert_eq(receive(wire), 1);
		source = dti_udp_in_source(&wire->in, 0);
		cr_assert_eq(source.udp_port, wire->from_at.udp_port);

		/* And back. */
		swapped = wire->from;
		wire->from = wire->to;
		wire->to = swapped;
		cr_assert(add(wire, &source, "back"));
		cr_assert_eq(dti_udp_send(&wire->out, &wire->from), 1);
		cr_assert_eq(receive(wire), 1);
		source = dti_udp_in_source(&wire->in, 0);
		source.tcp_port = source.udp_port;
		cr_assert(dti_endpoint_equal(&source, &wire->to_at), "%s",
			  peers[i]);
		close_wire(wire);
	}
}
