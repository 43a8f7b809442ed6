/* SPDX-License-Identifier: MIT */
#include "lib/container.h"
#include "lib/node/name_server.h"

#include "tests/harness.h"

static bool parse(struct dt_endpoint *out, const char *text)
{
	return dti_name_server_parse(out,
				     (struct dti_span){text, strlen(text)});
}

Test(node_name_server, an_address_with_or_without_port_is_a_server)
{
	static const struct {
		const char *text;
		int family;
		int port;
	} servers[] = {
		{"9.9.9.9", 4, 0},
		{"9.9.9.9:53", 4, 53},
		{"127.0.0.1:65535", 4, 65535},
		{"2620:fe::fe", 6, 0},
		{"::1", 6, 0},
		{"[2620:fe::fe]:53", 6, 53},
		{"[::ffff:1.2.3.4]:1", 4, 1},
	};

	for (size_t i = 0; i < dti_array_length(servers); i++) {
		struct dt_endpoint server = {.udp_port = 7, .tcp_port = 7};

		cr_assert(parse(&server, servers[i].text), "\"%s\"",
			  servers[i].text);
		cr_assert_eq(server.family, servers[i].family, "\"%s\"",
			     servers[i].text);
		cr_assert_eq(server.tcp_port, servers[i].port, "\"%s\"",
			     servers[i].text);
		cr_assert_eq(server.udp_port, 0, "\"%s\"", servers[i].text);
	}
}

Test(node_name_server, a_server_has_the_address_of_the_text)
{
	const uint8_t expected[4] = {1, 2, 3, 4};
	struct dt_endpoint server = {.family = 6, .ip = {9, 9, 9, 9, 9}};

	cr_assert(parse(&server, "1.2.3.4:53"));

	cr_assert_arr_eq(server.ip, expected, 4);
	cr_assert_eq(server.ip[4], 0);
}

Test(node_name_server, everything_else_is_no_server_and_changes_nothing)
{
	static const char *const texts[] = {
		"",
		" 9.9.9.9",
		"9.9.9.9 1.1.1.1",
		"9.9.9.9,1.1.1.1",
		"9.9.9",
		"256.1.1.1",
		"9.9.9.9:",
		"9.9.9.9:0",
		"9.9.9.9:-1",
		"9.9.9.9:65536",
		"9.9.9.9:x",
		"9.9.9.9:53x",
		":53",
		"[2620:fe::fe",
		"[2620:fe::fe]",
		"[2620:fe::fe]:0",
		"2620:fe::fe]:53",
		"fe80::1%eth0",
		"localhost",
		"dns.example:53",
	};

	for (size_t i = 0; i < dti_array_length(texts); i++) {
		struct dt_endpoint server = {.family = 4, .tcp_port = 7};

		cr_assert_not(parse(&server, texts[i]), "\"%s\"", texts[i]);
		cr_assert_eq(server.family, 4, "\"%s\"", texts[i]);
		cr_assert_eq(server.tcp_port, 7, "\"%s\"", texts[i]);
	}
}
