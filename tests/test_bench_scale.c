/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "bench/harness/bench.h"
#include "bench/harness/scale.h"
#include "tests/harness.h"

struct scale_case {
	double value;
	const char *unit;
	const char *text;
};

static void check(const struct scale_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cr_assert_str_eq(
			bench_scale(cases[i].value, cases[i].unit).text,
			cases[i].text, "%g %s", cases[i].value, cases[i].unit);
}

Test(bench_scale, counts_have_three_digits_and_a_letter)
{
	const struct scale_case cases[] = {
		{0, "", "0"},
		{3, "", "3"},
		{999, "", "999"},
		{1000, "", "1.00k"},
		{18234567, "", "18.2M"},
		{2.8e9, "", "2.80G"},
		{1.2e13, "", "12000G"},
		{2.0049, "", "2"},
		{2.04, "", "2.04"},
		{0.5, "", "0.500"},
		{0.00123456, "", "0.00123"},
		{-1500, "", "-1.50k"},
	};

	check(cases, sizeof(cases) / sizeof(cases[0]));
}

Test(bench_scale, what_is_rounded_up_takes_the_next_letter)
{
	const struct scale_case cases[] = {
		{999.4, "", "999"},      {999.6, "", "1.00k"},
		{999999, "", "1.00M"},   {0.9999e-6, "s", "1.00 us"},
		{1024, "B", "1.00 KiB"},
	};

	check(cases, sizeof(cases) / sizeof(cases[0]));
}

Test(bench_scale, times_and_sizes_have_their_units)
{
	const struct scale_case cases[] = {
		{0, "s", "0 s"},           {651e-9, "s", "651 ns"},
		{1e-9, "s", "1.00 ns"},    {0.25e-9, "s", "0.250 ns"},
		{13.5e-6, "s", "13.5 us"}, {0.048, "s", "48.0 ms"},
		{61, "s", "61.0 s"},       {512, "B", "512 B"},
		{8510, "B", "8.31 KiB"},   {94371840, "B", "90.0 MiB"},
		{12.5, "%", "12.5 %"},     {BENCH_NOT_MEASURED, "s", "-"},
	};

	check(cases, sizeof(cases) / sizeof(cases[0]));
}

Test(bench_scale, a_ratio_is_a_value_in_x)
{
	cr_assert_str_eq(bench_scale_ratio(6.1234).text, "6.12 x");
	cr_assert_str_eq(bench_scale_ratio(1).text, "1.00 x");
	cr_assert_str_eq(bench_scale_ratio(0.97).text, "0.970 x");
	cr_assert_str_eq(bench_scale_ratio(4850).text, "4.85k x");
	cr_assert_str_eq(bench_scale_ratio(BENCH_NOT_MEASURED).text, "-");
}

Test(bench_scale, a_round_value_has_no_zeros_behind_it)
{
	cr_assert_str_eq(bench_scale_round(50e6, "").text, "50M");
	cr_assert_str_eq(bench_scale_round(2e-6, "s").text, "2 us");
	cr_assert_str_eq(bench_scale_round(65536, "B").text, "64 KiB");
	cr_assert_str_eq(bench_scale_round(2.5, "%").text, "2.5 %");
}
