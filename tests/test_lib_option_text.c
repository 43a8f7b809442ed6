/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lib/config.h"
#include "lib/container.h"

#include "tests/harness.h"
#include "tests/options.h"

static const char *const not_servers[] = {
	"9.9.9",
	"dns.example.org",
	"dns.example.org:53",
	"9.9.9.9:0",
	"9.9.9.9:",
	"9.9.9.9:65536",
	"9.9.9.9:5x",
	"9.9.9.9 ",
	"[9.9.9.9]:53",
	"[2620:fe::fe",
	"[2620:fe::fe]:",
	"fe80::1%eth0",
	"1:2:3:4:5:6:7:8:53",
	":53",
};

Test(lib_option_text, servers_are_refused_with_what_is_accepted)
{
	struct dt_config config = make_config();
	int index = dti_option_find("dns_servers");

	for (size_t i = 0; i < dti_array_length(not_servers); i++)
		assert_refused_as(&config, &expected_options[index],
				  not_servers[i]);
}

Test(lib_option_text, a_refusal_of_servers_names_the_one_that_is_wrong)
{
	static const char *const pairs[][2] = {
		{"9.9.9.9,1.2.3", "1.2.3"},
		{"9.9.9.9,,1.1.1.1", ""},
		{"9.9.9.9,", ""},
		{",", ""},
		{"9.9.9.9, 1.1.1.1", " 1.1.1.1"},
	};
	struct dt_config config = make_config();

	for (size_t i = 0; i < dti_array_length(pairs); i++) {
		char sentence[512];

		snprintf(sentence, sizeof(sentence),
			 "dns_servers: \"%s\" is not accepted; it takes IP "
			 "addresses or IP:PORT, comma-separated, such as "
			 "9.9.9.9,[2620:fe::fe]:53",
			 pairs[i][1]);
		assert_refused(&config, "dns_servers", pairs[i][0], sentence);
	}
}

Test(lib_option_text, an_address_is_refused_with_what_is_accepted)
{
	static const char *const texts[] = {
		"30303", ":30303",    "0.0.0.0",         "0.0.0.0:x",
		"::1",   "::1:30303", "localhost:30303", "0.0.0.0:1,0.0.0.0:2",
	};
	struct dt_config config = make_config();
	int index = dti_option_find("listen");

	for (size_t i = 0; i < dti_array_length(texts); i++)
		assert_refused_as(&config, &expected_options[index], texts[i]);
}

Test(lib_option_text, a_text_is_of_few_and_printable_characters)
{
	static const char at_most[] =
		"0123456789012345678901234567890123456789012345678901234567890"
		"1234567890123456789012345678901234567890123456789012345678901"
		"23456";
	static const char too_long[] =
		"0123456789012345678901234567890123456789012345678901234567890"
		"1234567890123456789012345678901234567890123456789012345678901"
		"234567";
	static const char *const texts[] = {
		too_long, "a\nb", "\t", "caf\xc3\xa9", "\x7f",
	};
	struct dt_config config = make_config();

	for (size_t i = 0; i < dti_array_length(texts); i++)
		cr_assert_eq(dt_config_set(&config, "client", texts[i], NULL),
			     DT_ERR_CONFIG, "%zu", i);
	assert_set(&config, "client", at_most);
	assert_set(&config, "client", "");
	dt_config_fini(&config);
}

Test(lib_option_text, a_refusal_of_capabilities_names_the_one_that_is_wrong)
{
	static const char *const pairs[][2] = {
		{"eth", "eth"},
		{"eth/68,snap", "snap"},
		{"eth/68,", ""},
		{"eth/68,eth/67,eth/68", "eth/68"},
		{"eth/68, snap/1", " snap/1"},
	};
	struct dt_config config = make_config();

	for (size_t i = 0; i < dti_array_length(pairs); i++) {
		char sentence[512];

		snprintf(
			sentence, sizeof(sentence),
			"capabilities: \"%s\" is not accepted; it takes up to "
			"16 different NAME/VERSION[:MESSAGES] with names of at "
			"most 15 characters and MESSAGES from 1 to 65535, "
			"comma-separated, such as eth/68,chat/1:4",
			pairs[i][1]);
		assert_refused(&config, "capabilities", pairs[i][0], sentence);
	}
}

/* The words after the item are those of lib/node, which has its own tests. */
static const struct {
	const char *name;
	const char *text;
	const char *beginning;
} malformed_lists[] = {
	{"netrestrict", "10.0.0.0",
	 "netrestrict: \"10.0.0.0\" has no prefix length; "},
	{"netrestrict", "10.0.0.0/8,10.0.0.0/33",
	 "netrestrict: the prefix length of \"10.0.0.0/33\" is not a number "
	 "from 0 to 32; "},
	{"netrestrict", "300.0.0.0/8",
	 "netrestrict: \"300.0.0.0/8\" does not begin with an IPv4 or IPv6 "
	 "address; "},
	{"netrestrict", "2001:db8::/129",
	 "netrestrict: the prefix length of \"2001:db8::/129\" is not "},
	{"netrestrict", "10.0.0.0/8,", "netrestrict: network 2 is empty; "},
	{"static_nodes", "enode://12@1.2.3.4:30303", "static_nodes: item 1: "},
	{"static_nodes", ENODE_URL(1) ",http://example.org",
	 "static_nodes: item 2: "},
	{"static_nodes", ENODE_URL(1) "," ENODE_URL(1),
	 "static_nodes: item 2: "},
	{"bootnodes", "enode://" ENODE_ID(1) "@127.0.0.1:99999",
	 "bootnodes: item 1: "},
	{"bootnodes", ENODE_URL(1) ",", "bootnodes: item 2: "},
};

Test(lib_option_text, malformed_lists_are_refused_with_the_item_that_is_wrong)
{
	struct dt_config config = make_config();

	assert_set(&config, "netrestrict", "10.0.0.0/8");
	assert_set(&config, "static_nodes", ENODE_URL(1));
	for (size_t i = 0; i < dti_array_length(malformed_lists); i++) {
		const char *name = malformed_lists[i].name;
		const char *beginning = malformed_lists[i].beginning;
		struct dt_config before = config;
		struct dt_error error = {0};

		cr_assert_eq(dt_config_set(&config, name,
					   malformed_lists[i].text, &error),
			     DT_ERR_CONFIG, "%s", malformed_lists[i].text);

		cr_assert_eq(error.code, DT_ERR_CONFIG);
		cr_assert_eq(strncmp(error.text, beginning, strlen(beginning)),
			     0, "%s", error.text);
		cr_assert_eq(memcmp(&config, &before, sizeof(before)), 0);
	}
	cr_assert_str_eq(config.netrestrict, "10.0.0.0/8");
	cr_assert_str_eq(config.static_nodes, ENODE_URL(1));
	dt_config_fini(&config);
}
