/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/packet_body.h"

#include "tests/harness.h"
#include "tests/packet_sample.h"
#include "tests/vectors.h"

#define BODY_MAX (DTI_PACKET_MAX - 98)

static const struct dt_endpoint v4 = {
	.ip = {1, 2, 3, 4}, .family = 4, .udp_port = 0x765f, .tcp_port = 1};
static const struct dt_endpoint v6 = {
	.ip = {0x20, [15] = 9}, .family = 6, .udp_port = 255, .tcp_port = 128};
static const struct dt_endpoint none = {.udp_port = 0, .tcp_port = 30303};

#define V4      "c9840102030482765f01"
#define V6      "d59020" ZERO_14 "0981ff8180"
#define NONE    "c5808082765f"
#define ZERO_14 "0000000000000000000000000000"
#define ZERO_16 "0000" ZERO_14
#define ZERO_31 "00" ZERO_14 ZERO_16
#define TOKEN   "a007" ZERO_31
#define ID      "b84009" ZERO_31 ZERO_16 ZERO_16

/* The body of @packet is the bytes @hex. */
static void check_body(const struct dti_packet *packet, const char *hex)
{
	uint8_t expected[BODY_MAX];
	uint8_t body[BODY_MAX];
	struct dti_rlp_writer writer = dti_rlp_writer_of(body, sizeof(body));
	size_t length = vectors_bytes(expected, sizeof(expected), hex);

	cr_assert(dti_packet_body_write(&writer, packet), "%s", hex);
	cr_assert_eq(writer.length, length, "%s", hex);
	cr_assert_arr_eq(body, expected, length, "%s", hex);
}

Test(discv4_packet_writer, pings_and_pongs_have_endpoints_of_each_kind)
{
	struct dti_packet packet = {.type = DTI_PACKET_PING, .expiration = 5};

	packet.ping.from = v4;
	packet.ping.to = v6;
	check_body(&packet, "e204" V4 V6 "05");
	packet.ping.to = none;
	packet.record_seq = 9; /* which it has not */
	check_body(&packet, "d204" V4 NONE "05");
	packet.has_record_seq = true;
	check_body(&packet, "d304" V4 NONE "0509");

	packet = (struct dti_packet){.type = DTI_PACKET_PONG,
				     .expiration = 0x8000,
				     .has_record_seq = true};
	packet.pong.to = v4;
	packet.pong.token[0] = 7;
	check_body(&packet, "ef" V4 TOKEN "82800080");
}

Test(discv4_packet_writer, queries_and_answers_have_what_they_are_about)
{
	struct dti_packet packet = {.type = DTI_PACKET_FIND_NODE};

	packet.find_node.target.bytes[0] = 9;
	check_body(&packet, "f843" ID "80");

	packet = (struct dti_packet){.type = DTI_PACKET_NEIGHBORS,
				     .expiration = 5};
	check_body(&packet, "c2c005");
	packet.neighbors.count = 1;
	packet.neighbors.nodes[0].endpoint = v4;
	packet.neighbors.nodes[0].id.bytes[0] = 9;
	check_body(&packet, "f850f84df84b840102030482765f01" ID "05");

	packet = (struct dti_packet){.type = DTI_PACKET_RECORD_REQUEST,
				     .expiration = INT64_MAX};
	check_body(&packet, "c9887fffffffffffffff");

	packet = (struct dti_packet){.type = DTI_PACKET_RECORD_RESPONSE};
	packet.record_response.token[0] = 7;
	packet.record_response.length = 2;
	memcpy(packet.record_response.record, (uint8_t[]){0xc1, 5}, 2);
	check_body(&packet, "e3" TOKEN "c105");
}

Test(discv4_packet_writer, an_unknown_family_is_written_as_no_address)
{
	struct dti_packet packet = {.type = DTI_PACKET_PONG};

	packet.pong.to = none;
	packet.pong.to.family = 5;
	packet.pong.token[0] = 7;
	check_body(&packet, "e8" NONE TOKEN "80");
}

Test(discv4_packet_writer, what_is_no_record_is_not_sent)
{
	static const struct {
		size_t length;
		uint8_t bytes[4];
	} records[] = {
		{0, {0}},
		{1, {0x80}},             /* a string */
		{3, {0xc1, 0x05, 0x05}}, /* an item too many */
		{1, {0xc1}},             /* one too few */
		{3, {0xc2, 0x81, 0x05}}, /* not canonical */
		{DT_RECORD_MAX + 1, {0xf9, 0x01, 0x2a}},
		{SIZE_MAX, {0xc0}},
	};

	for (size_t i = 0; i < dti_array_length(records); i++) {
		uint8_t body[BODY_MAX];
		struct dti_rlp_writer writer =
			dti_rlp_writer_of(body, sizeof(body));
		struct dti_packet packet = {.type = DTI_PACKET_RECORD_RESPONSE};

		memcpy(packet.record_response.record, records[i].bytes,
		       sizeof(records[i].bytes));
		packet.record_response.length = records[i].length;
		cr_assert_not(dti_packet_body_write(&writer, &packet), "%zu",
			      i);
	}
}

Test(discv4_packet_writer, more_neighbours_than_there_are_are_not_sent)
{
	static const size_t counts[] = {17, 1000, SIZE_MAX};

	for (size_t i = 0; i < dti_array_length(counts); i++) {
		uint8_t body[BODY_MAX * 2];
		struct dti_rlp_writer writer =
			dti_rlp_writer_of(body, sizeof(body));
		struct dti_packet packet = {.type = DTI_PACKET_NEIGHBORS};

		packet.neighbors.count = counts[i];
		cr_assert_not(dti_packet_body_write(&writer, &packet));
	}
}

Test(discv4_packet_writer, what_is_written_is_read_again)
{
	static struct dti_packet packet;
	static struct dti_packet read;
	struct random_stream random = {1};

	for (unsigned int i = 0; i < 30000; i++) {
		uint8_t body[BODY_MAX];
		struct dti_rlp_writer writer =
			dti_rlp_writer_of(body, sizeof(body));

		packet_sample(&packet, (enum dti_packet_type)(1 + i % 6),
			      &random);
		cr_assert(dti_packet_body_write(&writer, &packet), "%u", i);

		memset(&read, 0, sizeof(read));
		read.type = packet.type;
		cr_assert(
			dti_packet_body_read(
				&read, (struct dti_bytes){body, writer.length}),
			"%u", i);
		cr_assert(packets_equal(&packet, &read), "%u", i);
	}
}

Test(discv4_packet_writer, a_body_is_written_as_a_whole_or_not_at_all)
{
	static struct dti_packet packet;
	struct random_stream random = {2};

	for (int type = DTI_PACKET_PING; type < DTI_PACKET_TYPE_COUNT; type++) {
		uint8_t body[BODY_MAX + 1];
		struct dti_rlp_writer whole = dti_rlp_writer_of(body, BODY_MAX);

		packet_sample(&packet, (enum dti_packet_type)type, &random);
		cr_assert(dti_packet_body_write(&whole, &packet));
		for (size_t size = 0; size <= whole.length; size++) {
			struct dti_rlp_writer writer =
				dti_rlp_writer_of(body, size);

			body[size] = 0xee;
			cr_assert_eq(dti_packet_body_write(&writer, &packet),
				     size == whole.length, "%d, %zu bytes",
				     type, size);
			cr_assert_eq(body[size], 0xee);
		}
	}
}
