/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/subnet_counts.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/random_stream.h"
#include "tests/table_scene.h"

static const struct dt_allocator libc = {.malloc = NULL};

static struct dti_subnet subnet_at(const struct dti_subnet_counts *counts,
				   const char *ip)
{
	struct dt_endpoint endpoint = table_scene_endpoint(ip);

	return dti_subnet_counts_subnet(counts, &endpoint);
}

/* 20.x.y.1, in a network of its own for each number. */
static struct dti_subnet numbered(const struct dti_subnet_counts *counts,
				  size_t number)
{
	struct dt_endpoint endpoint = table_scene_endpoint("20.0.0.1");

	endpoint.ip[1] = (uint8_t)(number >> 8);
	endpoint.ip[2] = (uint8_t)number;
	return dti_subnet_counts_subnet(counts, &endpoint);
}

Test(discv4_subnet_counts, addresses_of_one_network_are_counted_together)
{
	static const struct {
		const char *a;
		const char *b;
		bool together;
	} cases[] = {
		{"20.1.2.3", "20.1.2.255", true},
		{"20.1.2.3", "20.1.3.3", false},
		{"20.1.2.3", "21.1.2.3", false},
		{"2a00:1:2:3::1", "2a00:1:2:3:ffff::", true},
		{"2a00:1:2:3::1", "2a00:1:2:4::1", false},
		{"20.1.2.3", "::ffff:20.1.2.9", true},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct dti_subnet_counts counts;
		struct dti_subnet a;
		struct dti_subnet b;

		dti_subnet_counts_init(&counts, false, &libc);
		a = subnet_at(&counts, cases[i].a);
		b = subnet_at(&counts, cases[i].b);
		cr_assert(dti_subnet_counts_add(&counts, &a));

		cr_assert_eq(dti_subnet_counts_get(&counts, &a), 1u);
		cr_assert_eq(dti_subnet_counts_get(&counts, &b),
			     cases[i].together ? 1u : 0u, "%s, %s", cases[i].a,
			     cases[i].b);
		dti_subnet_counts_fini(&counts);
	}
}

Test(discv4_subnet_counts, this_machine_and_private_networks_are_exempt)
{
	static const struct {
		const char *ip;
		bool exempt;
	} cases[] = {
		{"127.0.0.1", true},  {"127.1.2.3", true},
		{"10.1.2.3", true},   {"192.168.1.1", true},
		{"172.16.0.1", true}, {"::1", true},
		{"fd00::1", true},    {"fe80::1", true},
		{"20.1.2.3", false},  {"172.32.0.1", false},
		{"2a00::1", false},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct dti_subnet_counts counts;
		struct dti_subnet subnet;

		dti_subnet_counts_init(&counts, false, &libc);
		subnet = subnet_at(&counts, cases[i].ip);
		cr_assert(dti_subnet_counts_add(&counts, &subnet));

		cr_assert_eq(dti_subnet_is_exempt(&subnet), cases[i].exempt,
			     "%s", cases[i].ip);
		cr_assert_eq(dti_subnet_counts_get(&counts, &subnet),
			     cases[i].exempt ? 0u : 1u, "%s", cases[i].ip);
		dti_subnet_counts_remove(&counts, &subnet);
		cr_assert_eq(counts.count, 0u);
		dti_subnet_counts_fini(&counts);
	}
}

Test(discv4_subnet_counts, nothing_is_exempt_when_the_lan_is_limited)
{
	const char *const ips[] = {"127.0.0.1", "10.1.2.3", "::1", "fd00::1",
				   "20.1.2.3"};

	for (size_t i = 0; i < dti_array_length(ips); i++) {
		struct dti_subnet_counts counts;
		struct dti_subnet subnet;

		dti_subnet_counts_init(&counts, true, &libc);
		subnet = subnet_at(&counts, ips[i]);
		cr_assert(dti_subnet_counts_add(&counts, &subnet));

		cr_assert_not(dti_subnet_is_exempt(&subnet), "%s", ips[i]);
		cr_assert_eq(dti_subnet_counts_get(&counts, &subnet), 1u);
		dti_subnet_counts_fini(&counts);
	}
}

Test(discv4_subnet_counts, counts_are_those_of_a_plain_array)
{
	enum {
		NETWORKS = 442,
		STEPS = 100000
	};
	size_t expected[NETWORKS] = {0};
	struct random_stream random = {.state = 1};
	struct dti_subnet_counts counts;
	size_t distinct = 0;

	dti_subnet_counts_init(&counts, false, &libc);
	for (int step = 0; step < STEPS; step++) {
		size_t at = (size_t)random_below(&random, NETWORKS);
		struct dti_subnet subnet = numbered(&counts, at);
		bool is_add = random_chance(&random, 50);

		if (is_add && expected[at] < 10) {
			cr_assert(dti_subnet_counts_add(&counts, &subnet));
			distinct += expected[at]++ == 0;
		} else if (!is_add && expected[at] > 0) {
			dti_subnet_counts_remove(&counts, &subnet);
			distinct -= --expected[at] == 0;
		}

		cr_assert_eq(dti_subnet_counts_get(&counts, &subnet),
			     expected[at]);
		cr_assert_eq(counts.count, distinct);
	}
	for (size_t i = 0; i < NETWORKS; i++) {
		struct dti_subnet subnet = numbered(&counts, i);

		cr_assert_eq(dti_subnet_counts_get(&counts, &subnet),
			     expected[i]);
	}
	cr_assert_leq(counts.capacity, 512u);
	dti_subnet_counts_fini(&counts);
}

Test(discv4_subnet_counts, without_memory_nothing_is_counted)
{
	enum {
		NETWORKS = 100
	};
	struct failing_allocator counter = {.fail_at = 0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_subnet_counts counts;
	size_t failures = 0;

	dti_subnet_counts_init(&counts, false, &allocator);
	for (size_t i = 0; i < NETWORKS; i++) {
		struct dti_subnet subnet = numbered(&counts, NETWORKS - i);

		counter.fail_at = counter.calls + 1;
		if (!dti_subnet_counts_add(&counts, &subnet)) {
			failures++;
			cr_assert_eq(dti_subnet_counts_get(&counts, &subnet),
				     0u);
			cr_assert_eq(counts.count, i);
			cr_assert(dti_subnet_counts_add(&counts, &subnet));
		}
		cr_assert_eq(dti_subnet_counts_get(&counts, &subnet), 1u);
	}

	cr_assert_eq(failures, 4u, "it grows to 16, 32, 64, 128");
	dti_subnet_counts_fini(&counts);
	cr_assert_eq(counter.live, 0u);
}

Test(discv4_subnet_counts, no_counts_need_no_memory)
{
	struct failing_allocator counter = {.fail_at = 0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_subnet_counts counts;
	struct dti_subnet exempt;

	dti_subnet_counts_init(&counts, false, &allocator);
	exempt = subnet_at(&counts, "10.0.0.1");

	cr_assert(dti_subnet_counts_add(&counts, &exempt));
	cr_assert_eq(counter.calls, 0u);
	dti_subnet_counts_fini(&counts);
}
