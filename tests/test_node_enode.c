/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lib/dialtone.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"

#include "tests/harness.h"

/* A node id, and how an error shows it. */
#define ID                                                                 \
	"ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd3138" \
	"7574077f301b421bc84df7266c44e9e6d569fc56be00812904767bf5ccd1fc7f"
#define ID_SHOWN "ca634cae0d49acb401d8a4c6b6fe8c55b70d115b..."
#define WANTED   "; enode://ID@HOST:PORT with an ID of 128 hex digits is accepted"
#define LABEL_63 \
	"a23456789012345678901234567890123456789012345678901234567890123"
#define NAME_255 LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_63

struct parsed {
	struct dt_node node;
	char host_name[DT_HOST_NAME_SIZE];
	struct dt_error error;
};

static dt_err parse(struct parsed *out, const char *url)
{
	return dt_enode_parse(&out->node, out->host_name, url, strlen(url),
			      &out->error);
}

struct accepted_url {
	const char *url;
	const char *canonical;
};

static bool same_node(const struct dt_node *a, const struct dt_node *b)
{
	if (!dti_node_id_equal(&a->id, &b->id) ||
	    !dti_endpoint_equal(&a->endpoint, &b->endpoint))
		return false;
	if (a->host_name == NULL || b->host_name == NULL)
		return a->host_name == b->host_name;
	return strcmp(a->host_name, b->host_name) == 0;
}

/* Is it accepted, written as its canonical URL, and read from that again? */
static bool has_canonical(const struct accepted_url *url)
{
	struct parsed parsed;
	struct parsed again;
	char text[DT_ENODE_URL_SIZE];

	return parse(&parsed, url->url) == DT_OK &&
	       dt_enode_format(text, sizeof(text), &parsed.node) == DT_OK &&
	       strcmp(text, url->canonical) == 0 &&
	       parse(&again, text) == DT_OK &&
	       same_node(&again.node, &parsed.node);
}

Test(node_enode, every_accepted_form_has_one_canonical_url)
{
	const struct accepted_url urls[] = {
		{"enode://" ID "@1.2.3.4:30303",
		 "enode://" ID "@1.2.3.4:30303"},
		{"eNoDe://" ID "@1.2.3.4:030303",
		 "enode://" ID "@1.2.3.4:30303"},
		{"enode://0x" ID "@1.2.3.4:0", "enode://" ID "@1.2.3.4:0"},
		{"0x" ID, "enode://" ID},
		{ID, "enode://" ID},
		{"enode://0x" ID, "enode://" ID},
		{"enode://" ID "@1.2.3.4:5?discport=6",
		 "enode://" ID "@1.2.3.4:5?discport=6"},
		{"enode://" ID "@1.2.3.4:5?discport=5",
		 "enode://" ID "@1.2.3.4:5"},
		{"enode://" ID "@1.2.3.4:5?discport=",
		 "enode://" ID "@1.2.3.4:5"},
		{"enode://" ID "@1.2.3.4:5?discport",
		 "enode://" ID "@1.2.3.4:5"},
		{"enode://" ID "@1.2.3.4:5?a=b&discport=6&discport=7",
		 "enode://" ID "@1.2.3.4:5?discport=6"},
		{"enode://" ID "@1.2.3.4:5?xdiscport=7&Discport=8",
		 "enode://" ID "@1.2.3.4:5"},
		{"enode://" ID "@1.2.3.4:5?", "enode://" ID "@1.2.3.4:5"},
		{"enode://" ID "@1.2.3.4:5/a@b:c/d?discport=6#e?discport=7",
		 "enode://" ID "@1.2.3.4:5?discport=6"},
		{"enode://" ID "@1.2.3.4:5#?discport=7",
		 "enode://" ID "@1.2.3.4:5"},
		{"enode://" ID "@[::1]:5", "enode://" ID "@[::1]:5"},
		{"enode://" ID "@[2001:DB8:0::7]:5?discport=0",
		 "enode://" ID "@[2001:db8::7]:5?discport=0"},
		{"enode://" ID "@[::ffff:1.2.3.4]:5",
		 "enode://" ID "@1.2.3.4:5"},
		{"enode://" ID "@boot.example.org:30303",
		 "enode://" ID "@boot.example.org:30303"},
		{"enode://" ID "@Node-1.my_pool.:1?discport=2",
		 "enode://" ID "@Node-1.my_pool.:1?discport=2"},
		{"enode://" ID "@4.3.2.1.in-addr.arpa:1",
		 "enode://" ID "@4.3.2.1.in-addr.arpa:1"},
	};

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		cr_assert(has_canonical(&urls[i]), "%s", urls[i].url);
}

Test(node_enode, the_longest_url_fits)
{
	/* 253 bytes: the last label is two bytes shorter than the others. */
	struct accepted_url url = {
		"enode://" ID "@" LABEL_63 "." LABEL_63 "." LABEL_63 "."
		"b2345678901234567890123456789012345678901234567890123456789"
		"01:65535?discport=65534",
		NULL,
	};
	struct parsed parsed;

	url.canonical = url.url;
	cr_assert(has_canonical(&url));
	cr_assert_lt(strlen(url.url), (size_t)DT_ENODE_URL_SIZE);
	cr_assert_eq(parse(&parsed, url.url), DT_OK);
	cr_assert_eq(strlen(parsed.host_name), DT_HOST_NAME_SIZE - 1u);
}

Test(node_enode, an_address_comes_without_a_host_name)
{
	struct parsed parsed;
	const uint8_t ip[16] = {192, 0, 2, 7};

	cr_assert_eq(
		parse(&parsed, "enode://" ID "@192.0.2.7:30303?discport=30301"),
		DT_OK);

	cr_assert_eq(parsed.node.id.bytes[0], 0xca);
	cr_assert_eq(parsed.node.id.bytes[63], 0x7f);
	cr_assert_eq(parsed.node.endpoint.family, 4);
	cr_assert_arr_eq(parsed.node.endpoint.ip, ip, 16);
	cr_assert_eq(parsed.node.endpoint.tcp_port, 30303);
	cr_assert_eq(parsed.node.endpoint.udp_port, 30301);
	cr_assert_null(parsed.node.host_name);
}

Test(node_enode, a_host_name_comes_without_address_but_with_ports)
{
	struct parsed parsed;

	cr_assert_eq(parse(&parsed, "enode://" ID "@boot.example.org:7"),
		     DT_OK);

	cr_assert_eq((const void *)parsed.node.host_name,
		     (const void *)parsed.host_name);
	cr_assert_str_eq(parsed.host_name, "boot.example.org");
	cr_assert_eq(parsed.node.endpoint.family, 0);
	cr_assert_eq(parsed.node.endpoint.tcp_port, 7);
	cr_assert_eq(parsed.node.endpoint.udp_port, 7);
}

Test(node_enode, an_incomplete_url_has_neither_address_nor_ports)
{
	struct parsed parsed;

	cr_assert_eq(parse(&parsed, "enode://" ID), DT_OK);

	cr_assert_eq(parsed.node.endpoint.family, 0);
	cr_assert_eq(parsed.node.endpoint.tcp_port, 0);
	cr_assert_eq(parsed.node.endpoint.udp_port, 0);
	cr_assert_null(parsed.node.host_name);
}

Test(node_enode, the_url_need_not_end_in_nul)
{
	const char url[] = "enode://" ID "@1.2.3.4:303";
	struct parsed parsed;

	cr_assert_eq(dt_enode_parse(&parsed.node, parsed.host_name, url,
				    sizeof(url) - 2, &parsed.error),
		     DT_OK);

	cr_assert_eq(parsed.node.endpoint.tcp_port, 30);
}

Test(node_enode, a_malformed_url_is_refused_with_a_sentence_about_its_part)
{
	const struct {
		const char *url;
		const char *sentence;
	} cases[] = {
		{"", "\"\" (length 0) is neither a node id of 128 hex "
		     "digits nor enode://ID@HOST:PORT"},
		{"enode://", "\"\" (length 0) is neither a node id of 128 "
			     "hex digits nor enode://ID@HOST:PORT"},
		{"http://" ID "@1.2.3.4:5",
		 "the scheme \"http\" is not \"enode\"" WANTED},
		{"enode:" ID "@1.2.3.4:5",
		 "\"enode:ca634cae0d49acb401d8a4c6b6fe8c55b7...\" (length "
		 "144) is neither a node id of 128 hex digits nor "
		 "enode://ID@HOST:PORT"},
		{ID "@1.2.3.4:5",
		 "\"" ID_SHOWN "\" (length 138) is neither a node id of "
		 "128 hex digits nor enode://ID@HOST:PORT"},
		{ID "ab", "\"" ID_SHOWN "\" (length 130) is neither a "
			  "node id of 128 hex digits nor "
			  "enode://ID@HOST:PORT"},
		{"enode://1.2.3.4:5",
		 "\"1.2.3.4:5\" (length 9) is neither a node id of 128 "
		 "hex digits nor enode://ID@HOST:PORT"},
		{"enode://" ID "?discport=5",
		 "\"" ID_SHOWN "\" (length 139) is neither a node id of "
		 "128 hex digits nor enode://ID@HOST:PORT"},
		{"enode://" ID "/@1.2.3.4:5",
		 "\"" ID_SHOWN "\" (length 139) is neither a node id of "
		 "128 hex digits nor enode://ID@HOST:PORT"},
		{"enode://@1.2.3.4:5",
		 "the node id \"\" (length 0) is not 128 hex digits, with "
		 "or without \"0x\" before them"},
		{"enode://abc@1.2.3.4:5",
		 "the node id \"abc\" (length 3) is not 128 hex digits, "
		 "with or without \"0x\" before them"},
		{"enode://0X" ID "@1.2.3.4:5",
		 "the node id \"0Xca634cae0d49acb401d8a4c6b6fe8c55b70d11...\" "
		 "(length 130) is not 128 hex digits, with or without "
		 "\"0x\" before them"},
		{"enode://" ID "@" ID "@1.2.3.4:5",
		 "the node id \"" ID_SHOWN "\" (length 257) is not 128 "
		 "hex digits, with or without \"0x\" before them"},
		{"enode://" ID ":secret@1.2.3.4:5",
		 "a password stands behind the node id" WANTED},
		{"enode://" ID ":@1.2.3.4:5",
		 "a password stands behind the node id" WANTED},
		{" enode://" ID "@1.2.3.4:5",
		 "byte 1 of the enode URL, \" \", is white space or a control "
		 "character" WANTED},
		{"enode://" ID "@1.2.3.4:5\t",
		 "byte 147 of the enode URL, \"\\x09\", is white space or a "
		 "control character" WANTED},
		{"enode://" ID "@1.2.3.4:5/\x7f",
		 "byte 148 of the enode URL, \"\\x7f\", is white space or a "
		 "control character" WANTED},
		{"enode://" ID "@", "there is no host behind the \"@\"; an "
				    "IPv4 address, an IPv6 address in "
				    "brackets or a host name is accepted"},
		{"enode://" ID "@:5", "there is no host behind the \"@\"; an "
				      "IPv4 address, an IPv6 address in "
				      "brackets or a host name is accepted"},
		{"enode://" ID "@1.2.3.4",
		 "\"1.2.3.4\" has no port; HOST:PORT is accepted"},
		{"enode://" ID "@1.2.3.4:",
		 "\"1.2.3.4:\" has no port; HOST:PORT is accepted"},
		{"enode://" ID "@boot.example.org?discport=5",
		 "\"boot.example.org\" has no port; HOST:PORT is accepted"},
		{"enode://" ID "@[::1]",
		 "\"[::1]\" has no port; HOST:PORT is accepted"},
		{"enode://" ID "@[::1]5",
		 "\"[::1]5\" has no port; HOST:PORT is accepted"},
		{"enode://" ID "@1.2.3.4:65536",
		 "the TCP port \"65536\" is not a number from 0 to 65535"},
		{"enode://" ID "@1.2.3.4:-1",
		 "the TCP port \"-1\" is not a number from 0 to 65535"},
		{"enode://" ID "@1.2.3.4:http",
		 "the TCP port \"http\" is not a number from 0 to 65535"},
		{"enode://" ID "@1.2.3.4:5?discport=99999",
		 "the discport \"99999\" is not a number from 0 to 65535"},
		{"enode://" ID "@1.2.3.4:5?discport=+5",
		 "the discport \"+5\" is not a number from 0 to 65535"},
		{"enode://" ID "@1.2.3.4:5?a&discport=x",
		 "the discport \"x\" is not a number from 0 to 65535"},
		{"enode://" ID "@127.0.0.01:5",
		 "the host \"127.0.0.01\" is not an IPv4 address; four "
		 "numbers from 0 to 255 without leading zeros are accepted"},
		{"enode://" ID "@1.2.3:5",
		 "the host \"1.2.3\" is not an IPv4 address; four numbers "
		 "from 0 to 255 without leading zeros are accepted"},
		{"enode://" ID "@1.2.3.4.:5",
		 "the host \"1.2.3.4.\" is not an IPv4 address; four numbers "
		 "from 0 to 255 without leading zeros are accepted"},
		{"enode://" ID "@256:5",
		 "the host \"256\" is not an IPv4 address; four numbers from "
		 "0 to 255 without leading zeros are accepted"},
		{"enode://" ID "@example.123:5",
		 "the host \"example.123\" is not an IPv4 address; four "
		 "numbers from 0 to 255 without leading zeros are accepted"},
		{"enode://" ID "@a..b:5",
		 "the host \"a..b\" (length 4) is not a host name; at "
		 "most 253 letters, digits, \"-\" and \"_\", with dots "
		 "between labels of 1 to 63, are accepted"},
		{"enode://" ID "@" LABEL_63 "b.org:5",
		 "the host \"a234567890123456789012345678901234567890...\" (length "
		 "68) is not a host name; at most 253 letters, "
		 "digits, \"-\" and \"_\", with dots between labels of 1 to "
		 "63, are accepted"},
		{"enode://" ID "@" NAME_255 ":5",
		 "the host \"a234567890123456789012345678901234567890...\" "
		 "(length 255) is not a host name; at most 253 letters, "
		 "digits, \"-\" and \"_\", with dots between labels of 1 to "
		 "63, are accepted"},
		{"enode://" ID "@b\xc3\xbcro.org:5",
		 "the host \"b\\xc3\\xbcro.org\" (length 9) is not a host "
		 "name; at most 253 letters, digits, \"-\" and \"_\", with "
		 "dots between labels of 1 to 63, are accepted"},
		{"enode://" ID "@%61.org:5",
		 "the host \"%61.org\" (length 7) is not a host name; at "
		 "most 253 letters, digits, \"-\" and \"_\", with dots "
		 "between labels of 1 to 63, are accepted"},
		{"enode://" ID "@::1:5",
		 "\"::1:5\" has more than one \":\"; HOST:PORT with an IPv6 "
		 "address in brackets is accepted"},
		{"enode://" ID "@[::1:5",
		 "the host \"[::1:5\" is not an IPv6 address in brackets; one "
		 "without zone, such as [2001:db8::1], is accepted"},
		{"enode://" ID "@[]:5",
		 "the host \"[]\" is not an IPv6 address in brackets; one "
		 "without zone, such as [2001:db8::1], is accepted"},
		{"enode://" ID "@[",
		 "the host \"[\" is not an IPv6 address in brackets; one "
		 "without zone, such as [2001:db8::1], is accepted"},
		{"enode://" ID "@[fe80::1%eth0]:5",
		 "the host \"[fe80::1%eth0]\" is not an IPv6 address in "
		 "brackets; one without zone, such as [2001:db8::1], is "
		 "accepted"},
		{"enode://" ID "@[1.2.3.4]:5",
		 "the host \"[1.2.3.4]\" is not an IPv6 address in brackets; "
		 "one without zone, such as [2001:db8::1], is accepted"},
		{"enode://" ID "@[boot.example.org]:5",
		 "the host \"[boot.example.org]\" is not an IPv6 address in "
		 "brackets; one without zone, such as [2001:db8::1], is "
		 "accepted"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed parsed;
		struct parsed before;

		memset(&parsed, 0xa5, sizeof(parsed));
		before = parsed;
		cr_assert_eq(parse(&parsed, cases[i].url), DT_ERR_PARSE, "%s",
			     cases[i].url);
		cr_assert_eq(parsed.error.code, DT_ERR_PARSE);
		cr_assert_str_eq(parsed.error.text, cases[i].sentence);
		cr_assert_arr_eq(&parsed.node, &before.node,
				 sizeof(parsed.node), "%s", cases[i].url);
		cr_assert_arr_eq(parsed.host_name, before.host_name,
				 sizeof(parsed.host_name), "%s", cases[i].url);
	}
}

Test(node_enode, a_nul_byte_in_the_url_is_refused)
{
	const char url[] = "enode://" ID "@1.2.3.4:5\0";
	struct parsed parsed;

	cr_assert_eq(dt_enode_parse(&parsed.node, parsed.host_name, url,
				    sizeof(url) - 1, &parsed.error),
		     DT_ERR_PARSE);
	cr_assert_str_eq(parsed.error.text,
			 "byte 147 of the enode URL, \"\\x00\", is white space "
			 "or a control character" WANTED);
}

Test(node_enode, a_sentence_need_not_be_asked_for)
{
	struct parsed parsed;

	cr_assert_eq(
		dt_enode_parse(&parsed.node, parsed.host_name, "x", 1, NULL),
		DT_ERR_PARSE);
}

Test(node_enode, a_buffer_one_byte_too_small_is_left_alone)
{
	const char url[] = "enode://" ID "@1.2.3.4:5?discport=6";
	char text[sizeof(url)];
	struct parsed parsed;

	cr_assert_eq(parse(&parsed, url), DT_OK);
	for (size_t size = 0; size < sizeof(url); size++) {
		memset(text, '#', sizeof(text));
		cr_assert_eq(dt_enode_format(text, size, &parsed.node),
			     DT_ERR_TOO_SMALL, "%zu", size);
		for (size_t i = 0; i < sizeof(text); i++)
			cr_assert_eq(text[i], '#', "size %zu", size);
	}
	cr_assert_eq(dt_enode_format(text, sizeof(text), &parsed.node), DT_OK);
	cr_assert_str_eq(text, url);
}

Test(node_enode, a_host_name_goes_before_an_address)
{
	struct parsed parsed;
	char text[DT_ENODE_URL_SIZE];

	cr_assert_eq(parse(&parsed, "enode://" ID "@1.2.3.4:5"), DT_OK);
	parsed.node.host_name = "boot.example.org";

	cr_assert_eq(dt_enode_format(text, sizeof(text), &parsed.node), DT_OK);
	cr_assert_str_eq(text, "enode://" ID "@boot.example.org:5");
}

Test(node_enode, a_host_name_of_no_valid_length_is_never_cut)
{
	char name[1000];
	char text[2000];
	struct dt_node node = {.host_name = name};
	size_t rest = strlen("enode://" ID "@:0");

	for (size_t length = 1; length < sizeof(name); length++) {
		memset(name, 'a', length);
		name[length] = '\0';
		if (dt_enode_format(text, sizeof(text), &node) == DT_OK)
			cr_assert_eq(strlen(text), rest + length);
		else
			cr_assert_geq(rest + length, (size_t)DT_ENODE_URL_SIZE);
	}
}
