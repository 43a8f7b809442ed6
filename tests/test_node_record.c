/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/endpoint.h"
#include "lib/node/id.h"
#include "lib/node/record.h"
#include "lib/wire/rlp.h"

#include "tests/harness.h"

static const struct dt_allocator libc = {.malloc = NULL};
static const struct dt_node_key test_key = {.bytes = {[31] = 7}};

/* Ended by fini. */
static struct dti_secp make_secp(void)
{
	uint8_t entropy[32] = {1};
	struct dti_secp secp;

	cr_assert_eq(dti_secp_init(&secp, entropy, &libc), DT_OK);
	return secp;
}

/* A record in the making: its pairs are RLP that the test writes. */
struct draft {
	uint8_t bytes[1024]; /* sequence number and pairs */
	struct dti_rlp_writer content;
	uint8_t record[1200];
	size_t length;
};

static void draft_begin(struct draft *draft)
{
	draft->content = dti_rlp_writer_of(draft->bytes, sizeof(draft->bytes));
	dti_rlp_write_u64(&draft->content, 5);
}

static void put(struct draft *draft, const char *key, const void *value,
		size_t length)
{
	dti_rlp_write_string(&draft->content, key, strlen(key));
	dti_rlp_write_string(&draft->content, value, length);
}

static void put_number(struct draft *draft, const char *key, uint64_t value)
{
	dti_rlp_write_string(&draft->content, key, strlen(key));
	dti_rlp_write_u64(&draft->content, value);
}

static void put_identity(struct draft *draft, const struct dti_secp *secp)
{
	uint8_t compressed[33];
	struct dt_node_id id;

	cr_assert(dti_secp_id_of_key(secp, &id, &test_key));
	cr_assert(dti_secp_compress(secp, compressed, &id));
	put(draft, "secp256k1", compressed, sizeof(compressed));
}

static void draft_sign(struct draft *draft, const struct dti_secp *secp)
{
	struct dti_rlp_writer writer =
		dti_rlp_writer_of(draft->record, sizeof(draft->record));
	size_t list = dti_rlp_begin_list(&writer);
	uint8_t signature[64];
	uint8_t digest[32];

	dti_record_digest(digest, (struct dti_bytes){draft->bytes,
						     draft->content.length});
	cr_assert(dti_secp_sign(secp, signature, digest, &test_key));
	dti_rlp_write_string(&writer, signature, sizeof(signature));
	dti_rlp_write_raw(&writer, draft->bytes, draft->content.length);
	dti_rlp_end_list(&writer, list);
	cr_assert_not(writer.failed);
	draft->length = writer.length;
}

static dt_err decode(struct dt_record *out, const struct draft *draft,
		     const struct dti_secp *secp, struct dt_error *error)
{
	return dti_record_decode(
		out, (struct dti_bytes){draft->record, draft->length}, secp,
		error);
}

static void assert_same_record(const struct dt_record *a,
			       const struct dt_record *b)
{
	cr_assert_eq(a->seq, b->seq);
	cr_assert(dti_node_id_equal(&a->node.id, &b->node.id));
	cr_assert(dti_endpoint_equal(&a->node.endpoint, &b->node.endpoint));
	cr_assert_null(a->node.host_name);
	cr_assert_null(b->node.host_name);
	cr_assert_eq(a->length, b->length);
	cr_assert_arr_eq(a->bytes, b->bytes, a->length);
}

Test(node_record, what_is_made_is_read_as_it_was_made)
{
	const struct dt_endpoint endpoints[] = {
		{.family = 0},
		{.family = 0, .udp_port = 1},
		{.family = 4, .ip = {10, 0, 0, 1}},
		{.family = 4,
		 .ip = {255, 254, 253, 252},
		 .tcp_port = 65535,
		 .udp_port = 30303},
		{.family = 6, .ip = {0x20, 1, [15] = 1}, .tcp_port = 1},
		{.family = 6, .ip = {0xfe, 0x80}, .udp_port = 127},
	};
	const uint64_t numbers[] = {0, 1, 128, UINT64_MAX};
	struct dti_secp secp = make_secp();
	struct dt_node_id id;

	cr_assert(dti_secp_id_of_key(&secp, &id, &test_key));
	for (size_t i = 0; i < 24; i++) {
		const struct dt_endpoint *endpoint = &endpoints[i % 6];
		struct dt_record record;
		struct dt_record again;
		struct dt_error error;

		cr_assert_eq(dti_record_make(&record, numbers[i / 6], endpoint,
					     &test_key, &secp),
			     DT_OK);
		cr_assert_eq(record.seq, numbers[i / 6]);
		cr_assert(dti_node_id_equal(&record.node.id, &id));
		cr_assert(dti_endpoint_equal(&record.node.endpoint, endpoint));
		cr_assert_eq(
			dti_record_decode(
				&again,
				(struct dti_bytes){record.bytes, record.length},
				&secp, &error),
			DT_OK, "%s", error.text);
		assert_same_record(&again, &record);
	}
	dti_secp_fini(&secp);
}

Test(node_record, without_a_secret_key_none_is_made)
{
	const struct dt_node_key zero = {.bytes = {0}};
	const struct dt_endpoint endpoint = {.family = 0};
	struct dti_secp secp = make_secp();
	struct dt_record record = {.seq = 77};

	cr_assert_eq(dti_record_make(&record, 1, &endpoint, &zero, &secp),
		     DT_ERR_ARGUMENT);

	cr_assert_eq(record.seq, 77u);
	dti_secp_fini(&secp);
}

Test(node_record, every_changed_bit_is_refused)
{
	const struct dt_endpoint endpoint = {.family = 4, .tcp_port = 30303};
	struct dti_secp secp = make_secp();
	struct dt_record record;
	struct dt_record out = {.seq = 77};

	cr_assert_eq(dti_record_make(&record, 1, &endpoint, &test_key, &secp),
		     DT_OK);
	for (size_t i = 0; i < 8 * (size_t)record.length; i++) {
		struct dti_bytes bytes = {record.bytes, record.length};

		record.bytes[i / 8] ^= (uint8_t)(1u << i % 8);
		cr_assert_eq(dti_record_decode(&out, bytes, &secp, NULL),
			     DT_ERR_PARSE, "bit %zu", i);
		record.bytes[i / 8] ^= (uint8_t)(1u << i % 8);
	}

	cr_assert_eq(out.seq, 77u);
	cr_assert_eq(out.length, 0);
	dti_secp_fini(&secp);
}

Test(node_record, every_cut_is_refused)
{
	const struct dt_endpoint endpoint = {.family = 4, .tcp_port = 30303};
	struct dti_secp secp = make_secp();
	struct dt_record record;
	struct dt_record out;

	cr_assert_eq(dti_record_make(&record, 1, &endpoint, &test_key, &secp),
		     DT_OK);
	for (size_t length = 0; length < record.length; length++) {
		struct dti_bytes bytes = {length == 0 ? NULL : record.bytes,
					  length};

		cr_assert_eq(dti_record_decode(&out, bytes, &secp, NULL),
			     DT_ERR_PARSE, "%zu", length);
	}
	dti_secp_fini(&secp);
}

/* What is put into a record beside its identity, and what is read of it. */
struct endpoint_case {
	const char *name;
	size_t ip;  /* bytes of "ip"; 0: it is not there */
	size_t ip6; /* of "ip6" */
	uint64_t tcp;
	uint64_t tcp6; /* of ports, 0: it is not there */
	uint64_t udp;
	uint64_t udp6;
	struct dt_endpoint expected;
};

static const struct endpoint_case endpoint_cases[] = {
	{.name = "nothing"},
	{.name = "IPv4",
	 .ip = 4,
	 .tcp = 1,
	 .udp = 2,
	 .expected = {{1, 2, 3, 4}, 4, 1, 2}},
	{.name = "IPv6, its own ports",
	 .ip6 = 16,
	 .tcp6 = 1,
	 .udp6 = 2,
	 .expected = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
		      6,
		      1,
		      2}},
	{.name = "IPv6, common ports",
	 .ip6 = 16,
	 .tcp = 3,
	 .udp = 4,
	 .expected = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
		      6,
		      3,
		      4}},
	{.name = "both",
	 .ip = 4,
	 .ip6 = 16,
	 .tcp = 1,
	 .tcp6 = 2,
	 .udp = 3,
	 .udp6 = 4,
	 .expected = {{1, 2, 3, 4}, 4, 1, 3}},
	{.name = "a bad IPv4 beside IPv6",
	 .ip = 5,
	 .ip6 = 16,
	 .tcp6 = 2,
	 .udp6 = 4,
	 .expected = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
		      6,
		      2,
		      4}},
	{.name = "a bad IPv6 alone",
	 .ip6 = 15,
	 .tcp = 1,
	 .tcp6 = 2,
	 .udp = 3,
	 .expected = {{0}, 0, 1, 3}},
	{.name = "ports out of range",
	 .ip = 4,
	 .tcp = 65536,
	 .udp = UINT64_MAX,
	 .expected = {{1, 2, 3, 4}, 4, 0, 0}},
	{.name = "an own port out of range",
	 .ip6 = 16,
	 .tcp = 9,
	 .tcp6 = 65536,
	 .udp6 = 65535,
	 .expected = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
		      6,
		      9,
		      65535}},
};

static void put_case(struct draft *draft, const struct endpoint_case *c,
		     const struct dti_secp *secp)
{
	static const uint8_t ip[] = {1, 2,  3,  4,  5,  6,  7,  8,
				     9, 10, 11, 12, 13, 14, 15, 16};

	put(draft, "id", "v4", 2);
	if (c->ip != 0)
		put(draft, "ip", ip, c->ip);
	if (c->ip6 != 0)
		put(draft, "ip6", ip, c->ip6);
	put_identity(draft, secp);
	if (c->tcp != 0)
		put_number(draft, "tcp", c->tcp);
	if (c->tcp6 != 0)
		put_number(draft, "tcp6", c->tcp6);
	if (c->udp != 0)
		put_number(draft, "udp", c->udp);
	if (c->udp6 != 0)
		put_number(draft, "udp6", c->udp6);
}

Test(node_record, a_wrong_address_or_port_counts_as_absent)
{
	struct dti_secp secp = make_secp();

	for (size_t i = 0;
	     i < sizeof(endpoint_cases) / sizeof(endpoint_cases[0]); i++) {
		const struct endpoint_case *c = &endpoint_cases[i];
		struct dt_record record;
		struct dt_error error;
		struct draft draft;

		draft_begin(&draft);
		put_case(&draft, c, &secp);
		draft_sign(&draft, &secp);
		cr_assert_eq(decode(&record, &draft, &secp, &error), DT_OK,
			     "%s: %s", c->name, error.text);
		cr_assert(
			dti_endpoint_equal(&record.node.endpoint, &c->expected),
			"%s", c->name);
		cr_assert_eq(record.seq, 5u);
	}
	dti_secp_fini(&secp);
}

Test(node_record, a_mapped_address_is_an_ipv4_address)
{
	static const uint8_t mapped[16] = {
		[10] = 0xff, [11] = 0xff, [12] = 1, [15] = 4};
	struct dti_secp secp = make_secp();
	struct dt_record record;
	struct draft draft;

	draft_begin(&draft);
	put(&draft, "id", "v4", 2);
	put(&draft, "ip6", mapped, sizeof(mapped));
	put_identity(&draft, &secp);
	put_number(&draft, "udp6", 9);
	draft_sign(&draft, &secp);

	cr_assert_eq(decode(&record, &draft, &secp, NULL), DT_OK);
	cr_assert_eq(record.node.endpoint.family, 4);
	cr_assert_eq(record.node.endpoint.ip[0], 1);
	cr_assert_eq(record.node.endpoint.udp_port, 9);
	dti_secp_fini(&secp);
}

Test(node_record, an_address_that_is_a_list_is_none)
{
	struct dti_secp secp = make_secp();
	struct dt_record record;
	struct draft draft;

	draft_begin(&draft);
	put(&draft, "id", "v4", 2);
	dti_rlp_write_string(&draft.content, "ip", 2);
	dti_rlp_write_raw(&draft.content, "\xc4\x01\x02\x03\x04", 5);
	put_identity(&draft, &secp);
	draft_sign(&draft, &secp);

	cr_assert_eq(decode(&record, &draft, &secp, NULL), DT_OK);
	cr_assert_eq(record.node.endpoint.family, 0);
	dti_secp_fini(&secp);
}

static void no_pairs(struct draft *draft, const struct dti_secp *secp)
{
	(void)draft;
	(void)secp;
}

static void other_scheme(struct draft *draft, const struct dti_secp *secp)
{
	put(draft, "id", "v5", 2);
	put_identity(draft, secp);
}

static void scheme_is_a_list(struct draft *draft, const struct dti_secp *secp)
{
	dti_rlp_write_string(&draft->content, "id", 2);
	dti_rlp_write_raw(&draft->content, "\xc2v4", 3);
	put_identity(draft, secp);
}

static void no_key(struct draft *draft, const struct dti_secp *secp)
{
	(void)secp;
	put(draft, "id", "v4", 2);
}

static void off_curve(struct draft *draft, const struct dti_secp *secp)
{
	static const uint8_t point[33] = {2, [32] = 5};

	(void)secp;
	put(draft, "id", "v4", 2);
	put(draft, "secp256k1", point, sizeof(point));
}

static void twice(struct draft *draft, const struct dti_secp *secp)
{
	put(draft, "id", "v4", 2);
	put(draft, "id", "v4", 2);
	put_identity(draft, secp);
}

static void shorter_behind(struct draft *draft, const struct dti_secp *secp)
{
	put(draft, "id", "v4", 2);
	put_identity(draft, secp);
	put(draft, "tcp6", "", 0);
	put(draft, "tcp", "", 0);
}

static void empty_behind(struct draft *draft, const struct dti_secp *secp)
{
	put(draft, "", "", 0);
	put(draft, "", "", 0);
	put(draft, "id", "v4", 2);
	put_identity(draft, secp);
}

static void key_is_a_list(struct draft *draft, const struct dti_secp *secp)
{
	put(draft, "id", "v4", 2);
	put_identity(draft, secp);
	dti_rlp_write_raw(&draft->content, "\xc1t\x01", 3);
}

static void no_value(struct draft *draft, const struct dti_secp *secp)
{
	put(draft, "id", "v4", 2);
	put_identity(draft, secp);
	dti_rlp_write_string(&draft->content, "z\n", 2);
}

static void value_not_canonical(struct draft *draft,
				const struct dti_secp *secp)
{
	put(draft, "id", "v4", 2);
	put_identity(draft, secp);
	dti_rlp_write_string(&draft->content, "z", 1);
	dti_rlp_write_raw(&draft->content, "\xc2\x81\x01", 3);
}

static void too_long(struct draft *draft, const struct dti_secp *secp)
{
	static const uint8_t value[178];

	put(draft, "id", "v4", 2);
	put_identity(draft, secp);
	put(draft, "z", value, sizeof(value));
}

Test(node_record, what_is_no_record_is_refused_with_a_sentence)
{
	static const struct {
		void (*put)(struct draft *draft, const struct dti_secp *secp);
		const char *sentence;
	} cases[] = {
		{no_pairs, "the node record's identity scheme is \"\"; \"v4\" "
			   "is accepted"},
		{other_scheme, "the node record's identity scheme is \"v5\"; "
			       "\"v4\" is accepted"},
		{scheme_is_a_list, "the node record's identity scheme is "
				   "\"\"; \"v4\" is accepted"},
		{no_key, "the node record has no public key; a point of the "
			 "curve in 33 bytes under \"secp256k1\" is accepted"},
		{off_curve,
		 "the node record has no public key; a point of the curve in "
		 "33 bytes under \"secp256k1\" is accepted"},
		{twice, "the node record's key \"id\" stands behind \"id\"; "
			"keys in ascending order, each once, are accepted"},
		{shorter_behind,
		 "the node record's key \"tcp\" stands behind \"tcp6\"; keys "
		 "in ascending order, each once, are accepted"},
		{empty_behind,
		 "the node record's key \"\" stands behind \"\"; keys in "
		 "ascending order, each once, are accepted"},
		{key_is_a_list,
		 "what stands behind the node record's key \"secp256k1\" is a "
		 "list; a byte string is accepted as key"},
		{no_value, "the node record's key \"z\\x0a\" has no value; one "
			   "behind each key is accepted"},
		{value_not_canonical,
		 "the node record, 123 bytes, is not one RLP list; one whose "
		 "items are all of canonical form is accepted"},
		{too_long,
		 "the node record has 301 bytes; at most 300 are accepted"},
	};
	struct dti_secp secp = make_secp();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dt_record record = {.seq = 77};
		struct dt_error error;
		struct draft draft;

		draft_begin(&draft);
		cases[i].put(&draft, &secp);
		draft_sign(&draft, &secp);
		cr_assert_eq(decode(&record, &draft, &secp, &error),
			     DT_ERR_PARSE);
		cr_assert_eq(error.code, DT_ERR_PARSE);
		cr_assert_str_eq(error.text, cases[i].sentence);
		cr_assert_eq(record.seq, 77u);
	}
	dti_secp_fini(&secp);
}

Test(node_record, bytes_that_are_no_list_of_a_record_are_refused)
{
	static const struct {
		const char *bytes;
		size_t length;
		const char *sentence;
	} cases[] = {
		{"", 0,
		 "the node record, 0 bytes, is not one RLP list; one "
		 "whose items are all of canonical form is accepted"},
		{"\x83"
		 "abc",
		 4,
		 "the node record, 4 bytes, is not one RLP list; one whose "
		 "items are all of canonical form is accepted"},
		{"\xc0\xc0", 2,
		 "the node record, 2 bytes, is not one RLP list; one whose "
		 "items are all of canonical form is accepted"},
		{"\xc0", 1,
		 "the node record does not begin with a signature; "
		 "one of 64 bytes is accepted"},
		{"\xc2\xc0\x01", 3,
		 "the node record does not begin with a signature; one of 64 "
		 "bytes is accepted"},
	};
	struct dti_secp secp = make_secp();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dti_bytes bytes = {(const uint8_t *)cases[i].bytes,
					  cases[i].length};
		struct dt_record record;
		struct dt_error error;

		cr_assert_eq(dti_record_decode(&record, bytes, &secp, &error),
			     DT_ERR_PARSE);
		cr_assert_str_eq(error.text, cases[i].sentence);
	}
	dti_secp_fini(&secp);
}

Test(node_record, a_record_of_another_key_is_refused)
{
	const struct dt_endpoint endpoint = {.family = 0};
	const struct dt_node_key other = {.bytes = {[31] = 8}};
	struct dti_secp secp = make_secp();
	struct dt_record records[2];
	struct dt_error error;
	struct dt_record out;

	cr_assert_eq(
		dti_record_make(&records[0], 1, &endpoint, &test_key, &secp),
		DT_OK);
	cr_assert_eq(dti_record_make(&records[1], 1, &endpoint, &other, &secp),
		     DT_OK);
	/* Behind the list's header of two bytes and the string's. */
	memcpy(records[0].bytes + 4, records[1].bytes + 4, 64);

	cr_assert_eq(dti_record_decode(&out,
				       (struct dti_bytes){records[0].bytes,
							  records[0].length},
				       &secp, &error),
		     DT_ERR_PARSE);
	cr_assert_str_eq(error.text,
			 "the node record's signature is not that of its "
			 "public key, which alone is accepted");
	dti_secp_fini(&secp);
}
