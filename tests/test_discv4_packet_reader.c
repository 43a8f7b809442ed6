/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/packet_body.h"

#include "tests/harness.h"
#include "tests/vectors.h"

#define ENDPOINT   "cb84010203048276 5f82765f"
#define EXPIRATION "8477359400"
#define BYTES_16   "00112233445566778899aabbccddeeff"
#define BYTES_32   BYTES_16 BYTES_16
#define TOKEN      "a0" BYTES_32
#define TARGET     "b840" BYTES_32 BYTES_32
#define NODE       "f84d84010203048276 5f82765f" TARGET
#define RECORD     "c20102"

/* Write the items @hex; blanks do not count. */
static void write_items(struct dti_rlp_writer *writer, const char *hex)
{
	uint8_t items[2048];
	char packed[sizeof(items) * 2 + 1];
	size_t length = 0;

	for (; *hex != '\0'; hex++)
		if (*hex != ' ')
			packed[length++] = *hex;
	packed[length] = '\0';
	dti_rlp_write_raw(writer, items,
			  vectors_bytes(items, sizeof(items), packed));
}

/* Read what was written as @type's. */
static bool read_list(struct dti_packet *out, enum dti_packet_type type,
		      struct dti_rlp_writer *writer)
{
	dti_rlp_end_list(writer, 0);
	cr_assert_not(writer->failed);
	memset(out, 0, sizeof(*out));
	out->type = type;
	return dti_packet_body_read(
		out, (struct dti_bytes){writer->out, writer->length});
}

static bool read_items(struct dti_packet *out, enum dti_packet_type type,
		       const char *hex)
{
	uint8_t body[4096];
	struct dti_rlp_writer writer = dti_rlp_writer_of(body, sizeof(body));

	write_items(&writer, hex);
	return read_list(out, type, &writer);
}

struct shape {
	enum dti_packet_type type;
	const char *items;
};

Test(discv4_packet_reader, lists_of_the_right_shape_are_read)
{
	static const struct shape shapes[] = {
		{DTI_PACKET_PING, "04" ENDPOINT ENDPOINT EXPIRATION},
		{DTI_PACKET_PING, "04" ENDPOINT ENDPOINT EXPIRATION "07"},
		{DTI_PACKET_PING, "80" ENDPOINT ENDPOINT "80"},
		{DTI_PACKET_PING, "c0" ENDPOINT ENDPOINT EXPIRATION},
		{DTI_PACKET_PING, TOKEN ENDPOINT ENDPOINT EXPIRATION "c0c0"},
		{DTI_PACKET_PONG, ENDPOINT TOKEN EXPIRATION},
		{DTI_PACKET_PONG, ENDPOINT TOKEN EXPIRATION "80"},
		{DTI_PACKET_PONG, ENDPOINT TOKEN EXPIRATION TOKEN RECORD},
		{DTI_PACKET_FIND_NODE, TARGET EXPIRATION},
		{DTI_PACKET_FIND_NODE, TARGET EXPIRATION TARGET},
		{DTI_PACKET_NEIGHBORS, "c0" EXPIRATION},
		{DTI_PACKET_NEIGHBORS, "f84f" NODE EXPIRATION "c0"},
		{DTI_PACKET_RECORD_REQUEST, EXPIRATION},
		{DTI_PACKET_RECORD_REQUEST, "80c0"},
		{DTI_PACKET_RECORD_RESPONSE, TOKEN RECORD},
		{DTI_PACKET_RECORD_RESPONSE, TOKEN "c0" EXPIRATION},
	};
	static struct dti_packet packet;

	for (size_t i = 0; i < dti_array_length(shapes); i++)
		cr_assert(read_items(&packet, shapes[i].type, shapes[i].items),
			  "%d: %s", (int)shapes[i].type, shapes[i].items);
}

Test(discv4_packet_reader, lists_of_another_shape_are_refused)
{
	static const struct shape shapes[] = {
		{DTI_PACKET_PING, ""},
		{DTI_PACKET_PING, "04" ENDPOINT EXPIRATION},
		{DTI_PACKET_PING, "04" ENDPOINT ENDPOINT},
		{DTI_PACKET_PING, "04" ENDPOINT ENDPOINT "c0"},
		{DTI_PACKET_PING, "04" ENDPOINT ENDPOINT "8400000001"},
		{DTI_PACKET_PING, ENDPOINT ENDPOINT EXPIRATION},
		/* Endpoints: a string; no TCP port; one more element; a list
		 * for an IP; ports that are no port numbers. */
		{DTI_PACKET_PING, "04" ENDPOINT TOKEN EXPIRATION},
		{DTI_PACKET_PING, "04c88401020304827600" ENDPOINT EXPIRATION},
		{DTI_PACKET_PING, "04c88401020304010101" ENDPOINT EXPIRATION},
		{DTI_PACKET_PING, "04c3c00101" ENDPOINT EXPIRATION},
		{DTI_PACKET_PING, "04c3800001" ENDPOINT EXPIRATION},
		{DTI_PACKET_PING, "04c6808301000001" ENDPOINT EXPIRATION},
		{DTI_PACKET_PING, "04c6800183010000" ENDPOINT EXPIRATION},
		/* What is ignored must still be RLP. */
		{DTI_PACKET_PING, "04" ENDPOINT ENDPOINT EXPIRATION "82ff"},
		{DTI_PACKET_PING, "04" ENDPOINT ENDPOINT EXPIRATION "078101"},
		{DTI_PACKET_PING, "8100" ENDPOINT ENDPOINT EXPIRATION},
		{DTI_PACKET_PONG, ENDPOINT EXPIRATION},
		{DTI_PACKET_PONG, ENDPOINT TOKEN},
		{DTI_PACKET_PONG, ENDPOINT "90" BYTES_16 EXPIRATION},
		{DTI_PACKET_PONG, ENDPOINT TARGET EXPIRATION},
		{DTI_PACKET_PONG, ENDPOINT "c0" EXPIRATION},
		{DTI_PACKET_FIND_NODE, TARGET},
		{DTI_PACKET_FIND_NODE, TOKEN EXPIRATION},
		{DTI_PACKET_FIND_NODE, EXPIRATION},
		{DTI_PACKET_NEIGHBORS, "80" EXPIRATION},
		{DTI_PACKET_NEIGHBORS, "c0"},
		{DTI_PACKET_NEIGHBORS, "f84f" NODE},
		{DTI_PACKET_NEIGHBORS, TOKEN EXPIRATION},
		{DTI_PACKET_NEIGHBORS, "cc" ENDPOINT EXPIRATION},
		{DTI_PACKET_NEIGHBORS, "c101" EXPIRATION},
		{DTI_PACKET_NEIGHBORS, "e5e4800101" TOKEN EXPIRATION},
		{DTI_PACKET_NEIGHBORS, "f848f846800101" TARGET "01" EXPIRATION},
		{DTI_PACKET_RECORD_REQUEST, ""},
		{DTI_PACKET_RECORD_REQUEST, "c0"},
		{DTI_PACKET_RECORD_REQUEST, "89010000000000000000"},
		{DTI_PACKET_RECORD_RESPONSE, TOKEN},
		{DTI_PACKET_RECORD_RESPONSE, RECORD},
		{DTI_PACKET_RECORD_RESPONSE, TOKEN "82ffff"},
		{DTI_PACKET_RECORD_RESPONSE, TOKEN "c28101"},
		{DTI_PACKET_RECORD_RESPONSE, TOKEN "c3c28101"},
		{DTI_PACKET_RECORD_RESPONSE, "90" BYTES_16 RECORD},
	};
	static struct dti_packet packet;

	for (size_t i = 0; i < dti_array_length(shapes); i++)
		cr_assert_not(
			read_items(&packet, shapes[i].type, shapes[i].items),
			"%d: %s", (int)shapes[i].type, shapes[i].items);
}

Test(discv4_packet_reader, what_is_no_list_is_refused)
{
	static const struct {
		size_t length;
		uint8_t bytes[10];
	} bodies[] = {
		{0, {0}},
		{1, {0x01}},
		{1, {0x80}},
		{6, {0x85, 'h', 'e', 'l', 'l', 'o'}},
		{1, {0xc1}},             /* its item is missing */
		{2, {0xf8, 0x38}},       /* so are 56 bytes */
		{3, {0xf8, 0x01, 0x80}}, /* not the short form */
		{9, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
		{9, {0xff, 0x80}},
	};
	static struct dti_packet packet;

	for (size_t i = 0; i < dti_array_length(bodies); i++)
		for (int type = DTI_PACKET_PING; type < DTI_PACKET_TYPE_COUNT;
		     type++) {
			memset(&packet, 0, sizeof(packet));
			packet.type = (enum dti_packet_type)type;
			cr_assert_not(
				dti_packet_body_read(
					&packet,
					(struct dti_bytes){bodies[i].bytes,
							   bodies[i].length}),
				"%zu, %d", i, type);
		}
}

static void write_endpoint(struct dti_rlp_writer *writer, const uint8_t *ip,
			   size_t length)
{
	size_t list = dti_rlp_begin_list(writer);

	dti_rlp_write_string(writer, ip, length);
	dti_rlp_write_u64(writer, 30303);
	dti_rlp_write_u64(writer, 0);
	dti_rlp_end_list(writer, list);
}

Test(discv4_packet_reader, no_address_of_a_ping_is_a_reason_to_refuse_it)
{
	static struct dti_packet packet;
	uint8_t ip[256];

	memset(ip, 0x20, sizeof(ip));
	for (size_t length = 0; length <= sizeof(ip); length++) {
		uint8_t body[1024];
		struct dti_rlp_writer writer =
			dti_rlp_writer_of(body, sizeof(body));
		unsigned int family = length == 4 ? 4 : length == 16 ? 6 : 0;

		dti_rlp_write_u64(&writer, 4);
		write_endpoint(&writer, ip, length);
		write_endpoint(&writer, ip, length);
		dti_rlp_write_u64(&writer, 1);

		cr_assert(read_list(&packet, DTI_PACKET_PING, &writer), "%zu",
			  length);

		cr_assert_eq(packet.ping.from.family, family, "%zu", length);
		cr_assert_eq(packet.ping.to.family, family, "%zu", length);
		cr_assert_eq(packet.ping.from.udp_port, 30303);
		cr_assert_eq(packet.ping.from.tcp_port, 0);
	}
}

Test(discv4_packet_reader, mapped_addresses_are_read_as_ipv4)
{
	static struct dti_packet packet;

	cr_assert(read_items(&packet, DTI_PACKET_NEIGHBORS,
			     "f857f8559000000000000000000000ffff0a010203"
			     "0102" TARGET EXPIRATION));

	cr_assert_eq(packet.neighbors.count, 1);
	cr_assert_eq(packet.neighbors.nodes[0].endpoint.family, 4);
	cr_assert_eq(packet.neighbors.nodes[0].endpoint.ip[0], 10);
	cr_assert_eq(packet.neighbors.nodes[0].endpoint.udp_port, 1);
	cr_assert_eq(packet.neighbors.nodes[0].endpoint.tcp_port, 2);
}

Test(discv4_packet_reader, sixteen_neighbours_are_read_and_no_more)
{
	static struct dti_packet packet;
	const size_t most = dti_array_length(packet.neighbors.nodes);

	cr_assert_eq(most, 16);
	for (size_t count = 0; count <= most + 2; count++) {
		uint8_t body[4096];
		struct dti_rlp_writer writer =
			dti_rlp_writer_of(body, sizeof(body));

		for (size_t i = 0; i < count; i++)
			write_items(&writer, NODE);
		dti_rlp_end_list(&writer, 0);
		write_items(&writer, EXPIRATION);

		cr_assert_eq(read_list(&packet, DTI_PACKET_NEIGHBORS, &writer),
			     count <= most, "%zu", count);
		if (count <= most)
			cr_assert_eq(packet.neighbors.count, count);
	}
}

Test(discv4_packet_reader, expirations_beyond_a_signed_number_are_past)
{
	static const struct {
		const char *item;
		uint64_t expiration;
	} cases[] = {
		{"80", 0},
		{"01", 1},
		{"84ffffffff", UINT32_MAX},
		{"887fffffffffffffff", INT64_MAX},
		{"888000000000000000", 0},
		{"88ffffffffffffffff", 0},
	};
	static struct dti_packet packet;

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		cr_assert(read_items(&packet, DTI_PACKET_RECORD_REQUEST,
				     cases[i].item));
		cr_assert_eq(packet.expiration, cases[i].expiration, "%s",
			     cases[i].item);
	}
}

Test(discv4_packet_reader, a_record_has_300_bytes_at_most)
{
	static struct dti_packet packet;

	for (size_t length = 298; length <= 303; length++) {
		uint8_t body[1024];
		struct dti_rlp_writer writer =
			dti_rlp_writer_of(body, sizeof(body));
		size_t list;

		write_items(&writer, TOKEN);
		list = dti_rlp_begin_list(&writer);
		for (size_t i = 3; i < length; i++)
			dti_rlp_write_u64(&writer, 1);
		dti_rlp_end_list(&writer, list);

		cr_assert_eq(
			read_list(&packet, DTI_PACKET_RECORD_RESPONSE, &writer),
			length <= DT_RECORD_MAX, "%zu", length);
		if (length <= DT_RECORD_MAX)
			cr_assert_eq(packet.record_response.length, length);
	}
}
