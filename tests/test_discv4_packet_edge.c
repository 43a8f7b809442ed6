/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"

#include "tests/harness.h"
#include "tests/packet_vectors.h"
#include "tests/vectors.h"

#define NOW_S 1800000000 /* between the file's past and its future */

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

/*
 * Where go-ethereum decides otherwise, which is policy and not safety. Elements
 * behind those of an endpoint or a neighbour are refused, as it does.
 */
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
	static struct packet_reading reading;

	for (size_t i = 0; i < dti_array_length(refused); i++)
		if (strcmp(name, refused[i].name) == 0)
			expected = refused[i].verdict;

	packet_read(&reading, hex, signer);

	cr_assert_eq(reading.decoded,
		     expected == DTI_PACKET_BAD_SIGNATURE ? DTI_PACKET_GOOD
							  : expected,
		     "%s: %d", name, (int)reading.decoded);
	cr_assert_eq(reading.recovered, DTI_PACKET_BAD_SIGNATURE, "%s", name);
}

Test(discv4_packet_edge, malformed_packets_are_refused_and_odd_ones_are_not)
{
	struct packet_signer signer = packet_vectors_signer(edge);
	struct vectors vectors = vectors_open(edge);
	static struct packet_reading reading;
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
		packet_read_good(&reading, line, hex, &signer);
		cr_assert_eq(reading.packet.expiration < NOW_S &&
				     reading.packet.type !=
					     DTI_PACKET_RECORD_RESPONSE,
			     strstr(verdict, "expired") != NULL, "%s", line);
	}

	cr_assert_eq(counts[0], 24);
	cr_assert_eq(counts[1], 22);
	packet_signer_fini(&signer);
}

Test(discv4_packet_edge, a_fifth_element_that_is_no_integer_is_no_sequence)
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
	static struct packet_reading reading;

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		packet_read_vector(&reading, edge, cases[i].name);
		cr_assert_eq(reading.packet.has_record_seq,
			     cases[i].has_record_seq, "%s", cases[i].name);
		cr_assert_eq(reading.packet.record_seq, cases[i].record_seq,
			     "%s", cases[i].name);
	}
}

Test(discv4_packet_edge, expirations_of_the_far_future_have_long_passed)
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
	static struct packet_reading reading;

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		packet_read_vector(&reading, edge, cases[i].name);
		cr_assert_eq(reading.packet.expiration, cases[i].expiration,
			     "%s", cases[i].name);
	}
}
