/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/slots.h"

#include "tests/harness.h"

enum {
	CALLS = 10000,
	PLENTY = 1000000
};

Test(dialstate_slots, enough_for_all_is_not_shared)
{
	struct dti_slots shares = dti_slots_initial();

	cr_assert_eq(dti_slots_for_static(&shares, 10, 6, 4, 75), 6);
	cr_assert_eq(dti_slots_for_static(&shares, 100, 6, 4, 75), 6);
	cr_assert_eq(dti_slots_for_random(&shares, 10, 6, 4), 6);
	cr_assert_eq(shares.credit, 99);
	cr_assert_not(shares.odd_to_buffer);
}

Test(dialstate_slots, who_wants_alone_gets_all)
{
	struct dti_slots shares = dti_slots_initial();

	cr_assert_eq(dti_slots_for_static(&shares, 10, 20, 0, 0), 10);
	cr_assert_eq(dti_slots_for_static(&shares, 10, 0, 20, 100), 0);
	cr_assert_eq(dti_slots_for_random(&shares, 10, 20, 0), 10);
	cr_assert_eq(dti_slots_for_random(&shares, 10, 0, 20), 0);
	cr_assert_eq(shares.credit, 99);
}

Test(dialstate_slots, single_slots_keep_the_share_within_a_percent)
{
	for (uint32_t share = 0; share <= 100; share++) {
		struct dti_slots shares = dti_slots_initial();
		uint64_t got = 0;

		for (int i = 0; i < CALLS; i++)
			got += dti_slots_for_static(&shares, 1, PLENTY, PLENTY,
						    share);

		cr_assert_geq(got, CALLS / 100 * share);
		cr_assert_leq(got, CALLS / 100 * share + 1);
	}
}

Test(dialstate_slots, neither_side_waits_longer_than_its_share_says)
{
	for (uint32_t share = 1; share < 100; share++) {
		struct dti_slots shares = dti_slots_initial();
		uint32_t static_gap = 0;
		uint32_t dyn_gap = 0;

		for (int i = 0; i < CALLS; i++) {
			bool is_static = dti_slots_for_static(
				&shares, 1, PLENTY, PLENTY, share);

			static_gap = is_static ? 0 : static_gap + 1;
			dyn_gap = is_static ? dyn_gap + 1 : 0;
			cr_assert_leq(static_gap, 100 / share);
			cr_assert_leq(dyn_gap, 100 / (100 - share));
		}
	}
}

Test(dialstate_slots, three_of_four_are_static_whatever_the_calls_sizes_are)
{
	struct dti_slots shares = dti_slots_initial();
	uint64_t total = 0;
	uint64_t got = 0;

	for (uint64_t i = 0; i < CALLS; i++) {
		uint64_t slots = i * 31 % 17;

		total += slots;
		got += dti_slots_for_static(&shares, slots, PLENTY, PLENTY, 75);
		cr_assert_leq(got * 4, total * 3 + 4);
		cr_assert_geq(got * 4 + 4, total * 3);
	}
}

Test(dialstate_slots, a_share_that_one_side_does_not_use_goes_to_the_other)
{
	static const struct {
		uint64_t slots;
		uint64_t static_wanted;
		uint64_t dyn_wanted;
		uint64_t expected;
	} cases[] = {
		{16, 1, 100, 1},   {16, 100, 1, 15}, {16, 100, 2, 14},
		{16, 100, 4, 12},  {16, 100, 9, 12}, {16, 12, 100, 12},
		{16, 13, 100, 12}, {16, 3, 14, 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dti_slots shares = {.credit = 0};

		cr_assert_eq(dti_slots_for_static(&shares, cases[i].slots,
						  cases[i].static_wanted,
						  cases[i].dyn_wanted, 75),
			     cases[i].expected, "case %zu", i);
	}
}

Test(dialstate_slots, a_share_above_100_is_100)
{
	struct dti_slots shares = dti_slots_initial();

	cr_assert_eq(dti_slots_for_static(&shares, 16, 100, 100, 1000), 16);
	cr_assert_lt(shares.credit, 100);
}

Test(dialstate_slots, no_number_of_slots_overflows)
{
	struct dti_slots shares = dti_slots_initial();
	uint64_t most = UINT64_MAX;

	cr_assert_eq(dti_slots_for_static(&shares, most, 5, 5, 75), 5);
	cr_assert_geq(dti_slots_for_static(&shares, most / 2, most, most, 75),
		      most / 8 * 3 - 100);
	cr_assert_lt(shares.credit, 100);
}

Test(dialstate_slots, random_nodes_and_the_buffer_have_half_each)
{
	struct dti_slots shares = dti_slots_initial();
	uint64_t got = 0;

	cr_assert_eq(dti_slots_for_random(&shares, 6, 100, 100), 3);
	cr_assert_not(shares.odd_to_buffer);
	for (int i = 0; i < CALLS; i++)
		got += dti_slots_for_random(&shares, 1, 100, 100);
	cr_assert_eq(got, CALLS / 2);
	cr_assert_eq(dti_slots_for_random(&shares, 7, 100, 100), 4);
	cr_assert_eq(dti_slots_for_random(&shares, 7, 100, 100), 3);
}

Test(dialstate_slots, a_half_that_is_not_used_goes_to_the_other)
{
	struct dti_slots shares = dti_slots_initial();

	cr_assert_eq(dti_slots_for_random(&shares, 6, 100, 1), 5);
	cr_assert_eq(dti_slots_for_random(&shares, 6, 1, 100), 1);
}
