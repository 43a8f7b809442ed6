/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/packet.h"
#include "lib/node/endpoint.h"

#include "tests/harness.h"
#include "tests/packet_sample.h"
#include "tests/vectors.h"

#define NOW_S \
	1800000000  /* the clock of discv4-edge.txt: some day of its year */
#define LARGER 2048 /* than any vector */

/* A vector, read as far as it can be. */
struct reading {
	uint8_t bytes[LARGER];
	struct dti_bytes datagram;
	struct dti_packet packet;
	enum dti_packet_verdict decoded;
	enum dti_packet_verdict recovered;
};

static struct packet_signer signer_of(const char *file)
{
	struct packet_signer signer;
	struct dt_node_key key;
	char *hex = vectors_value(file, "key");

	vectors_fixed(key.bytes, sizeof(key.bytes), hex);
	free(hex);
	packet_signer_init(&signer, &key);
	return signer;
}

static void read_packet(struct reading *out, const char *hex,
			const struct packet_signer *signer)
{
	out->datagram.bytes = out->bytes;
	out->datagram.length = vectors_bytes(out->bytes, LARGER, hex);
	out->decoded = dti_packet_decode(&out->packet, out->datagram);
	out->recovered = DTI_PACKET_BAD_SIGNATURE;
	if (out->decoded == DTI_PACKET_GOOD)
		out->recovered = dti_packet_recover(&out->packet, out->datagram,
						    &signer->secp);
}

/* It is good and the signer's. */
static void read_good(struct reading *out, const char *name, const char *hex,
		      const struct packet_signer *signer)
{
	read_packet(out, hex, signer);
	cr_assert_eq(out->decoded, DTI_PACKET_GOOD, "%s", name);
	cr_assert_eq(out->recovered, DTI_PACKET_GOOD, "%s", name);
	cr_assert_arr_eq(out->packet.sender.bytes, signer->id.bytes,
			 sizeof(signer->id.bytes), "%s", name);
	cr_assert_arr_eq(out->packet.hash, out->bytes, sizeof(out->packet.hash),
			 "%s", name);
}

/* ---- discv4-eip868.txt ------------------------------------------------- */

static const char eip868[] = "discv4-eip868.txt";

/* Written anew it is the same, to the byte. */
static void check_encode(struct reading *reading, const char *name,
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
	struct packet_signer signer = signer_of(eip868);
	struct vectors vectors = vectors_open(eip868);
	static struct reading reading;
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
		read_good(&reading, line, value, &signer);
		check_encode(&reading, line, &signer);
	}

	cr_assert_eq(packets, 8);
	cr_assert_eq(rest, dti_array_length(others));
	packet_signer_fini(&signer);
}

/* @name of eip868, which is good, into @out. */
static void read_eip868(struct reading *out, const char *name)
{
	struct packet_signer signer = signer_of(eip868);
	char *hex = vectors_value(eip868, name);

	read_good(out, name, hex, &signer);
	free(hex);
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
	static struct reading reading;

	for (size_t i = 0; i < dti_array_length(sizes); i++) {
		read_eip868(&reading, sizes[i].name);
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
	static struct reading reading;

	read_eip868(&reading, "ping_noseq");
	cr_assert_not(reading.packet.has_record_seq);
	cr_assert_eq(reading.packet.record_seq, 0);

	read_eip868(&reading, "ping_seq");
	cr_assert(reading.packet.has_record_seq);
	cr_assert_eq(reading.packet.record_seq, 0x1234);

	read_eip868(&reading, "pong_seq");
	cr_assert(reading.packet.has_record_seq);
	cr_assert_eq(reading.packet.record_seq, 1);
}

Test(discv4_packet_vectors, a_record_response_has_the_record)
{
	static struct reading reading;
	uint8_t record[DT_RECORD_MAX];
	char *hex = vectors_value(eip868, "enr_rlp");
	size_t length = vectors_bytes(record, sizeof(record), hex);

	read_eip868(&reading, "enrresponse");

	cr_assert_eq(reading.packet.record_response.length, length);
	cr_assert_arr_eq(reading.packet.record_response.record, record, length);
	cr_assert_eq(reading.packet.expiration, 0);
	free(hex);
}

/* ---- eip8-discv4.txt --------------------------------------------------- */

static const char eip8[] = "eip8-discv4.txt";

static void check_endpoint(const struct dt_endpoint *endpoint, const char *ip,
			   uint16_t udp_port, uint16_t tcp_port)
{
	struct dt_endpoint expected = {.udp_port = udp_port,
				       .tcp_port = tcp_port};

	cr_assert(dti_endpoint_parse_ip(&expected, ip, strlen(ip)));
	cr_assert(dti_endpoint_equal(endpoint, &expected), "%s", ip);
}

static void read_eip8(struct reading *out, const char *name,
		      enum dti_packet_type type)
{
	struct packet_signer signer = signer_of(eip8);
	char *hex = vectors_value(eip8, name);

	read_good(out, name, hex, &signer);
	cr_assert_eq(out->packet.type, type, "%s", name);
	cr_assert_eq(out->packet.expiration, 1136239445, "%s", name);
	free(hex);
	packet_signer_fini(&signer);
}

Test(discv4_packet_vectors, pings_of_later_versions_are_read)
{
	static struct reading reading;
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
	static struct reading reading;
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
	static struct reading reading;
	struct dti_packet *packet = &reading.packet;
	struct packet_signer signer = signer_of(eip8);

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

/* ---- discv4-edge.txt --------------------------------------------------- */

static const char edge[] = "discv4-edge.txt";

/* Those that are refused for something other than their shape. */
static const struct {
	const char *name;
	enum dti_packet_verdict verdict;
} refused[] = {
	{"type_0", DTI_PACKET_BAD_TYPE},
	{"type_7", DTI_PACKET_BAD_TYPE},
	{"type_66", DTI_PACKET_BAD_TYPE},
	{"bad_hash", DTI_PACKET_BAD_HASH},
	{"packet_97_bytes", DTI_PACKET_BAD_SIZE},
	{"neighbors_16_over_1280", DTI_PACKET_BAD_SIZE},
	{"recid_4", DTI_PACKET_BAD_SIGNATURE},
	{"recid_plus_27", DTI_PACKET_BAD_SIGNATURE},
	{"sig_zero", DTI_PACKET_BAD_SIGNATURE},
};

/* Where go-ethereum decides otherwise; vectors/README.md allows it. */
static const struct {
	const char *name;
	bool accepted; /* by us */
} deviations[] = {
	/* EIP-8 says that more elements are to be ignored, and its own
	 * examples have a list here. */
	{"ping_fifth_is_list", true},
	{"ping_fifth_is_9_bytes", true},
	{"ping_fifth_leading_zero", true},
	/* A token is the hash of a ping: this one would match none. */
	{"pong_token_31", false},
	{"pong_token_33", false},
};

static bool is_accepted(const char *name, const char *verdict)
{
	for (size_t i = 0; i < dti_array_length(deviations); i++)
		if (strcmp(name, deviations[i].name) == 0) {
			bool by_others = strncmp(verdict, "ok", 2) == 0;

			cr_assert_neq(deviations[i].accepted, by_others, "%s",
				      name);
			return deviations[i].accepted;
		}
	return strncmp(verdict, "ok", 2) == 0;
}

static void check_refused(const char *name, const char *hex,
			  const struct packet_signer *signer)
{
	enum dti_packet_verdict expected = DTI_PACKET_BAD_SHAPE;
	static struct reading reading;

	for (size_t i = 0; i < dti_array_length(refused); i++)
		if (strcmp(name, refused[i].name) == 0)
			expected = refused[i].verdict;

	read_packet(&reading, hex, signer);

	cr_assert_eq(reading.decoded,
		     expected == DTI_PACKET_BAD_SIGNATURE ? DTI_PACKET_GOOD
							  : expected,
		     "%s: %d", name, (int)reading.decoded);
	cr_assert_eq(reading.recovered, DTI_PACKET_BAD_SIGNATURE, "%s", name);
}

Test(discv4_packet_vectors, malformed_packets_are_refused_and_odd_ones_are_not)
{
	struct packet_signer signer = signer_of(edge);
	struct vectors vectors = vectors_open(edge);
	static struct reading reading;
	size_t counts[2] = {0, 0}; /* refused, accepted */
	char *line;

	while ((line = vectors_next(&vectors)) != NULL) {
		char *verdict = vectors_cut(line, '=');
		char *hex;

		if (strcmp(line, "key") == 0)
			continue;
		hex = vectors_cut(verdict, ':');
		counts[is_accepted(line, verdict)]++;
		if (!is_accepted(line, verdict)) {
			check_refused(line, hex, &signer);
			continue;
		}
		read_good(&reading, line, hex, &signer);
		cr_assert_eq(reading.packet.expiration < NOW_S &&
				     reading.packet.type !=
					     DTI_PACKET_RECORD_RESPONSE,
			     strstr(verdict, "expired") != NULL, "%s", line);
	}

	cr_assert_eq(counts[0], 24);
	cr_assert_eq(counts[1], 22);
	packet_signer_fini(&signer);
}

Test(discv4_packet_vectors, a_fifth_element_that_is_no_integer_is_no_sequence)
{
	static const struct {
		const char *name;
		bool has_record_seq;
		uint64_t record_seq;
	} cases[] = {
		{"ping_plain", false, 0},
		{"ping_seq", true, 7},
		{"ping_many_extra", true, 7},
		{"ping_fifth_is_list", false, 0},
		{"ping_fifth_is_9_bytes", false, 0},
		{"ping_fifth_leading_zero", false, 0},
	};
	struct packet_signer signer = signer_of(edge);
	static struct reading reading;

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		char *value = vectors_value(edge, cases[i].name);

		read_good(&reading, cases[i].name, vectors_cut(value, ':'),
			  &signer);
		cr_assert_eq(reading.packet.has_record_seq,
			     cases[i].has_record_seq, "%s", cases[i].name);
		cr_assert_eq(reading.packet.record_seq, cases[i].record_seq,
			     "%s", cases[i].name);
		free(value);
	}
	packet_signer_fini(&signer);
}

Test(discv4_packet_vectors, expirations_of_the_far_future_have_long_passed)
{
	static const struct {
		const char *name;
		uint64_t expiration;
	} cases[] = {
		{"ping_plain", 4000000000},
		{"ping_exp_past", 1136239445},
		{"ping_exp_2e63", 0},
		{"ping_exp_minus_now", 0},
	};
	struct packet_signer signer = signer_of(edge);
	static struct reading reading;

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		char *value = vectors_value(edge, cases[i].name);

		read_good(&reading, cases[i].name, vectors_cut(value, ':'),
			  &signer);
		cr_assert_eq(reading.packet.expiration, cases[i].expiration,
			     "%s", cases[i].name);
		free(value);
	}
	packet_signer_fini(&signer);
}
