/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/node/shuffle.h"

#include "tests/harness.h"

Test(node_shuffle, every_number_comes_exactly_once)
{
	enum {
		MOST = 130
	};

	for (uint32_t count = 0; count <= MOST; count++) {
		bool seen[MOST] = {false};
		struct dti_shuffle shuffle;
		uint32_t repeated = 0;

		dti_shuffle_init(&shuffle, count, count * 77);
		for (uint32_t place = 0; place < count; place++) {
			uint32_t number = dti_shuffle_at(&shuffle, place);

			repeated += number >= count || seen[number];
			seen[number] = true;
		}
		cr_assert_eq(repeated, 0, "of %u", count);
	}
}

Test(node_shuffle, large_counts_are_permuted_too, .timeout = 20)
{
	enum {
		COUNT = 1000003
	};
	bool *seen = calloc(COUNT, sizeof(*seen));
	struct dti_shuffle shuffle;
	uint32_t repeated = 0;

	cr_assert_not_null(seen);
	dti_shuffle_init(&shuffle, COUNT, 5);
	for (uint32_t place = 0; place < COUNT; place++) {
		uint32_t number = dti_shuffle_at(&shuffle, place);

		repeated += number >= COUNT || seen[number];
		seen[number] = true;
	}

	cr_assert_eq(repeated, 0);
	free(seen);
}

Test(node_shuffle, the_largest_count_does_not_overflow)
{
	struct dti_shuffle shuffle;

	dti_shuffle_init(&shuffle, UINT32_MAX, 1);
	for (uint32_t place = 0; place < 1000; place++)
		cr_assert_lt(dti_shuffle_at(&shuffle, UINT32_MAX - 1 - place),
			     UINT32_MAX);
}

Test(node_shuffle, a_seed_gives_its_own_order_again)
{
	struct dti_shuffle a;
	struct dti_shuffle b;
	struct dti_shuffle c;
	uint32_t same = 0;

	dti_shuffle_init(&a, 1000, 1);
	dti_shuffle_init(&b, 1000, 1);
	dti_shuffle_init(&c, 1000, 2);
	for (uint32_t place = 0; place < 1000; place++) {
		cr_assert_eq(dti_shuffle_at(&a, place),
			     dti_shuffle_at(&b, place));
		same += dti_shuffle_at(&a, place) == dti_shuffle_at(&c, place);
	}

	cr_assert_lt(same, 20, "%u places agree", same);
}

/*
 * How often each number of @count comes at @place under successive seeds, as
 * chi-squared; the mean is count - 1, and 60 for 10 numbers happens once in a
 * billion. The seeds are fixed, so it passes always or never.
 */
static double chi_squared(uint32_t count, uint32_t place)
{
	enum {
		SEEDS = 20000,
		MOST = 64
	};
	uint32_t seen[MOST] = {0};
	double expected = (double)SEEDS / count;
	double sum = 0;

	for (uint32_t seed = 0; seed < SEEDS; seed++) {
		struct dti_shuffle shuffle;

		dti_shuffle_init(&shuffle, count, seed);
		seen[dti_shuffle_at(&shuffle, place)]++;
	}
	for (uint32_t i = 0; i < count; i++)
		sum += (seen[i] - expected) * (seen[i] - expected) / expected;
	return sum;
}

Test(node_shuffle, each_number_is_as_likely_at_each_place)
{
	for (uint32_t count = 2; count <= 10; count++)
		for (uint32_t place = 0; place < count; place++)
			cr_assert_lt(chi_squared(count, place), 60.0,
				     "%u of %u", place, count);
	cr_assert_lt(chi_squared(64, 0), 150.0);
	cr_assert_lt(chi_squared(64, 63), 150.0);
}

/* As likely as any other pair: neighbours do not stick together. */
Test(node_shuffle, pairs_are_nearly_as_likely_too)
{
	enum {
		COUNT = 8,
		SEEDS = 56000
	};
	uint32_t seen[COUNT][COUNT] = {{0}};

	for (uint32_t seed = 0; seed < SEEDS; seed++) {
		struct dti_shuffle shuffle;

		dti_shuffle_init(&shuffle, COUNT, seed);
		seen[dti_shuffle_at(&shuffle, 0)]
		    [dti_shuffle_at(&shuffle, 1)]++;
	}

	/* 1,000 of each of the 56; a tenth off would be a shame. */
	for (size_t i = 0; i < COUNT; i++)
		for (size_t j = 0; j < COUNT; j++)
			cr_assert(i == j || (seen[i][j] > 850 &&
					     seen[i][j] < 1150),
				  "%zu and %zu: %u", i, j, seen[i][j]);
}
