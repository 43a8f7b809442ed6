/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lib/node/endpoint.h"
#include "lib/node/netrestrict.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

#define ACCEPTED                                                              \
	"; networks such as 10.0.0.0/8 and 2001:db8::/32 are accepted, with " \
	"commas between them, or \"none\" alone"

static const struct dt_allocator libc = {.malloc = NULL};

static struct dt_endpoint endpoint_of(const char *text)
{
	struct dt_endpoint endpoint = {.tcp_port = 30303};

	cr_assert(dti_endpoint_parse_ip(&endpoint, text, strlen(text)), "%s",
		  text);
	return endpoint;
}

/* Do @networks, which are valid and not "", allow @address? */
static bool allows(const char *networks, const char *address)
{
	struct dt_endpoint endpoint = endpoint_of(address);
	struct dti_netrestrict *list = NULL;
	bool allowed;

	cr_assert(dti_netrestrict_parse(&list, networks, &libc, NULL) == DT_OK,
		  "%s", networks);
	cr_assert(list != NULL, "%s", networks);
	allowed = dti_netrestrict_allows(list, &endpoint);
	dti_netrestrict_destroy(list, &libc);
	return allowed;
}

struct decision {
	const char *networks;
	const char *address;
};

Test(node_netrestrict, an_address_within_a_network_is_allowed)
{
	const struct decision decisions[] = {
		{"10.0.0.0/8", "10.0.0.0"},
		{"10.0.0.0/8", "10.255.255.255"},
		{"10.1.2.3/8", "10.9.9.9"},
		{"192.0.2.7/32", "192.0.2.7"},
		{"192.0.2.6/31", "192.0.2.7"},
		{"0.0.0.0/0", "255.255.255.255"},
		{"128.0.0.0/1", "200.0.0.1"},
		{"172.16.0.0/12", "172.31.255.255"},
		{"10.0.0.0/08", "10.1.2.3"},
		{"2001:db8::/32", "2001:db8:ffff::1"},
		{"::1/128", "::1"},
		{"::/0", "2001:db8::1"},
		{"fe80::/10", "febf::1"},
		{"2001:db8::/33", "2001:db8:7fff::"},
		{"10.0.0.0/8,2001:db8::/32", "2001:db8::1"},
		{" 10.0.0.0/8 , 192.168.0.0/16 ", "192.168.1.1"},
		/* Mapped networks and addresses are IPv4. */
		{"::ffff:10.0.0.0/104", "10.1.2.3"},
		{"::ffff:a00:0/104", "::ffff:10.1.2.3"},
		{"10.0.0.0/8", "::ffff:10.1.2.3"},
		{"::ffff:192.0.2.7/128", "192.0.2.7"},
		{"::ffff:0:0/96", "203.0.113.1"},
		/* This one reaches beyond them: IPv6. */
		{"::ffff:10.0.0.0/95", "::fffe:1:2"},
		{"::ffff:10.0.0.0/80", "::8000:1:2"},
		{"::ffff:10.0.0.0/79", "::1:0:0:0"},
	};

	for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++)
		cr_assert(allows(decisions[i].networks, decisions[i].address),
			  "%s: %s", decisions[i].networks,
			  decisions[i].address);
}

Test(node_netrestrict, an_address_outside_all_networks_is_not)
{
	const struct decision decisions[] = {
		{"10.0.0.0/8", "11.0.0.0"},
		{"10.0.0.0/8", "9.255.255.255"},
		{"192.0.2.7/32", "192.0.2.6"},
		{"192.0.2.6/31", "192.0.2.8"},
		{"128.0.0.0/1", "127.255.255.255"},
		{"172.16.0.0/12", "172.32.0.0"},
		{"2001:db8::/32", "2001:db9::"},
		{"::1/128", "::2"},
		{"fe80::/10", "fec0::"},
		{"2001:db8::/33", "2001:db8:8000::"},
		{"10.0.0.0/8,192.168.0.0/16", "192.169.0.1"},
		/* A family holds its own addresses only. */
		{"0.0.0.0/0", "::1"},
		{"::/0", "10.0.0.1"},
		{"::/0", "::ffff:10.0.0.1"},
		{"0.0.0.0/0", "a00:1::"},
		{"::ffff:10.0.0.0/104", "11.0.0.0"},
		{"::ffff:10.0.0.0/95", "10.0.0.1"},
		{"::ffff:10.0.0.0/95", "::fffd:1:2"},
		{"::ffff:10.0.0.0/80", "::1:0:1:2"},
		{"none", "10.0.0.1"},
		{" none ", "::1"},
	};

	for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++)
		cr_assert_not(
			allows(decisions[i].networks, decisions[i].address),
			"%s: %s", decisions[i].networks, decisions[i].address);
}

Test(node_netrestrict, each_prefix_length_counts_its_bits_exactly)
{
	for (unsigned int bits = 0; bits <= 128; bits++) {
		char text[32];
		struct dti_netrestrict *list = NULL;
		struct dt_endpoint endpoint = endpoint_of("a5a5::5a5a");

		snprintf(text, sizeof(text), "a5a5::5a5a/%u", bits);
		cr_assert_eq(dti_netrestrict_parse(&list, text, &libc, NULL),
			     DT_OK);
		for (unsigned int bit = 0; bit < 128; bit++) {
			uint8_t mask = (uint8_t)(0x80u >> bit % 8);

			endpoint.ip[bit / 8] ^= mask;
			cr_assert_eq(dti_netrestrict_allows(list, &endpoint),
				     bit >= bits, "bit %u of /%u", bit, bits);
			endpoint.ip[bit / 8] ^= mask;
		}
		dti_netrestrict_destroy(list, &libc);
	}
}

Test(node_netrestrict, an_empty_text_is_no_restriction)
{
	const char *const texts[] = {"", " ", "\t\n"};
	struct dt_endpoint endpoint = endpoint_of("203.0.113.1");
	struct dt_endpoint none = {.family = 0};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		static char place;
		struct dti_netrestrict *list = (void *)&place;

		cr_assert_eq(
			dti_netrestrict_parse(&list, texts[i], &libc, NULL),
			DT_OK);
		cr_assert_null(list);
	}
	cr_assert(dti_netrestrict_allows(NULL, &endpoint));
	cr_assert(dti_netrestrict_allows(NULL, &none));
	dti_netrestrict_destroy(NULL, &libc);
}

Test(node_netrestrict, no_address_is_in_no_network)
{
	struct dti_netrestrict *list = NULL;
	struct dt_endpoint none = {.tcp_port = 30303};

	cr_assert_eq(
		dti_netrestrict_parse(&list, "0.0.0.0/0,::/0", &libc, NULL),
		DT_OK);

	cr_assert_not(dti_netrestrict_allows(list, &none));
	dti_netrestrict_destroy(list, &libc);
}

Test(node_netrestrict, a_malformed_list_is_refused_with_a_sentence)
{
	const struct {
		const char *networks;
		const char *sentence;
	} cases[] = {
		{"10.0.0.1", "\"10.0.0.1\" has no prefix length" ACCEPTED},
		{"all", "\"all\" has no prefix length" ACCEPTED},
		{"none,10.0.0.0/8", "\"none\" has no prefix length" ACCEPTED},
		{"10.0.0.0/8,none", "\"none\" has no prefix length" ACCEPTED},
		{"10.0.0.0/8 192.168.0.0/16",
		 "the prefix length of \"10.0.0.0/8 192.168.0.0/16\" is not a "
		 "number from 0 to 32" ACCEPTED},
		{"10.0.0.0/33",
		 "the prefix length of \"10.0.0.0/33\" is not a number from 0 "
		 "to 32" ACCEPTED},
		{"10.0.0.0/", "the prefix length of \"10.0.0.0/\" is not a "
			      "number from 0 to 32" ACCEPTED},
		{"10.0.0.0/-1",
		 "the prefix length of \"10.0.0.0/-1\" is not a number from 0 "
		 "to 32" ACCEPTED},
		{"10.0.0.0/8/8",
		 "the prefix length of \"10.0.0.0/8/8\" is not a number from 0 "
		 "to 32" ACCEPTED},
		{"10.0.0.0/255.0.0.0",
		 "the prefix length of \"10.0.0.0/255.0.0.0\" is not a number "
		 "from 0 to 32" ACCEPTED},
		{"2001:db8::/129",
		 "the prefix length of \"2001:db8::/129\" is not a number "
		 "from 0 to 128" ACCEPTED},
		{"10.0.0/8", "\"10.0.0/8\" does not begin with an IPv4 or "
			     "IPv6 address" ACCEPTED},
		{"010.0.0.0/8", "\"010.0.0.0/8\" does not begin with an IPv4 "
				"or IPv6 address" ACCEPTED},
		{"/8",
		 "\"/8\" does not begin with an IPv4 or IPv6 address" ACCEPTED},
		{"10.0.0.0 /8", "\"10.0.0.0 /8\" does not begin with an IPv4 "
				"or IPv6 address" ACCEPTED},
		{"[::1]/128", "\"[::1]/128\" does not begin with an IPv4 or "
			      "IPv6 address" ACCEPTED},
		{"fe80::%eth0/10", "\"fe80::%eth0/10\" does not begin with an "
				   "IPv4 or IPv6 address" ACCEPTED},
		{"10.0.0.0/8,,192.168.0.0/16", "network 2 is empty" ACCEPTED},
		{"10.0.0.0/8,", "network 2 is empty" ACCEPTED},
		{",", "network 1 is empty" ACCEPTED},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static char place;
		struct dti_netrestrict *list = (void *)&place;
		struct dt_error error;

		cr_assert_eq(dti_netrestrict_parse(&list, cases[i].networks,
						   &libc, &error),
			     DT_ERR_PARSE, "%s", cases[i].networks);
		cr_assert_eq(error.code, DT_ERR_PARSE);
		cr_assert_str_eq(error.text, cases[i].sentence);
		cr_assert_eq((void *)list, (void *)&place, "%s",
			     cases[i].networks);
	}
}

Test(node_netrestrict, a_list_that_is_refused_or_freed_leaves_no_memory)
{
	struct failing_allocator counter = {.fail_at = 0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_netrestrict *list = NULL;

	cr_assert_eq(
		dti_netrestrict_parse(&list, "10.0.0.0/8,x", &allocator, NULL),
		DT_ERR_PARSE);
	cr_assert_eq(counter.live, 0u);

	cr_assert_eq(dti_netrestrict_parse(&list, "10.0.0.0/8,::/0", &allocator,
					   NULL),
		     DT_OK);
	cr_assert_eq(counter.live, 1u);
	dti_netrestrict_destroy(list, &allocator);
	cr_assert_eq(counter.live, 0u);
}

Test(node_netrestrict, without_memory_it_says_so)
{
	static char place;
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_netrestrict *list = (void *)&place;
	struct dt_error error;

	cr_assert_eq(
		dti_netrestrict_parse(&list, "10.0.0.0/8", &allocator, &error),
		DT_ERR_NO_MEMORY);

	cr_assert_str_eq(error.text, "there is not enough memory for the "
				     "networks \"10.0.0.0/8\"");
	cr_assert_eq((void *)list, (void *)&place);
	cr_assert_eq(counter.calls, 1u);
}
