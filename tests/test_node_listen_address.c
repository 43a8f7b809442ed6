/* SPDX-License-Identifier: MIT */
#include "lib/container.h"
#include "lib/node/listen_address.h"

#include "tests/harness.h"

static bool parse(struct dt_endpoint *out, const char *text)
{
	return dti_listen_address_parse(out,
					(struct dti_span){text, strlen(text)});
}

Test(node_listen_address, an_address_and_a_port_are_read)
{
	static const struct {
		const char *text;
		int family;
		uint8_t first;
		uint8_t last; /* byte of the address */
		int port;
	} addresses[] = {
		{"0.0.0.0:30303", 4, 0, 0, 30303},
		{"127.0.0.1:0", 4, 127, 1, 0},
		{"127.1.2.3:65535", 4, 127, 3, 65535},
		{"[::]:0", 6, 0, 0, 0},
		{"[::1]:30303", 6, 0, 1, 30303},
		{"[2001:db8::7]:1", 6, 0x20, 7, 1},
		{"[::ffff:9.2.3.4]:5", 4, 9, 4, 5},
	};

	for (size_t i = 0; i < dti_array_length(addresses); i++) {
		const char *text = addresses[i].text;
		struct dt_endpoint out = {.ip = {7, [15] = 7}};
		size_t last = addresses[i].family == 4 ? 3 : 15;

		cr_assert(parse(&out, text), "\"%s\"", text);
		cr_assert_eq(out.family, addresses[i].family, "\"%s\"", text);
		cr_assert_eq(out.ip[0], addresses[i].first, "\"%s\"", text);
		cr_assert_eq(out.ip[last], addresses[i].last, "\"%s\"", text);
		cr_assert_eq(out.udp_port, addresses[i].port, "\"%s\"", text);
		cr_assert_eq(out.tcp_port, addresses[i].port, "\"%s\"", text);
	}
}

Test(node_listen_address, everything_else_is_refused_and_changes_nothing)
{
	static const char *const texts[] = {
		"",
		":",
		":30303",
		"30303",
		"0.0.0.0",
		"0.0.0.0:",
		"0.0.0.0:65536",
		"0.0.0.0:-1",
		"0.0.0.0:1x",
		" 0.0.0.0:1",
		"0.0.0.0:1 ",
		"0.0.0.0:1,0.0.0.0:2",
		"0.0.0:1",
		"256.0.0.1:1",
		"::1",
		"::1:30303",
		"[::1]",
		"[::1]:",
		"[::1:1",
		"[]:1",
		"[127.0.0.1]:1",
		"[fe80::1%eth0]:1",
		"localhost:30303",
		"*:30303",
	};

	for (size_t i = 0; i < dti_array_length(texts); i++) {
		struct dt_endpoint out = {.family = 4, .udp_port = 7};

		cr_assert_not(parse(&out, texts[i]), "\"%s\"", texts[i]);
		cr_assert_eq(out.family, 4, "\"%s\"", texts[i]);
		cr_assert_eq(out.udp_port, 7, "\"%s\"", texts[i]);
	}
}
