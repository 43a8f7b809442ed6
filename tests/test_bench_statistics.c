/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "bench/harness/bench.h"
#include "bench/harness/statistics.h"
#include "tests/harness.h"

Test(bench_statistics, the_median_of_an_odd_number_is_the_middle_one)
{
	double values[] = {9, 1, 5};

	struct bench_summary summary = bench_statistics_summary(values, 3);

	cr_assert_float_eq(summary.median, 5, 0);
	cr_assert_float_eq(summary.min, 1, 0);
	cr_assert_float_eq(summary.max, 9, 0);
	cr_assert_eq(summary.count, 3);
}

Test(bench_statistics, the_median_of_an_even_number_is_between_two)
{
	double values[] = {4, 100, 2, 3};

	struct bench_summary summary = bench_statistics_summary(values, 4);

	cr_assert_float_eq(summary.median, 3.5, 0);
}

Test(bench_statistics, what_was_not_measured_is_left_out)
{
	double values[] = {BENCH_NOT_MEASURED, 7, BENCH_NOT_MEASURED, 3, 5};

	struct bench_summary summary = bench_statistics_summary(values, 5);

	cr_assert_eq(summary.count, 3);
	cr_assert_float_eq(summary.median, 5, 0);
	cr_assert_float_eq(summary.min, 3, 0);
}

Test(bench_statistics, nothing_measured_has_no_median)
{
	double values[] = {BENCH_NOT_MEASURED};

	struct bench_summary summary = bench_statistics_summary(values, 1);

	cr_assert_eq(summary.count, 0);
	cr_assert(isnan(summary.median));
	cr_assert(isnan(summary.min));
	cr_assert(isnan(summary.max));
}
