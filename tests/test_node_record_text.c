/* SPDX-License-Identifier: MIT */
/* Node records as go-ethereum writes and judges them, and as text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/node/record.h"

#include "tests/harness.h"
#include "tests/vectors.h"

static const struct dt_allocator libc = {.malloc = NULL};

static struct dt_record record_of(const char *text)
{
	struct dt_record record;
	struct dt_error error;

	cr_assert_eq(dt_record_parse(&record, text, strlen(text), &error),
		     DT_OK, "%s", error.text);
	return record;
}

/* "enr/..." of a vector as it is written elsewhere. */
static char *text_of(char *vector)
{
	cr_assert_arr_eq(vector, "enr/", 4);
	vector[3] = ':';
	return vector;
}

/* "SEQ,IP,UDP,TCP"; IPv6 is not among the vectors but for one. */
static void describe(char *out, size_t size, const struct dt_record *record)
{
	const struct dt_endpoint *endpoint = &record->node.endpoint;
	const uint8_t *ip = endpoint->ip;
	char address[32] = "<nil>";

	if (endpoint->family == 4)
		snprintf(address, sizeof(address), "%u.%u.%u.%u", ip[0], ip[1],
			 ip[2], ip[3]);
	if (endpoint->family == 6)
		snprintf(address, sizeof(address), "%x%02x.%x%x..%u", ip[0],
			 ip[1], ip[2], ip[3], ip[15]);
	snprintf(out, size, "%llu,%s,%u,%u", (unsigned long long)record->seq,
		 address, endpoint->udp_port, endpoint->tcp_port);
}

Test(node_record_text, the_example_of_the_specification_is_read)
{
	char *text = vectors_value("eip778-enr.txt", "enr");
	char *hex_key = vectors_value("eip778-enr.txt", "key");
	struct dt_record record = record_of(text);
	char again[DT_RECORD_TEXT_SIZE];
	char described[64];
	struct dt_node_key key;
	struct dt_node_id id;

	vectors_fixed(key.bytes, sizeof(key.bytes), hex_key);
	cr_assert_eq(dt_node_key_id(&id, &key), DT_OK);
	describe(described, sizeof(described), &record);

	cr_assert_str_eq(described, "1,127.0.0.1,30303,0");
	cr_assert_arr_eq(record.node.id.bytes, id.bytes, sizeof(id.bytes));
	cr_assert_eq(dt_record_format(again, sizeof(again), &record), DT_OK);
	cr_assert_str_eq(again, text);
	free(hex_key);
	free(text);
}

Test(node_record_text, the_verdicts_are_those_of_go_ethereum)
{
	struct vectors vectors = vectors_open("enr-edge.txt");
	size_t accepted = 0;
	size_t count = 0;
	char *line;

	while ((line = vectors_next(&vectors)) != NULL) {
		char *verdict = vectors_cut(line, '=');
		struct dt_record record;
		struct dt_error error;
		char described[64];
		char *text;
		dt_err err;

		if (strcmp(line, "key") == 0)
			continue;
		text = text_of(vectors_cut(verdict, ':'));
		err = dt_record_parse(&record, text, strlen(text), &error);
		if (err == DT_OK) {
			describe(described, sizeof(described), &record);
			cr_assert_str_eq(verdict + strlen("ok,"), described,
					 "%s", line);
			accepted++;
		} else {
			cr_assert_eq(err, DT_ERR_PARSE);
			cr_assert_arr_eq(verdict, "error", 5, "%s: %s", line,
					 error.text);
		}
		count++;
	}

	cr_assert_eq(accepted, 9u);
	cr_assert_eq(count, 23u);
}

Test(node_record_text, records_are_made_as_go_ethereum_makes_them)
{
	static const struct {
		const char *name;
		uint64_t seq;
		struct dt_endpoint endpoint;
	} cases[] = {
		{"plain", 1, {{127, 0, 0, 1}, 4, 30303, 30303}},
		{"seq_0", 0, {{127, 0, 0, 1}, 4, 30303, 30303}},
		{"seq_max", UINT64_MAX, {{127, 0, 0, 1}, 4, 30303, 30303}},
		{"no_endpoint", 1, {{0}, 0, 0, 0}},
		{"ip6_only", 1, {{0x20, 1, 0x0d, 0xb8, [15] = 1}, 6, 1, 2}},
	};
	const uint8_t entropy[32] = {1};
	char *hex_key = vectors_value("enr-edge.txt", "key");
	struct dt_node_key key;
	struct dti_secp secp;

	vectors_fixed(key.bytes, sizeof(key.bytes), hex_key);
	cr_assert_eq(dti_secp_init(&secp, entropy, &libc), DT_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *vector = vectors_value("enr-edge.txt", cases[i].name);
		char *expected = text_of(vectors_cut(vector, ':'));
		char text[DT_RECORD_TEXT_SIZE];
		struct dt_record record;

		cr_assert_eq(dti_record_make(&record, cases[i].seq,
					     &cases[i].endpoint, &key, &secp),
			     DT_OK);
		cr_assert_eq(dt_record_format(text, sizeof(text), &record),
			     DT_OK);
		cr_assert_str_eq(text, expected, "%s", cases[i].name);
		free(vector);
	}
	dti_secp_fini(&secp);
	free(hex_key);
}

Test(node_record_text, the_longest_record_fits_and_a_smaller_buffer_is_refused)
{
	char *vector = vectors_value("enr-edge.txt", "size_300");
	char *expected = text_of(vectors_cut(vector, ':'));
	struct dt_record record = record_of(expected);
	char text[DT_RECORD_TEXT_SIZE];

	cr_assert_eq(strlen(expected), DT_RECORD_TEXT_SIZE - 1u);
	cr_assert_eq(record.length, DT_RECORD_MAX);
	for (size_t size = 0; size < sizeof(text); size++) {
		memset(text, 'x', sizeof(text));
		cr_assert_eq(dt_record_format(text, size, &record),
			     DT_ERR_TOO_SMALL, "%zu", size);
		cr_assert_eq(text[0], 'x');
	}

	cr_assert_eq(dt_record_format(text, sizeof(text), &record), DT_OK);
	cr_assert_str_eq(text, expected);
	record.length++;
	cr_assert_eq(dt_record_format(text, sizeof(text), &record),
		     DT_ERR_TOO_SMALL);
	free(vector);
}

Test(node_record_text, a_text_of_another_form_is_refused_with_a_sentence)
{
	static const struct {
		const char *text;
		const char *sentence;
	} cases[] = {
		{"", "\"\" does not begin with \"enr:\"; \"enr:\" and "
		     "base64url is accepted as a node record"},
		{"enode://aa", "\"enode://aa\" does not begin with \"enr:\"; "
			       "\"enr:\" and base64url is accepted as a node "
			       "record"},
		{"ENR:wA", "\"ENR:wA\" does not begin with \"enr:\"; \"enr:\" "
			   "and base64url is accepted as a node record"},
		{" enr:wA", "\" enr:wA\" does not begin with \"enr:\"; "
			    "\"enr:\" and base64url is accepted as a node "
			    "record"},
		{"enr:w", "\"enr:w\" (length 5) is not base64url behind "
			  "\"enr:\"; at most 300 bytes, without padding, are "
			  "accepted"},
		{"enr:+/+/", "\"enr:+/+/\" (length 8) is not base64url behind "
			     "\"enr:\"; at most 300 bytes, without padding, "
			     "are accepted"},
		{"enr:", "the node record, 0 bytes, is not one RLP list; one "
			 "whose items are all of canonical form is accepted"},
		{"enr:wA", "the node record does not begin with a signature; "
			   "one of 64 bytes is accepted"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dt_record record = {.seq = 77};
		struct dt_error error;

		cr_assert_eq(dt_record_parse(&record, cases[i].text,
					     strlen(cases[i].text), &error),
			     DT_ERR_PARSE);
		cr_assert_str_eq(error.text, cases[i].sentence);
		cr_assert_eq(record.seq, 77u);
	}
}

Test(node_record_text, a_record_has_one_text)
{
	/* Of c0, the empty list; what else base64 readers take for it. */
	static const char *const others[] = {
		"enr:wA==", "enr:wA=", "enr:w A",  "enr: wA",
		"enr:wA\n", "enr:wB",  "enr:wP",   "enr:wA\r\n",
		"enr:\twA", "enr:wA.", "enr:wA#a",
	};
	struct dt_error error;
	struct dt_record record;

	cr_assert_eq(dt_record_parse(&record, "enr:wA", 6, &error),
		     DT_ERR_PARSE);
	cr_assert_not_null(strstr(error.text, "does not begin with a sig"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		cr_assert_eq(dt_record_parse(&record, others[i],
					     strlen(others[i]), &error),
			     DT_ERR_PARSE);
		cr_assert_not_null(strstr(error.text, "is not base64url"), "%s",
				   error.text);
	}
}

Test(node_record_text, a_text_ends_with_its_length)
{
	char *text = vectors_value("eip778-enr.txt", "enr");
	size_t length = strlen(text);
	struct dt_record record;

	text[length] = 'A';
	cr_assert_eq(dt_record_parse(&record, text, length, NULL), DT_OK);
	for (size_t cut = 0; cut < length; cut++)
		cr_assert_eq(dt_record_parse(&record, text, cut, NULL),
			     DT_ERR_PARSE, "%zu", cut);
	free(text);
}

Test(node_record_text, a_text_that_is_too_long_is_not_decoded)
{
	char text[1000];
	struct dt_record record;
	struct dt_error error;

	snprintf(text, sizeof(text), "enr:%0*d", 990, 0);
	for (size_t length = DT_RECORD_TEXT_SIZE - 1; length < 990; length++)
		cr_assert_eq(dt_record_parse(&record, text, length, &error),
			     DT_ERR_PARSE);

	cr_assert_not_null(strstr(error.text, "is not base64url"));
}
