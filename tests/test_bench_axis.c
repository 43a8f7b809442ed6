/* SPDX-License-Identifier: MIT */
#include "bench/harness/axis.h"
#include "tests/harness.h"

static void check(const struct bench_axis *axis, const double *tics,
		  size_t count)
{
	cr_assert_eq(axis->count, count, "%zu tics", axis->count);
	for (size_t i = 0; i < count; i++)
		cr_assert_float_eq(axis->tics[i] / tics[count - 1],
				   tics[i] / tics[count - 1], 1e-9,
				   "tic %zu is %g", i, axis->tics[i]);
}

Test(bench_axis, a_linear_one_goes_from_0_to_beyond_the_largest)
{
	struct bench_axis axis = bench_axis_linear(27e6, "");

	check(&axis, (const double[]){0, 5e6, 10e6, 15e6, 20e6, 25e6, 30e6}, 7);
}

Test(bench_axis, a_value_at_a_mark_needs_no_further_one)
{
	struct bench_axis axis = bench_axis_linear(6, "");

	check(&axis, (const double[]){0, 1, 2, 3, 4, 5, 6}, 7);
}

Test(bench_axis, bytes_go_in_powers_of_two)
{
	struct bench_axis axis = bench_axis_linear(300 * 1024, "B");

	check(&axis, (const double[]){0, 65536, 131072, 196608, 262144, 327680},
	      6);
}

Test(bench_axis, zeros_only_still_have_an_axis)
{
	struct bench_axis axis = bench_axis_linear(0, "");

	cr_assert_geq(axis.count, 1);
	cr_assert_float_eq(axis.tics[0], 0, 0);
}

Test(bench_axis, a_logarithmic_one_has_powers_of_ten)
{
	struct bench_axis axis = bench_axis_log(2.5e-7, 0.3, "s");

	check(&axis,
	      (const double[]){1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1}, 8);
}

Test(bench_axis, few_powers_of_ten_get_marks_between_them)
{
	struct bench_axis axis = bench_axis_log(30, 450, "");

	check(&axis, (const double[]){20, 50, 100, 200, 500}, 5);
}

Test(bench_axis, one_value_has_a_mark_on_either_side)
{
	struct bench_axis axis = bench_axis_log(30, 30, "");

	check(&axis, (const double[]){20, 50}, 2);
}
