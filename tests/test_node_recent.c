/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/recent.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

static const struct dt_allocator libc_allocator;
static const uint8_t key[16] = {1, 2, 3};

static bool has(const struct dti_recent *recent, uint64_t thing, int64_t now_ms)
{
	return dti_recent_has(recent, &thing, sizeof(thing), now_ms);
}

static void add(struct dti_recent *recent, uint64_t thing, int64_t until_ms)
{
	dti_recent_add(recent, &thing, sizeof(thing), until_ms);
}

Test(node_recent, a_thing_is_known_before_its_time_is_over)
{
	struct dti_recent *recent = dti_recent_create(64, key, &libc_allocator);

	cr_assert_not(has(recent, 1, 0));
	add(recent, 1, 1000);

	cr_assert(has(recent, 1, 0));
	cr_assert(has(recent, 1, 999));
	cr_assert_not(has(recent, 1, 1000));
	cr_assert_not(has(recent, 1, 5000));
	cr_assert_not(has(recent, 2, 0));
	dti_recent_destroy(recent);
}

Test(node_recent, a_second_add_replaces_the_first)
{
	struct dti_recent *recent = dti_recent_create(64, key, &libc_allocator);

	add(recent, 1, 1000);
	add(recent, 1, 3000);
	cr_assert(has(recent, 1, 2000));
	add(recent, 1, 1500);
	cr_assert_not(has(recent, 1, 2000));
	dti_recent_destroy(recent);
}

Test(node_recent, the_length_of_a_thing_counts)
{
	struct dti_recent *recent = dti_recent_create(64, key, &libc_allocator);

	dti_recent_add(recent, "\0\0\0\0", 4, 1000);

	cr_assert(dti_recent_has(recent, "\0\0\0\0", 4, 0));
	cr_assert_not(dti_recent_has(recent, "\0\0\0\0", 3, 0));
	dti_recent_destroy(recent);
}

Test(node_recent, as_many_as_half_its_capacity_are_nearly_all_known)
{
	struct dti_recent *recent =
		dti_recent_create(4096, key, &libc_allocator);
	size_t known = 0;

	for (uint64_t i = 0; i < 2048; i++)
		add(recent, i, 1000);
	for (uint64_t i = 0; i < 2048; i++)
		known += has(recent, i, 0);

	cr_assert_geq(known, 1980);
	dti_recent_destroy(recent);
}

Test(node_recent, what_is_over_gives_way_before_what_is_not)
{
	struct dti_recent *recent = dti_recent_create(8, key, &libc_allocator);

	for (uint64_t i = 0; i < 8; i++)
		add(recent, i, i == 5 ? 100 : 1000 + (int64_t)i);
	add(recent, 100, 1500);
	for (uint64_t i = 0; i < 8; i++)
		cr_assert_eq(has(recent, i, 0), i != 5, "%d", (int)i);
	add(recent, 101, 1500);

	cr_assert_not(has(recent, 0, 0));
	cr_assert(has(recent, 1, 0));
	cr_assert(has(recent, 100, 0));
	cr_assert(has(recent, 101, 0));
	dti_recent_destroy(recent);
}

Test(node_recent, its_memory_is_one_piece_and_bounded)
{
	struct failing_allocator memory = {.fail_at = 1};
	struct dt_allocator functions = failing_allocator_functions(&memory);
	struct dti_recent *recent;

	cr_assert_null(dti_recent_create(64, key, &functions));
	recent = dti_recent_create(64, key, &functions);
	for (uint64_t i = 0; i < 10000; i++)
		add(recent, i, (int64_t)i);

	cr_assert_eq(memory.live, 1);
	cr_assert_eq(memory.calls, 2);
	dti_recent_destroy(recent);
	dti_recent_destroy(NULL);
	cr_assert_eq(memory.live, 0);
}
