/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/crypto/random.h"

#include "tests/harness.h"
#include "tests/vectors.h"

static const uint8_t zero_seed[32];

Test(crypto_random, the_bytes_are_the_key_stream_of_chacha20)
{
	/* Of the key and nonce zero, as RFC 7539 has it (A.1, vectors 1, 2). */
	static const char *const stream[] = {
		"76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770d"
		"c7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee"
		"6586",
		"9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7a"
		"ed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b79"
		"4d6f",
	};
	struct dti_random random;

	dti_random_init(&random, zero_seed);
	for (size_t i = 0; i < 2; i++) {
		uint8_t expected[64];
		uint8_t bytes[64];

		vectors_fixed(expected, sizeof(expected), stream[i]);
		dti_random_fill(&random, bytes, sizeof(bytes));
		cr_assert_arr_eq(bytes, expected, sizeof(bytes));
	}
}

Test(crypto_random, it_does_not_matter_how_bytes_are_asked_for)
{
	uint8_t expected[3000];
	struct dti_random random;

	dti_random_init(&random, zero_seed);
	dti_random_fill(&random, expected, sizeof(expected));
	for (size_t part = 1; part < 700; part++) {
		uint8_t bytes[sizeof(expected)];

		dti_random_init(&random, zero_seed);
		for (size_t at = 0; at < sizeof(bytes); at += part) {
			size_t left = sizeof(bytes) - at;

			dti_random_fill(&random, bytes + at,
					left < part ? left : part);
		}
		cr_assert_arr_eq(bytes, expected, sizeof(bytes), "%zu", part);
	}
}

Test(crypto_random, no_block_comes_twice)
{
	uint8_t bytes[64][64];
	struct dti_random random;

	dti_random_init(&random, zero_seed);
	dti_random_fill(&random, bytes, sizeof(bytes));

	for (size_t i = 0; i < 64; i++)
		for (size_t j = 0; j < i; j++)
			cr_assert_arr_neq(bytes[i], bytes[j], 64, "%zu %zu", i,
					  j);
}

Test(crypto_random, another_seed_is_another_run)
{
	uint8_t seed[32] = {[31] = 1};
	struct dti_random random;
	struct dti_random other;
	uint8_t bytes[2][32];

	dti_random_init(&random, zero_seed);
	dti_random_init(&other, seed);
	dti_random_fill(&random, bytes[0], 32);
	dti_random_fill(&other, bytes[1], 32);

	cr_assert_arr_neq(bytes[0], bytes[1], 32);
}

Test(crypto_random, every_number_below_a_bound_comes)
{
	struct dti_random random;

	dti_random_init(&random, zero_seed);
	for (uint32_t bound = 1; bound <= 40; bound++) {
		unsigned int seen[40] = {0};

		for (unsigned int i = 0; i < bound * 200; i++) {
			uint32_t number = dti_random_below(&random, bound);

			cr_assert_lt(number, bound);
			seen[number]++;
		}
		for (uint32_t i = 0; i < bound; i++) {
			cr_assert_gt(seen[i], 130u, "%u of %u", i, bound);
			cr_assert_lt(seen[i], 270u, "%u of %u", i, bound);
		}
	}
}

Test(crypto_random, a_bound_that_does_not_divide_2_to_the_32_is_fair)
{
	/* A bare remainder would give the first third twice as often. */
	const uint32_t third = (uint32_t)1 << 30;
	struct dti_random random;
	unsigned int low = 0;

	dti_random_init(&random, zero_seed);
	for (unsigned int i = 0; i < 3000; i++)
		low += dti_random_below(&random, 3 * third) < third ? 1 : 0;

	cr_assert_gt(low, 880u);
	cr_assert_lt(low, 1120u);
}

Test(crypto_random, the_largest_bound_is_one_too)
{
	struct dti_random random;
	unsigned int high = 0;

	dti_random_init(&random, zero_seed);
	for (unsigned int i = 0; i < 100; i++) {
		uint32_t number = dti_random_below(&random, UINT32_MAX);

		cr_assert_lt(number, UINT32_MAX);
		high += number >> 31;
	}

	cr_assert_gt(high, 25u);
	cr_assert_lt(high, 75u);
}
