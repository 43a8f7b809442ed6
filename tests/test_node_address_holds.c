/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <string.h>

#include "lib/container.h"
#include "lib/node/address_holds.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

static const struct dt_allocator libc_allocator;
static const uint8_t key[16] = {1, 2, 3};

static struct dt_endpoint at(const char *text)
{
	struct dt_endpoint endpoint = {.family = strchr(text, ':') ? 6 : 4};

	cr_assert_eq(inet_pton(endpoint.family == 4 ? AF_INET : AF_INET6, text,
			       endpoint.ip),
		     1);
	return endpoint;
}

static struct dti_address_holds make(int64_t hold_ms)
{
	struct dti_address_holds holds;

	cr_assert(dti_address_holds_init(&holds, 64, hold_ms, key,
					 &libc_allocator));
	return holds;
}

/* Is @second held back when @first has just connected? */
static bool holds_back(const char *first, const char *second)
{
	struct dti_address_holds holds = make(30000);
	struct dt_endpoint one = at(first);
	struct dt_endpoint two = at(second);
	bool held;

	dti_address_holds_add(&holds, &one, 0);
	held = dti_address_holds_back(&holds, &two, 1);
	dti_address_holds_fini(&holds);
	return held;
}

Test(node_address_holds, an_address_is_held_back_for_its_time)
{
	struct dti_address_holds holds = make(30000);
	struct dt_endpoint from = at("9.8.7.6");

	cr_assert_not(dti_address_holds_back(&holds, &from, 1000));
	dti_address_holds_add(&holds, &from, 1000);

	cr_assert(dti_address_holds_back(&holds, &from, 1000));
	from.tcp_port = 7; /* no port counts */
	cr_assert(dti_address_holds_back(&holds, &from, 30999));
	cr_assert_not(dti_address_holds_back(&holds, &from, 31000));
	dti_address_holds_fini(&holds);
}

Test(node_address_holds, an_address_counts_alone_or_with_its_64)
{
	static const struct {
		const char *first;
		const char *second;
		bool held;
	} pairs[] = {
		{"9.8.7.6", "9.8.7.6", true},
		{"9.8.7.6", "9.8.7.7", false},
		{"9.8.7.6", "10.8.7.6", false},
		{"2600:1:2:3::1", "2600:1:2:3:4:5:6:7", true},
		{"2600:1:2:3::1", "2600:1:2:4::1", false},
		{"2600:1:2:3::1", "38.0.0.1", false},
		{"38.0.0.1", "2600:1::", false},
	};

	for (size_t i = 0; i < dti_array_length(pairs); i++)
		cr_assert_eq(holds_back(pairs[i].first, pairs[i].second),
			     pairs[i].held, "%s, %s", pairs[i].first,
			     pairs[i].second);
}

Test(node_address_holds, loopback_and_private_networks_are_exempt)
{
	static const char *const addresses[] = {
		"127.0.0.1",   "127.9.9.9",  "10.1.2.3",
		"192.168.0.1", "172.16.0.1", "169.254.1.1",
		"::1",         "fe80::1",    "fd00::1",
	};

	for (size_t i = 0; i < dti_array_length(addresses); i++)
		cr_assert_not(holds_back(addresses[i], addresses[i]), "%s",
			      addresses[i]);
}

Test(node_address_holds, without_a_time_nobody_is_held_back)
{
	struct dti_address_holds holds = make(0);
	struct dt_endpoint from = at("9.8.7.6");

	dti_address_holds_add(&holds, &from, 1000);

	cr_assert_not(dti_address_holds_back(&holds, &from, 1000));
	dti_address_holds_fini(&holds);
}

Test(node_address_holds, without_memory_there_are_none)
{
	struct failing_allocator memory = {.fail_at = 1};
	struct dt_allocator functions = failing_allocator_functions(&memory);
	struct dti_address_holds holds;

	cr_assert_not(dti_address_holds_init(&holds, 64, 1, key, &functions));
	dti_address_holds_fini(&holds);

	cr_assert_eq(memory.live, 0);
}
