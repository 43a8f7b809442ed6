/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/contact.h"
#include "lib/node/endpoint.h"

#include "tests/harness.h"

static const uint8_t key[16] = {1, 2, 3};

static struct dti_contact contact_at(uint8_t id_byte, const char *ip,
				     uint16_t port)
{
	struct dt_node_id id = {{[63] = id_byte}};
	struct dt_endpoint endpoint = {.tcp_port = port,
				       .udp_port = (uint16_t)(port + 1)};

	if (ip[0] != '\0')
		cr_assert(dti_endpoint_parse_ip(&endpoint, ip, strlen(ip)));
	return dti_contact_of(&id, &endpoint);
}

Test(discv4_contact, the_id_and_the_address_count_and_the_ports_do_not)
{
	static const struct {
		uint8_t id;
		const char *ip;
		bool is_equal;
	} others[] = {
		{1, "10.0.0.1", true},       {1, "::ffff:10.0.0.1", true},
		{2, "10.0.0.1", false},      {1, "10.0.0.2", false},
		{1, "a00:1::", false},       {1, "", false},
		{1, "a00:1:0:0:1::", false},
	};
	struct dti_contact contact = contact_at(1, "10.0.0.1", 30303);

	for (size_t i = 0; i < dti_array_length(others); i++) {
		struct dti_contact other =
			contact_at(others[i].id, others[i].ip, 7);

		cr_assert_eq(dti_contact_equal(&contact, &other),
			     others[i].is_equal, "%zu", i);
		cr_assert_eq(dti_contact_hash(&contact, key) ==
				     dti_contact_hash(&other, key),
			     others[i].is_equal, "%zu", i);
	}
}

Test(discv4_contact, all_of_an_ipv6_address_counts)
{
	for (size_t byte = 0; byte < 16; byte++) {
		struct dt_node_id id = {{0}};
		struct dt_endpoint one = {.ip = {0x20}, .family = 6};
		struct dt_endpoint other = one;
		struct dti_contact a;
		struct dti_contact b;

		other.ip[byte] ^= 1;
		a = dti_contact_of(&id, &one);
		b = dti_contact_of(&id, &other);
		cr_assert_not(dti_contact_equal(&a, &b));
	}
}

Test(discv4_contact, what_stands_behind_an_ipv4_address_does_not_count)
{
	struct dt_node_id id = {{0}};
	struct dt_endpoint one = {.ip = {10, 0, 0, 1}, .family = 4};
	struct dt_endpoint other = {.ip = {10, 0, 0, 1, 9, 9}, .family = 4};
	struct dti_contact a = dti_contact_of(&id, &one);
	struct dti_contact b = dti_contact_of(&id, &other);

	cr_assert(dti_contact_equal(&a, &b));
}

Test(discv4_contact, the_secret_decides_the_hash)
{
	static const uint8_t other_key[16] = {1, 2, 4};
	struct dti_contact contact = contact_at(1, "10.0.0.1", 1);

	cr_assert_neq(dti_contact_hash(&contact, key),
		      dti_contact_hash(&contact, other_key));
}
