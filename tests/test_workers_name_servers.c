/* SPDX-License-Identifier: MIT */
#include "lib/container.h"

#include "workers/name_servers.h"

#include "tests/harness.h"

Test(workers_name_servers, no_text_is_no_server)
{
	struct dti_name_servers servers = {.count = 7};

	cr_assert(dti_name_servers_parse(&servers, ""));

	cr_assert_eq(servers.count, 0);
}

Test(workers_name_servers, servers_keep_their_order_and_ports)
{
	static const int families[] = {4, 4, 6, 6};
	static const int ports[] = {0, 5353, 0, 53};
	struct dti_name_servers servers;

	cr_assert(dti_name_servers_parse(
		&servers, "9.9.9.9,1.1.1.1:5353,2620:fe::fe,[2620:fe::fe]:53"));

	cr_assert_eq(servers.count, dti_array_length(ports));
	for (size_t i = 0; i < dti_array_length(ports); i++) {
		cr_assert_eq(servers.servers[i].family, families[i], "%zu", i);
		cr_assert_eq(servers.servers[i].tcp_port, ports[i], "%zu", i);
	}
}

Test(workers_name_servers, those_beyond_the_most_are_read_and_not_asked)
{
	struct dti_name_servers servers;

	cr_assert(dti_name_servers_parse(
		&servers, "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,::1,::2,::3,::4,"
			  "::5,::6"));
	cr_assert_eq(servers.count, DTI_NAME_SERVERS_MAX);

	cr_assert_not(dti_name_servers_parse(
		&servers, "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,::1,::2,::3,::4,"
			  "::5,x"));
}

Test(workers_name_servers, a_list_with_anything_else_is_refused)
{
	static const char *const texts[] = {
		",",
		"9.9.9.9,",
		",9.9.9.9",
		"9.9.9.9,,1.1.1.1",
		"9.9.9.9, 1.1.1.1",
		"9.9.9.9,localhost",
		"9.9.9.9:0",
	};
	struct dti_name_servers servers;

	for (size_t i = 0; i < dti_array_length(texts); i++)
		cr_assert_not(dti_name_servers_parse(&servers, texts[i]),
			      "\"%s\"", texts[i]);
}
