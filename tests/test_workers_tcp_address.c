/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"

#include "workers/tcp_address.h"

#include "tests/harness.h"

Test(workers_tcp_address, an_endpoint_comes_back_from_its_address)
{
	static const struct dt_endpoint endpoints[] = {
		{.ip = {127, 1, 2, 3}, .family = 4, .tcp_port = 30303},
		{.ip = {0x20, 1, [15] = 9}, .family = 6, .tcp_port = 1},
	};
	static const socklen_t sizes[] = {sizeof(struct sockaddr_in),
					  sizeof(struct sockaddr_in6)};

	for (size_t i = 0; i < dti_array_length(endpoints); i++) {
		union dti_tcp_address address;
		struct dt_endpoint back;

		cr_assert_eq(dti_tcp_address_of(&address, &endpoints[i]),
			     sizes[i]);
		back = dti_tcp_address_endpoint(&address);
		cr_assert_eq(memcmp(back.ip, endpoints[i].ip, 16), 0);
		cr_assert_eq(back.family, endpoints[i].family);
		cr_assert_eq(back.tcp_port, endpoints[i].tcp_port);
		cr_assert_eq(back.udp_port, 0);
	}
}

Test(workers_tcp_address, an_endpoint_without_address_has_none)
{
	const struct dt_endpoint nowhere = {.tcp_port = 30303};
	union dti_tcp_address address;

	cr_assert_eq(dti_tcp_address_of(&address, &nowhere), 0);
}
