/* SPDX-License-Identifier: MIT */
#include "bench/harness/number.h"
#include "tests/harness.h"

Test(bench_number, decimal_numbers_are_read)
{
	double value = 0;

	cr_assert(bench_number_parse(&value, "2.5e-7"));
	cr_assert_float_eq(value, 2.5e-7, 0);
	cr_assert(bench_number_parse(&value, "-3"));
	cr_assert_float_eq(value, -3, 0);
}

Test(bench_number, anything_else_is_refused)
{
	static const char *const texts[] = {"",     " 1",  "1 ", "nan",   "inf",
					    "0x10", "1,5", "e",  "1e999", "1s"};
	double value = 42;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_assert_not(bench_number_parse(&value, texts[i]), "%s",
			      texts[i]);
	cr_assert_float_eq(value, 42, 0);
}

Test(bench_number, a_count_is_whole_and_above_0)
{
	unsigned int count = 42;

	cr_assert_not(bench_number_parse_count(&count, "0"));
	cr_assert_not(bench_number_parse_count(&count, "1.5"));
	cr_assert_not(bench_number_parse_count(&count, "1e3"));
	cr_assert_not(bench_number_parse_count(&count, "1000001"));
	cr_assert_eq(count, 42);
	cr_assert(bench_number_parse_count(&count, "1000000"));
	cr_assert_eq(count, 1000000);
}
