/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/node/address_class.h"
#include "lib/node/endpoint.h"

#include "tests/harness.h"
#include "tests/random_stream.h"

static struct dt_endpoint endpoint_of(const char *text)
{
	struct dt_endpoint endpoint = {.udp_port = 30303};

	cr_assert(dti_endpoint_parse_ip(&endpoint, text, strlen(text)), "%s",
		  text);
	return endpoint;
}

static enum dti_address_class class_of(const char *text)
{
	struct dt_endpoint endpoint = endpoint_of(text);

	return dti_address_class_of(&endpoint);
}

struct example {
	const char *first;
	const char *last;
	enum dti_address_class class;
};

/* The registries' rows, and what is between them, from end to end. */
static const struct example space[] = {
	{"0.0.0.0", "0.255.255.255", DTI_ADDRESS_SPECIAL},
	{"1.0.0.0", "9.255.255.255", DTI_ADDRESS_GLOBAL},
	{"10.0.0.0", "10.255.255.255", DTI_ADDRESS_LAN},
	{"11.0.0.0", "100.63.255.255", DTI_ADDRESS_GLOBAL},
	{"100.64.0.0", "100.127.255.255", DTI_ADDRESS_LAN},
	{"100.128.0.0", "126.255.255.255", DTI_ADDRESS_GLOBAL},
	{"127.0.0.0", "127.255.255.255", DTI_ADDRESS_LOOPBACK},
	{"128.0.0.0", "169.253.255.255", DTI_ADDRESS_GLOBAL},
	{"169.254.0.0", "169.254.255.255", DTI_ADDRESS_LAN},
	{"169.255.0.0", "172.15.255.255", DTI_ADDRESS_GLOBAL},
	{"172.16.0.0", "172.31.255.255", DTI_ADDRESS_LAN},
	{"172.32.0.0", "191.255.255.255", DTI_ADDRESS_GLOBAL},
	{"192.0.0.0", "192.0.0.255", DTI_ADDRESS_SPECIAL},
	{"192.0.1.0", "192.0.1.255", DTI_ADDRESS_GLOBAL},
	{"192.0.2.0", "192.0.2.255", DTI_ADDRESS_SPECIAL},
	{"192.0.3.0", "192.31.195.255", DTI_ADDRESS_GLOBAL},
	{"192.31.196.0", "192.31.196.255", DTI_ADDRESS_SPECIAL},
	{"192.31.197.0", "192.52.192.255", DTI_ADDRESS_GLOBAL},
	{"192.52.193.0", "192.52.193.255", DTI_ADDRESS_SPECIAL},
	{"192.52.194.0", "192.88.98.255", DTI_ADDRESS_GLOBAL},
	{"192.88.99.0", "192.88.99.255", DTI_ADDRESS_SPECIAL},
	{"192.88.100.0", "192.167.255.255", DTI_ADDRESS_GLOBAL},
	{"192.168.0.0", "192.168.255.255", DTI_ADDRESS_LAN},
	{"192.169.0.0", "192.175.47.255", DTI_ADDRESS_GLOBAL},
	{"192.175.48.0", "192.175.48.255", DTI_ADDRESS_SPECIAL},
	{"192.175.49.0", "198.17.255.255", DTI_ADDRESS_GLOBAL},
	{"198.18.0.0", "198.19.255.255", DTI_ADDRESS_SPECIAL},
	{"198.20.0.0", "198.51.99.255", DTI_ADDRESS_GLOBAL},
	{"198.51.100.0", "198.51.100.255", DTI_ADDRESS_SPECIAL},
	{"198.51.101.0", "203.0.112.255", DTI_ADDRESS_GLOBAL},
	{"203.0.113.0", "203.0.113.255", DTI_ADDRESS_SPECIAL},
	{"203.0.114.0", "223.255.255.255", DTI_ADDRESS_GLOBAL},
	{"224.0.0.0", "255.255.255.255", DTI_ADDRESS_SPECIAL},

	{"::", "::", DTI_ADDRESS_SPECIAL},
	{"::1", "::1", DTI_ADDRESS_LOOPBACK},
	/* IPv4-compatible, NAT64, discard-only: ... */
	{"::2", "::fffe:ffff:ffff", DTI_ADDRESS_SPECIAL},
	{"::1:0:0:0", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_SPECIAL},
	{"2000::", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_GLOBAL},
	{"2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_SPECIAL},
	{"2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_GLOBAL},
	{"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_SPECIAL},
	{"2001:db9::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_GLOBAL},
	{"2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_SPECIAL},
	{"2003::", "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", DTI_ADDRESS_GLOBAL},
	{"2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_SPECIAL},
	{"2620:4f:8001::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_GLOBAL},
	{"3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_SPECIAL},
	{"3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_GLOBAL},
	{"4000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_SPECIAL},
	{"fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", DTI_ADDRESS_LAN},
	{"fe00::", "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_SPECIAL},
	{"fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", DTI_ADDRESS_LAN},
	{"fec0::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 DTI_ADDRESS_SPECIAL},
};

Test(node_address_class, each_network_has_its_class_from_end_to_end)
{
	for (size_t i = 0; i < dti_array_length(space); i++) {
		cr_assert_eq(class_of(space[i].first), space[i].class, "%s",
			     space[i].first);
		cr_assert_eq(class_of(space[i].last), space[i].class, "%s",
			     space[i].last);
	}
}

/* Is @address between the two, all as IPv4 or all as IPv6? */
static bool is_between(const struct dt_endpoint *address,
		       const struct example *piece)
{
	struct dt_endpoint first = endpoint_of(piece->first);
	struct dt_endpoint last = endpoint_of(piece->last);

	return address->family == first.family &&
	       memcmp(address->ip, first.ip, sizeof(first.ip)) >= 0 &&
	       memcmp(address->ip, last.ip, sizeof(last.ip)) <= 0;
}

static enum dti_address_class expected_of(const struct dt_endpoint *address)
{
	for (size_t i = 0; i < dti_array_length(space); i++)
		if (is_between(address, &space[i]))
			return space[i].class;
	cr_fail("the table has no gap");
	return DTI_ADDRESS_NONE;
}

Test(node_address_class, no_address_in_between_has_another_class)
{
	struct random_stream random = {1};

	for (unsigned int i = 0; i < 20000; i++) {
		struct dt_endpoint address = {.family = 4};
		size_t from = i % 7;

		/* A network, and random bytes behind it. */
		if (from != 0)
			address = endpoint_of(
				space[i % dti_array_length(space)].first);
		for (size_t at = from; at < dti_endpoint_ip_size(&address);
		     at++)
			address.ip[at] = (uint8_t)random_next(&random);
		dti_endpoint_normalize(&address);
		cr_assert_eq(dti_address_class_of(&address),
			     expected_of(&address), "%u", i);
	}
}

Test(node_address_class, well_known_addresses_have_the_class_one_expects)
{
	static const struct {
		const char *address;
		enum dti_address_class class;
	} examples[] = {
		{"8.8.8.8", DTI_ADDRESS_GLOBAL},
		{"192.168.1.1", DTI_ADDRESS_LAN},
		{"239.255.255.250", DTI_ADDRESS_SPECIAL},
		{"255.255.255.255", DTI_ADDRESS_SPECIAL},
		{"2a00:1450:4001::1", DTI_ADDRESS_GLOBAL},
		{"64:ff9b::8.8.8.8", DTI_ADDRESS_SPECIAL}, /* NAT64 */
		{"100::1", DTI_ADDRESS_SPECIAL},           /* discard-only */
		{"5f00::1", DTI_ADDRESS_SPECIAL},          /* SRv6 */
		{"ff02::1", DTI_ADDRESS_SPECIAL},
		/* Mapped addresses are IPv4. */
		{"::ffff:8.8.8.8", DTI_ADDRESS_GLOBAL},
		{"::ffff:127.0.0.1", DTI_ADDRESS_LOOPBACK},
	};

	for (size_t i = 0; i < dti_array_length(examples); i++)
		cr_assert_eq(class_of(examples[i].address), examples[i].class,
			     "%s", examples[i].address);
}

Test(node_address_class, no_family_is_no_address)
{
	for (unsigned int family = 0; family <= UINT8_MAX; family++) {
		struct dt_endpoint endpoint = {.ip = {8, 8, 8, 8}};

		endpoint.family = (uint8_t)family;
		if (family != 4 && family != 6)
			cr_assert_eq(dti_address_class_of(&endpoint),
				     DTI_ADDRESS_NONE, "%u", family);
	}
}

Test(node_address_class, a_node_tells_of_no_network_that_it_is_not_in)
{
	/* Senders: columns. */
	static const char *const senders[] = {
		"127.0.0.1", "::1",     "10.0.0.1", "fd00::1",
		"8.8.8.8",   "2a00::1", "0.0.0.0"};
	static const struct {
		const char *relayed;
		const char *may; /* a letter a sender */
	} rules[] = {
		{"127.0.0.2", "yy-----"},   {"::1", "yy-----"},
		{"192.168.3.4", "yyyy---"}, {"fe80::1", "yyyy---"},
		{"8.8.4.4", "yyyyyyy"},     {"2600::1", "yyyyyyy"},
		{"0.0.0.0", "-------"},     {"224.0.0.1", "-------"},
		{"ff02::1", "-------"},     {"192.0.2.1", "-------"},
		{"2002::1", "-------"},
	};

	for (size_t i = 0; i < dti_array_length(rules); i++)
		for (size_t j = 0; j < dti_array_length(senders); j++) {
			struct dt_endpoint from = endpoint_of(senders[j]);
			struct dt_endpoint of = endpoint_of(rules[i].relayed);

			cr_assert_eq(dti_address_may_relay(&from, &of),
				     rules[i].may[j] == 'y', "%s tells of %s",
				     senders[j], rules[i].relayed);
		}
}

Test(node_address_class, no_address_is_told_by_nobody)
{
	struct dt_endpoint loopback = endpoint_of("127.0.0.1");
	struct dt_endpoint none = {.udp_port = 30303};

	cr_assert_not(dti_address_may_relay(&loopback, &none));
	cr_assert_not(dti_address_may_relay(&none, &none));
	cr_assert_not(dti_address_may_relay(&none, &loopback));
}

Test(node_address_class, subnets_are_24_bits_of_ipv4_and_64_of_ipv6)
{
	static const struct {
		const char *address;
		unsigned int bits;
	} cases[] = {{"198.51.100.200", 24}, {"2a00:1450:4001:81b::200e", 64}};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct dt_endpoint endpoint = endpoint_of(cases[i].address);
		struct dti_subnet subnet = dti_subnet_of(&endpoint);

		for (unsigned int bit = 0;
		     bit < (endpoint.family == 4 ? 32u : 128u); bit++) {
			struct dt_endpoint other = endpoint;
			struct dti_subnet other_subnet;

			other.ip[bit / 8] ^= (uint8_t)(0x80u >> bit % 8);
			other_subnet = dti_subnet_of(&other);
			cr_assert_eq(dti_subnet_equal(&subnet, &other_subnet),
				     bit >= cases[i].bits, "%s, bit %u",
				     cases[i].address, bit);
		}
	}
}

Test(node_address_class, subnets_know_neither_ports_nor_the_other_family)
{
	struct dt_endpoint v4 = endpoint_of("32.1.2.3");
	struct dt_endpoint v6 = endpoint_of("2001:200::");
	struct dt_endpoint port = v4;
	struct dt_endpoint none = {.ip = {32, 1, 2, 3}};
	struct dti_subnet of_v4 = dti_subnet_of(&v4);
	struct dti_subnet of_v6 = dti_subnet_of(&v6);
	struct dti_subnet of_none = dti_subnet_of(&none);
	struct dti_subnet of_port;

	port.udp_port = 1;
	port.tcp_port = 2;
	of_port = dti_subnet_of(&port);

	cr_assert(dti_subnet_equal(&of_v4, &of_port));
	cr_assert_not(dti_subnet_equal(&of_v4, &of_v6));
	cr_assert_not(dti_subnet_equal(&of_v4, &of_none));
}

Test(node_address_class, a_host_with_a_udp_port_can_be_asked)
{
	static const struct {
		const char *ip; /* NULL: none */
		uint16_t udp_port;
		bool can;
	} rows[] = {
		{"5.6.7.8", 1, true},          {"2a00::1", 30303, true},
		{"127.0.0.1", 1, true},        {"192.168.0.1", 1, true},
		{"5.6.7.8", 0, false},         {NULL, 30303, false},
		{"0.0.0.0", 1, false},         {"224.0.0.1", 1, false},
		{"255.255.255.255", 1, false}, {"::", 1, false},
		{"ff02::1", 1, false},         {"192.0.2.1", 1, false},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct dt_endpoint endpoint = {.udp_port = rows[i].udp_port};

		if (rows[i].ip)
			cr_assert(dti_endpoint_parse_ip(&endpoint, rows[i].ip,
							strlen(rows[i].ip)));
		cr_assert_eq(dti_address_can_be_asked(&endpoint), rows[i].can,
			     "row %zu", i);
	}
}

Test(node_address_class, what_is_private_is_not_the_worlds)
{
	for (size_t i = 0; i < dti_array_length(space); i++) {
		struct dt_endpoint first = endpoint_of(space[i].first);

		cr_assert_eq(dti_address_is_private(&first),
			     space[i].class == DTI_ADDRESS_LOOPBACK ||
				     space[i].class == DTI_ADDRESS_LAN,
			     "%s", space[i].first);
	}
}

Test(node_address_class, who_is_near_shares_24_bits_of_ipv4_or_48_of_ipv6)
{
	static const struct {
		const char *a;
		const char *b;
		bool near;
	} pairs[] = {
		{"9.8.7.6", "9.8.7.6", true},
		{"9.8.7.0", "9.8.7.255", true},
		{"9.8.7.255", "9.8.8.0", false},
		{"9.8.7.6", "9.8.6.6", false},
		{"2001:4860:1::", "2001:4860:1:ffff:ffff:ffff:ffff:ffff", true},
		{"2001:4860:1::1", "2001:4860:2::1", false},
		{"2001:4860:1::1", "2001:4861:1::1", false},
		/* 9.8.7.6 and 09 08 07 06 are no neighbours. */
		{"9.8.7.6", "908:706::", false},
	};

	for (size_t i = 0; i < dti_array_length(pairs); i++) {
		struct dt_endpoint a = endpoint_of(pairs[i].a);
		struct dt_endpoint b = endpoint_of(pairs[i].b);

		b.tcp_port = 7;
		cr_assert_eq(dti_address_is_near(&a, &b), pairs[i].near, "%zu",
			     i);
		cr_assert_eq(dti_address_is_near(&b, &a), pairs[i].near, "%zu",
			     i);
	}
}
