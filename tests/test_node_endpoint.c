/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/endpoint.h"

#include "tests/harness.h"

/* An endpoint with @text's address and TCP port 1. */
static struct dt_endpoint endpoint_of(const char *text)
{
	struct dt_endpoint endpoint = {.tcp_port = 1};

	cr_assert(dti_endpoint_parse_ip(&endpoint, text, strlen(text)), "%s",
		  text);
	return endpoint;
}

Test(node_endpoint, addresses_are_written_in_their_shortest_form)
{
	const struct {
		const char *text;
		const char *expected;
	} cases[] = {
		{"127.0.0.1", "127.0.0.1:1"},
		{"255.255.255.255", "255.255.255.255:1"},
		{"0.0.0.0", "0.0.0.0:1"},
		{"::", "[::]:1"},
		{"::1", "[::1]:1"},
		{"2001:DB8:0:0:0:0:0:1", "[2001:db8::1]:1"},
		{"2001:0db8::0001", "[2001:db8::1]:1"},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
		 "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe]:1"},
		{"::ffff:192.0.2.7", "192.0.2.7:1"},
		{"::ffff:c000:207", "192.0.2.7:1"},
		{"0:0:0:0:0:ffff:192.0.2.7", "192.0.2.7:1"},
		{"64:ff9b::192.0.2.7", "[64:ff9b::c000:207]:1"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dt_endpoint endpoint = endpoint_of(cases[i].text);
		char text[DT_ENDPOINT_TEXT_SIZE];

		dt_endpoint_format(text, &endpoint);

		cr_assert_str_eq(text, cases[i].expected);
	}
}

Test(node_endpoint, what_is_no_address_is_refused_and_leaves_the_output)
{
	const char *const cases[] = {
		"",
		"1",
		"1.2.3",
		"1.2.3.4.5",
		"127.0.0.01",
		"1.2.3.256",
		"1.2.3.-1",
		"1.2.3.4 ",
		" 1.2.3.4",
		"0x7f.0.0.1",
		":",
		":::",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"1::2::3",
		"12345::",
		"g::",
		"::1%lo",
		"fe80::1%1",
		"[::1]",
		"::ffff:1.2.3",
		"::ffff:1.2.3.04",
		"localhost",
		"1111:1111:1111:1111:1111:1111:111.111.111.1111",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dt_endpoint endpoint = endpoint_of("192.0.2.1");
		struct dt_endpoint before = endpoint;

		cr_assert_not(dti_endpoint_parse_ip(&endpoint, cases[i],
						    strlen(cases[i])),
			      "\"%s\"", cases[i]);
		cr_assert(dti_endpoint_equal(&endpoint, &before), "\"%s\"",
			  cases[i]);
	}
}

Test(node_endpoint, a_nul_byte_does_not_end_an_address)
{
	struct dt_endpoint endpoint = {.family = 0};

	cr_assert_not(dti_endpoint_parse_ip(&endpoint, "1.2.3.4\0x", 9));
	cr_assert_not(dti_endpoint_parse_ip(&endpoint, "1.2.3.4\0", 8));
	cr_assert(dti_endpoint_parse_ip(&endpoint, "1.2.3.4x", 7));
}

Test(node_endpoint, setting_an_address_keeps_the_ports)
{
	struct dt_endpoint endpoint = {.tcp_port = 30303, .udp_port = 30301};
	const uint8_t ip[4] = {192, 0, 2, 9};

	dti_endpoint_set_ip(&endpoint, ip, 4);

	cr_assert_eq(endpoint.family, 4);
	cr_assert_eq(endpoint.tcp_port, 30303);
	cr_assert_eq(endpoint.udp_port, 30301);
}

Test(node_endpoint, an_ipv4_address_leaves_no_rest_of_an_ipv6_address)
{
	struct dt_endpoint endpoint = endpoint_of("2001:db8:1:2:3:4:5:6");
	struct dt_endpoint expected = endpoint_of("192.0.2.9");
	const uint8_t ip[4] = {192, 0, 2, 9};

	dti_endpoint_set_ip(&endpoint, ip, 4);

	cr_assert_arr_eq(endpoint.ip, expected.ip, 16);
}

Test(node_endpoint, a_mapped_address_becomes_ipv4)
{
	struct dt_endpoint endpoint = {.family = 0};
	const uint8_t mapped[16] = {0, 0, 0,    0,    0,   0, 0, 0,
				    0, 0, 0xff, 0xff, 192, 0, 2, 9};
	const uint8_t almost[16] = {0, 0, 0,    0,    0,   0, 0, 0,
				    0, 1, 0xff, 0xff, 192, 0, 2, 9};

	dti_endpoint_set_ip(&endpoint, mapped, 16);
	cr_assert_eq(endpoint.family, 4);
	cr_assert_arr_eq(endpoint.ip, mapped + 12, 4);

	dti_endpoint_set_ip(&endpoint, almost, 16);
	cr_assert_eq(endpoint.family, 6);
	cr_assert_arr_eq(endpoint.ip, almost, 16);
}

Test(node_endpoint, a_mapped_address_may_be_the_endpoints_own)
{
	struct dt_endpoint endpoint = {
		.family = 6,
		.ip = {[10] = 0xff, [11] = 0xff, 192, 0, 2, 9},
	};
	struct dt_endpoint expected = endpoint_of("192.0.2.9");

	dti_endpoint_set_ip(&endpoint, endpoint.ip, 16);

	cr_assert_eq(endpoint.family, 4);
	cr_assert_arr_eq(endpoint.ip, expected.ip, 16);
}

Test(node_endpoint, other_lengths_mean_no_address)
{
	const uint8_t bytes[17] = {1, 2, 3, 4, 5};
	const uint8_t zeros[16] = {0};

	for (size_t length = 0; length <= 17; length++) {
		struct dt_endpoint endpoint = endpoint_of("192.0.2.1");

		if (length == 4 || length == 16)
			continue;
		dti_endpoint_set_ip(&endpoint, bytes, length);
		cr_assert_not(dti_endpoint_has_address(&endpoint), "%zu",
			      length);
		cr_assert_arr_eq(endpoint.ip, zeros, 16);
	}
}

Test(node_endpoint, without_address_the_text_is_a_dash)
{
	struct dt_endpoint endpoint = {.tcp_port = 30303};
	char text[DT_ENDPOINT_TEXT_SIZE];

	dt_endpoint_format(text, &endpoint);

	cr_assert_str_eq(text, "-");
}

Test(node_endpoint, endpoints_differ_by_address_family_and_both_ports)
{
	struct dt_endpoint a = endpoint_of("192.0.2.1");
	struct dt_endpoint other_address = endpoint_of("192.0.2.2");
	struct dt_endpoint other_family = endpoint_of("c000:201::");
	struct dt_endpoint other_tcp = a;
	struct dt_endpoint other_udp = a;
	struct dt_endpoint none = {.tcp_port = 1};

	other_tcp.tcp_port++;
	other_udp.udp_port++;

	cr_assert(dti_endpoint_equal(&a, &a));
	cr_assert_not(dti_endpoint_equal(&a, &other_address));
	cr_assert_not(dti_endpoint_same_ip(&a, &other_address));
	cr_assert_arr_eq(a.ip, other_family.ip, 16, "the same bytes");
	cr_assert_not(dti_endpoint_equal(&a, &other_family));
	cr_assert_not(dti_endpoint_same_ip(&a, &other_family));
	cr_assert_not(dti_endpoint_equal(&a, &other_tcp));
	cr_assert(dti_endpoint_same_ip(&a, &other_tcp));
	cr_assert(dti_endpoint_same_udp(&a, &other_tcp));
	cr_assert_not(dti_endpoint_equal(&a, &other_udp));
	cr_assert(dti_endpoint_same_ip(&a, &other_udp));
	cr_assert_not(dti_endpoint_same_udp(&a, &other_udp));
	cr_assert_not(dti_endpoint_same_udp(&a, &other_address));
	cr_assert_not(dti_endpoint_equal(&a, &none));
	cr_assert(dti_endpoint_equal(&none, &none));
}

Test(node_endpoint, nothing_listens_at_unspecified_multicast_or_broadcast)
{
	const char *const bad[] = {
		"0.0.0.0",   "255.255.255.255", "224.0.0.0",
		"224.0.0.1", "239.255.255.255", "::",
		"ff00::",    "ff02::1",         "::ffff:224.0.0.1",
	};
	const char *const good[] = {
		"127.0.0.1",       "10.0.0.1", "223.255.255.255",
		"240.0.0.1",       "0.0.0.1",  "::1",
		"fe80::1",         "fc00::1",  "feff::1",
		"255.255.255.254",
	};
	struct dt_endpoint none = {.tcp_port = 1};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct dt_endpoint endpoint = endpoint_of(bad[i]);

		cr_assert(dti_endpoint_is_bad_address(&endpoint), "%s", bad[i]);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct dt_endpoint endpoint = endpoint_of(good[i]);

		cr_assert_not(dti_endpoint_is_bad_address(&endpoint), "%s",
			      good[i]);
	}
	cr_assert_not(dti_endpoint_is_bad_address(&none));
}
