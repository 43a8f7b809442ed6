/* SPDX-License-Identifier: MIT */
#include "lib/node/host_port.h"

#include "tests/harness.h"

static dt_err parse(struct dt_endpoint *endpoint, struct dti_span *name,
		    const char *text)
{
	return dti_host_port_parse(endpoint, name,
				   (struct dti_span){text, strlen(text)}, NULL);
}

Test(node_host_port, an_address_is_no_name)
{
	const char *const texts[] = {"192.0.2.7:30303", "[2001:db8::7]:30303"};

	for (size_t i = 0; i < 2; i++) {
		struct dt_endpoint endpoint = {.udp_port = 9};
		struct dti_span name = {NULL, 0};

		cr_assert_eq(parse(&endpoint, &name, texts[i]), DT_OK);
		cr_assert_eq(endpoint.family, i == 0 ? 4 : 6);
		cr_assert_eq(endpoint.tcp_port, 30303);
		cr_assert_eq(endpoint.udp_port, 9);
		cr_assert_null(name.text);
	}
}

Test(node_host_port, a_name_takes_the_address_away)
{
	const char text[] = "boot.example.org:7";
	const uint8_t zeros[16] = {0};
	struct dt_endpoint endpoint = {.family = 4, .ip = {192, 0, 2, 7}};
	struct dti_span name = {NULL, 0};

	cr_assert_eq(parse(&endpoint, &name, text), DT_OK);

	cr_assert(dti_span_equal(name, "boot.example.org"));
	cr_assert_eq(endpoint.family, 0);
	cr_assert_arr_eq(endpoint.ip, zeros, 16);
	cr_assert_eq(endpoint.tcp_port, 7);
}

Test(node_host_port, host_and_port_are_both_needed)
{
	const char *const texts[] = {
		"",         ":",     ":7",     "a",       "a:",     "1.2.3.4",
		"1.2.3.4:", "[::1]", "[::1]:", "[::1",    "[::1]7", "::1:7",
		"a:b:7",    "[a]:7", "a:x",    "a:65536",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct dt_endpoint endpoint = {.family = 0};
		struct dti_span name = {NULL, 0};

		cr_assert_eq(parse(&endpoint, &name, texts[i]), DT_ERR_PARSE,
			     "\"%s\"", texts[i]);
	}
}

Test(node_host_port, a_port_is_named_in_its_sentence)
{
	uint16_t port = 7;
	struct dt_error error;

	cr_assert_eq(dti_port_parse(&port, (struct dti_span){"70000", 5},
				    "UDP port", &error),
		     DT_ERR_PARSE);

	cr_assert_str_eq(error.text,
			 "the UDP port \"70000\" is not a number from 0 to "
			 "65535");
	cr_assert_eq(port, 7);
}
