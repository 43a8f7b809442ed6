/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "bench/harness/measure.h"
#include "tests/harness.h"

Test(bench_latencies, quantiles_are_values_that_occurred)
{
	struct bench_latencies latencies;

	cr_assert(bench_latencies_init(&latencies, 100));
	for (int64_t ns = 100; ns >= 1; ns--)
		bench_latencies_add(&latencies, ns);

	cr_assert_float_eq(bench_latencies_quantile(&latencies, 0.5), 50e-9,
			   1e-15);
	cr_assert_float_eq(bench_latencies_quantile(&latencies, 0.99), 99e-9,
			   1e-15);
	cr_assert_float_eq(bench_latencies_quantile(&latencies, 0.999), 100e-9,
			   1e-15);
	cr_assert_float_eq(bench_latencies_quantile(&latencies, 0), 1e-9,
			   1e-15);
	cr_assert_float_eq(bench_latencies_quantile(&latencies, 1), 100e-9,
			   1e-15);
	bench_latencies_fini(&latencies);
}

Test(bench_latencies, none_have_no_quantile)
{
	struct bench_latencies latencies;

	cr_assert(bench_latencies_init(&latencies, 4));

	cr_assert(isnan(bench_latencies_quantile(&latencies, 0.5)));
	bench_latencies_fini(&latencies);
}

Test(bench_latencies, more_than_fit_leave_an_even_sample)
{
	struct bench_latencies latencies;

	cr_assert(bench_latencies_init(&latencies, 64));
	for (int64_t ns = 0; ns < 1000; ns++)
		bench_latencies_add(&latencies, ns);

	/* Each 16th of 1,000. */
	cr_assert_eq(latencies.seen, 1000);
	cr_assert_eq(latencies.stride, 16);
	cr_assert_eq(latencies.count, 63);
	for (size_t i = 0; i < latencies.count; i++)
		cr_assert_eq(latencies.values[i], (int64_t)i * 16);
	bench_latencies_fini(&latencies);
}

Test(bench_latencies, the_first_that_does_not_fit_is_kept_if_it_is_its_turn)
{
	struct bench_latencies even;
	struct bench_latencies odd;

	cr_assert(bench_latencies_init(&even, 4));
	cr_assert(bench_latencies_init(&odd, 3));
	for (int64_t ns = 0; ns < 5; ns++)
		bench_latencies_add(&even, ns);
	for (int64_t ns = 0; ns < 4; ns++)
		bench_latencies_add(&odd, ns);

	cr_assert_eq(even.count, 3);
	cr_assert_eq(even.values[2], 4);
	cr_assert_eq(odd.count, 2);
	cr_assert_eq(odd.values[1], 2);
	bench_latencies_fini(&even);
	bench_latencies_fini(&odd);
}
