/* SPDX-License-Identifier: MIT */
#include "lib/container.h"
#include "lib/node/external_address.h"

#include "tests/harness.h"

static bool parse(struct dt_endpoint *out, const char *text)
{
	return dti_external_address_parse(
		out, (struct dti_span){text, strlen(text)});
}

Test(node_external_address, an_address_with_or_without_a_port_is_read)
{
	static const struct {
		const char *text;
		int family;
		uint8_t first;
		uint8_t last; /* byte of the address */
		int port;
	} addresses[] = {
		{"77.1.2.3", 4, 77, 3, 0},
		{"77.1.2.3:30303", 4, 77, 3, 30303},
		{"192.168.0.7:1", 4, 192, 7, 1},
		{"127.0.0.1", 4, 127, 1, 0},
		{"2a01::7", 6, 0x2a, 7, 0},
		{"[2a01::7]:65535", 6, 0x2a, 7, 65535},
		{"::ffff:9.2.3.4", 4, 9, 4, 0},
		{"[::ffff:9.2.3.4]:5", 4, 9, 4, 5},
	};

	for (size_t i = 0; i < dti_array_length(addresses); i++) {
		const char *text = addresses[i].text;
		struct dt_endpoint out = {.ip = {7, [15] = 7}, .tcp_port = 7};
		size_t last = addresses[i].family == 4 ? 3 : 15;

		cr_assert(parse(&out, text), "\"%s\"", text);
		cr_assert_eq(out.family, addresses[i].family, "\"%s\"", text);
		cr_assert_eq(out.ip[0], addresses[i].first, "\"%s\"", text);
		cr_assert_eq(out.ip[last], addresses[i].last, "\"%s\"", text);
		cr_assert_eq(out.udp_port, addresses[i].port, "\"%s\"", text);
		cr_assert_eq(out.tcp_port, addresses[i].port, "\"%s\"", text);
	}
}

Test(node_external_address, everything_else_is_refused_and_changes_nothing)
{
	static const char *const texts[] = {
		"",
		":30303",
		"30303",
		"77.1.2.3:",
		"77.1.2.3:0",
		"77.1.2.3:65536",
		"77.1.2.3:1x",
		" 77.1.2.3",
		"77.1.2.3 ",
		"77.1.2.3,77.1.2.4",
		"77.1.2",
		"host",
		"host:30303",
		"2a01::7:30303x",
		"[2a01::7]",
		"[2a01::7]:0",
		/* Nobody's. */
		"0.0.0.0",
		"0.0.0.0:30303",
		"::",
		"[::]:30303",
		"224.0.0.1",
		"255.255.255.255:30303",
		"ff02::1",
	};

	for (size_t i = 0; i < dti_array_length(texts); i++) {
		struct dt_endpoint out = {.family = 6, .udp_port = 7};

		cr_assert_not(parse(&out, texts[i]), "\"%s\"", texts[i]);
		cr_assert_eq(out.family, 6, "\"%s\"", texts[i]);
		cr_assert_eq(out.udp_port, 7, "\"%s\"", texts[i]);
	}
}
