/* SPDX-License-Identifier: MIT */
#include "lib/container.h"
#include "lib/node/id.h"
#include "lib/node/node_entry.h"
#include "lib/node/record.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

/* The record of EIP-778, and the node that it is of. */
#define RECORD                                                               \
	"enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCB" \
	"OonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPK" \
	"Y0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8"
#define ID                                                                 \
	"ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138" \
	"7574077f301b421bc84df7266c44e9e6d569fc56be00812904767bf5ccd1fc7f"

static const struct dt_allocator libc_allocator;

static dt_err parse(struct dt_node *out, const char *text,
		    struct dt_error *error)
{
	struct dti_node_entry_parser parser = {.allocator = &libc_allocator};
	char host_name[DT_HOST_NAME_SIZE];
	dt_err err = dti_node_entry_parse(&parser, out, host_name,
					  (struct dti_span){text, strlen(text)},
					  error);

	dti_node_entry_parser_fini(&parser);
	return err;
}

static void assert_is(const char *text, const char *url)
{
	struct dt_error error = {0};
	char written[DT_ENODE_URL_SIZE];
	struct dt_node node;

	cr_assert_eq(parse(&node, text, &error), DT_OK, "%s", error.text);
	cr_assert_null(node.host_name);
	cr_assert_eq(dt_enode_format(written, sizeof(written), &node), DT_OK);
	cr_assert_str_eq(written, url);
}

Test(node_node_entry, a_url_an_id_and_a_record_are_nodes)
{
	assert_is("enode://" ID "@10.0.0.1:30303",
		  "enode://" ID "@10.0.0.1:30303");
	assert_is(ID, "enode://" ID);
	assert_is(RECORD, "enode://" ID "@127.0.0.1:0?discport=30303");
}

Test(node_node_entry, a_record_without_address_is_incomplete)
{
	static const uint8_t entropy[32] = {1};
	const struct dt_node_key key = {.bytes = {[31] = 1}};
	const struct dt_endpoint ports = {.tcp_port = 5, .udp_port = 6};
	char text[DT_RECORD_TEXT_SIZE];
	struct dt_record record;
	struct dti_secp secp;
	struct dt_node node;

	cr_assert_eq(dti_secp_init(&secp, entropy, &libc_allocator), DT_OK);
	cr_assert_eq(dti_record_make(&record, 1, &ports, &key, &secp), DT_OK);
	cr_assert_eq(dt_record_format(text, sizeof(text), &record), DT_OK);
	dti_secp_fini(&secp);

	cr_assert_eq(parse(&node, text, NULL), DT_OK);

	cr_assert(dti_node_id_equal(&node.id, &record.node.id));
	cr_assert_eq(node.endpoint.family, 0);
	cr_assert_eq(node.endpoint.tcp_port, 0);
	cr_assert_eq(node.endpoint.udp_port, 0);
}

Test(node_node_entry, what_is_none_of_them_is_refused_in_a_sentence)
{
	static const char *const pairs[][2] = {
		{"nonsense", "\"nonsense\" (length 8) is neither a node id "},
		{"ENR:xyz", "\"ENR:xyz\" (length 7) is neither a node id "},
		{"enr:", "the node record"},
		{"enr:xyz!", "\"enr:xyz!\" (length 8) is not base64url "},
		{RECORD "A", "the node record, 135 bytes, is not one RLP "},
	};

	for (size_t i = 0; i < dti_array_length(pairs); i++) {
		struct dt_error error = {0};
		struct dt_node node;

		cr_assert_eq(parse(&node, pairs[i][0], &error), DT_ERR_PARSE,
			     "%s", pairs[i][0]);
		cr_assert_eq(
			strncmp(error.text, pairs[i][1], strlen(pairs[i][1])),
			0, "%s", error.text);
	}
}

Test(node_node_entry, a_refusal_names_records_unless_a_url_was_meant)
{
	static const struct {
		const char *text;
		bool names;
	} rows[] = {
		{"nonsense", true},
		{"http://" ID "@1.2.3.4:5", true},
		{"e", true},
		{"", true},
		{"enode://" ID "@1.2.3.4:99999", false},
		{"ENODE://1@1.2.3.4:5", false},
		{"enr:", false},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct dt_error error = {0};
		struct dt_node node;
		bool names;

		cr_assert_eq(parse(&node, rows[i].text, &error), DT_ERR_PARSE);
		names = strstr(error.text, "; a node record (enr:...) is "
					   "accepted too") != NULL;
		cr_assert_eq(names, rows[i].names, "%s", error.text);
		cr_assert_eq(parse(&node, rows[i].text, NULL), DT_ERR_PARSE);
	}
}

Test(node_node_entry, a_record_whose_signature_is_not_good_is_refused)
{
	char text[] = RECORD;
	struct dt_error error = {0};
	struct dt_node node;

	text[sizeof(text) - 3] ^= 1; /* of the UDP port */
	cr_assert_eq(parse(&node, text, &error), DT_ERR_PARSE);
	cr_assert_not_null(strstr(error.text, "signature is not that of its "
					      "public key"),
			   "%s", error.text);
}

Test(node_node_entry, a_nul_byte_is_said_to_be_one)
{
	static const char text[] = "enr:\0xyz";
	struct dti_node_entry_parser parser = {.allocator = &libc_allocator};
	char host_name[DT_HOST_NAME_SIZE];
	struct dt_error error = {0};
	struct dt_node node;

	cr_assert_eq(dti_node_entry_parse(
			     &parser, &node, host_name,
			     (struct dti_span){text, sizeof(text) - 1}, &error),
		     DT_ERR_PARSE);
	cr_assert_str_eq(error.text, "there is a NUL byte; a node list is text "
				     "with one node a line");
}

Test(node_node_entry, a_parser_makes_what_records_need_once)
{
	struct failing_allocator memory = {.calls = 0};
	struct dt_allocator allocator = failing_allocator_functions(&memory);
	struct dti_node_entry_parser parser = {.allocator = &allocator};
	char host_name[DT_HOST_NAME_SIZE];
	struct dt_node node;

	cr_assert_eq(dti_node_entry_parse(&parser, &node, host_name,
					  (struct dti_span){ID, strlen(ID)},
					  NULL),
		     DT_OK);
	cr_assert_eq(memory.calls, 0);
	memory.fail_at = 1;
	for (int i = 0; i < 3; i++)
		cr_assert_eq(dti_node_entry_parse(
				     &parser, &node, host_name,
				     (struct dti_span){RECORD, strlen(RECORD)},
				     NULL),
			     i == 0 ? DT_ERR_NO_MEMORY : DT_OK);
	cr_assert_eq(memory.calls, 2);
	dti_node_entry_parser_fini(&parser);
	cr_assert_eq(memory.live, 0);
}
