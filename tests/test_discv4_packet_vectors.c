/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/node/endpoint.h"

#include "tests/harness.h"
#include "tests/packet_vectors.h"
#include "tests/vectors.h"

static const char eip868[] = "discv4-eip868.txt";

/* Written anew it is the same, to the byte. */
static void check_encode(struct packet_reading *reading, const char *name,
			 const struct packet_signer *signer)
{
	uint8_t out[DTI_PACKET_MAX];
	size_t length = 0;

	memset(reading->packet.hash, 0, sizeof(reading->packet.hash));
	cr_assert(dti_packet_encode(out, &length, &reading->packet,
				    &signer->key, &signer->secp),
		  "%s", name);
	cr_assert_eq(length, reading->datagram.length, "%s", name);
	cr_assert_arr_eq(out, reading->bytes, length, "%s", name);
	cr_assert_arr_eq(reading->packet.hash, out,
			 sizeof(reading->packet.hash), "%s", name);
}

Test(discv4_packet_vectors, go_ethereums_packets_are_read_and_written_alike)
{
	static const char *const others[] = {"key", "enr_rlp", "enr_text",
					     "enode_url"};
	struct packet_signer signer = packet_vectors_signer(eip868);
	struct vectors vectors = vectors_open(eip868);
	static struct packet_reading reading;
	size_t packets = 0;
	size_t rest = 0;
	char *line;

	while ((line = vectors_next(&vectors)) != NULL) {
		char *value = vectors_cut(line, '=');
		bool is_packet = true;

		for (size_t i = 0; i < dti_array_length(others); i++)
			is_packet = is_packet && strcmp(line, others[i]) != 0;
		packets += is_packet;
		rest += !is_packet;
		if (!is_packet)
			continue;
		packet_read_good(&reading, line, value, &signer);
		check_encode(&reading, line, &signer);
	}

	cr_assert_eq(packets, 8);
	cr_assert_eq(rest, dti_array_length(others));
	packet_signer_fini(&signer);
}

Test(discv4_packet_vectors, packets_have_the_sizes_that_the_protocol_gives)
{
	static const struct {
		const char *name;
		enum dti_packet_type type;
		size_t least;
		size_t most;
	} sizes[] = {
		{"ping_noseq", DTI_PACKET_PING, 122, 144},
		{"ping_seq", DTI_PACKET_PING, 122, 144},
		{"pong_seq", DTI_PACKET_PONG, 148, 152},
		{"findnode", DTI_PACKET_FIND_NODE, 171, 171},
		{"neighbors_empty", DTI_PACKET_NEIGHBORS, 105, 105},
		{"neighbors_12_ipv6", DTI_PACKET_NEIGHBORS, 1201, 1201},
		{"enrrequest", DTI_PACKET_RECORD_REQUEST, 104, 104},
		{"enrresponse", DTI_PACKET_RECORD_RESPONSE, 150, 437},
	};
	static struct packet_reading reading;

	for (size_t i = 0; i < dti_array_length(sizes); i++) {
		packet_read_vector(&reading, eip868, sizes[i].name);
		cr_assert_eq(reading.packet.type, sizes[i].type, "%s",
			     sizes[i].name);
		cr_assert_geq(reading.datagram.length, sizes[i].least, "%s",
			      sizes[i].name);
		cr_assert_leq(reading.datagram.length, sizes[i].most, "%s",
			      sizes[i].name);
	}
}

Test(discv4_packet_vectors, sequence_numbers_are_there_or_not)
{
	static struct packet_reading reading;

	packet_read_vector(&reading, eip868, "ping_noseq");
	cr_assert_not(reading.packet.has_record_seq);
	cr_assert_eq(reading.packet.record_seq, 0);

	packet_read_vector(&reading, eip868, "ping_seq");
	cr_assert(reading.packet.has_record_seq);
	cr_assert_eq(reading.packet.record_seq, 0x1234);

	packet_read_vector(&reading, eip868, "pong_seq");
	cr_assert(reading.packet.has_record_seq);
	cr_assert_eq(reading.packet.record_seq, 1);
}

Test(discv4_packet_vectors, a_record_response_has_the_record)
{
	static struct packet_reading reading;
	uint8_t record[DT_RECORD_MAX];
	char *hex = vectors_value(eip868, "enr_rlp");
	size_t length = vectors_bytes(record, sizeof(record), hex);

	packet_read_vector(&reading, eip868, "enrresponse");

	cr_assert_eq(reading.packet.record_response.length, length);
	cr_assert_arr_eq(reading.packet.record_response.record, record, length);
	cr_assert_eq(reading.packet.expiration, 0);
	free(hex);
}

static const char eip8[] = "eip8-discv4.txt";

static void check_endpoint(const struct dt_endpoint *endpoint, const char *ip,
			   uint16_t udp_port, uint16_t tcp_port)
{
	struct dt_endpoint expected = {.udp_port = udp_port,
				       .tcp_port = tcp_port};

	cr_assert(dti_endpoint_parse_ip(&expected, ip, strlen(ip)));
	cr_assert(dti_endpoint_equal(endpoint, &expected), "%s", ip);
}

static void read_eip8(struct packet_reading *out, const char *name,
		      enum dti_packet_type type)
{
	packet_read_vector(out, eip8, name);
	cr_assert_eq(out->packet.type, type, "%s", name);
	cr_assert_eq(out->packet.expiration, 1136239445, "%s", name);
}

Test(discv4_packet_vectors, pings_of_later_versions_are_read)
{
	static struct packet_reading reading;
	struct dti_packet *packet = &reading.packet;

	read_eip8(&reading, "ping1", DTI_PACKET_PING);
	check_endpoint(&packet->ping.from, "127.0.0.1", 3322, 5544);
	check_endpoint(&packet->ping.to, "::1", 2222, 3333);
	cr_assert(packet->has_record_seq);
	cr_assert_eq(packet->record_seq, 1);

	/* A list where EIP-868 has the sequence number. */
	read_eip8(&reading, "ping2", DTI_PACKET_PING);
	check_endpoint(&packet->ping.from, "2001:db8:3c4d:15::abcd:ef12", 3322,
		       5544);
	check_endpoint(&packet->ping.to, "2001:db8:85a3:8d3:1319:8a2e:370:7348",
		       2222, 33338);
	cr_assert_not(packet->has_record_seq);
	cr_assert_eq(packet->record_seq, 0);
}

Test(discv4_packet_vectors, a_pong_of_a_later_version_is_read)
{
	static struct packet_reading reading;
	uint8_t token[32];

	vectors_fixed(token, sizeof(token),
		      "fbc914b16819237dcd8801d7e53f69e9719adecb3cc0e790c57e91ca"
		      "4461c954");

	read_eip8(&reading, "pong", DTI_PACKET_PONG);

	check_endpoint(&reading.packet.pong.to,
		       "2001:db8:85a3:8d3:1319:8a2e:370:7348", 2222, 33338);
	cr_assert_arr_eq(reading.packet.pong.token, token, sizeof(token));
	cr_assert_not(reading.packet.has_record_seq);
}

Test(discv4_packet_vectors, queries_and_answers_of_later_versions_are_read)
{
	static const struct {
		const char *ip;
		uint16_t udp_port;
		uint16_t tcp_port;
		uint8_t id_first; /* byte */
	} nodes[] = {
		{"99.33.22.55", 4444, 4445, 0x31},
		{"1.2.3.4", 1, 1, 0x31},
		{"2001:db8:3c4d:15::abcd:ef12", 3333, 3333, 0x38},
		{"2001:db8:85a3:8d3:1319:8a2e:370:7348", 999, 1000, 0x8d},
	};
	static struct packet_reading reading;
	struct dti_packet *packet = &reading.packet;
	struct packet_signer signer = packet_vectors_signer(eip8);

	read_eip8(&reading, "findnode", DTI_PACKET_FIND_NODE);
	cr_assert_arr_eq(packet->find_node.target.bytes, signer.id.bytes,
			 sizeof(signer.id.bytes));

	read_eip8(&reading, "neighbors", DTI_PACKET_NEIGHBORS);
	cr_assert_eq(packet->neighbors.count, dti_array_length(nodes));
	for (size_t i = 0; i < dti_array_length(nodes); i++) {
		check_endpoint(&packet->neighbors.nodes[i].endpoint,
			       nodes[i].ip, nodes[i].udp_port,
			       nodes[i].tcp_port);
		cr_assert_eq(packet->neighbors.nodes[i].id.bytes[0],
			     nodes[i].id_first);
	}
	packet_signer_fini(&signer);
}
