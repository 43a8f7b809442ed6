/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/histogram.h"

#include "tests/harness.h"

static struct dti_histogram *make(void)
{
	struct dti_histogram *histogram = calloc(1, sizeof(*histogram));

	cr_assert_not_null(histogram);
	return histogram;
}

Test(lib_histogram, an_empty_one_has_zeros_only)
{
	struct dti_histogram *histogram = make();
	struct dt_latency latency;

	dti_histogram_read(histogram, &latency);

	cr_assert_eq(latency.samples, 0);
	cr_assert_eq(latency.p50_ns, 0);
	cr_assert_eq(latency.p99_ns, 0);
	cr_assert_eq(latency.p999_ns, 0);
	cr_assert_eq(latency.max_ns, 0);
	cr_assert_eq(latency.sum_ns, 0);
	free(histogram);
}

Test(lib_histogram, small_values_are_exact)
{
	for (uint64_t value = 0; value < 64; value++) {
		struct dti_histogram *histogram = make();

		dti_histogram_add(histogram, (int64_t)value);
		dti_histogram_add(histogram, 1000);

		cr_assert_eq(dti_histogram_quantile(histogram, 500), value);
		free(histogram);
	}
}

/* The promise of dt_latency: within 1 part in 32, never below. */
static void check_error(int64_t value)
{
	struct dti_histogram *histogram = make();
	uint64_t answer;

	dti_histogram_add(histogram, value);
	dti_histogram_add(histogram, INT64_MAX);
	answer = dti_histogram_quantile(histogram, 500);

	cr_assert_geq(answer, (uint64_t)value);
	cr_assert_leq(answer - (uint64_t)value, (uint64_t)value / 32,
		      "%ld is told as %lu", (long)value, (unsigned long)answer);
	free(histogram);
}

Test(lib_histogram, the_error_is_at_most_one_part_in_32)
{
	for (unsigned int bit = 5; bit < 63; bit++) {
		int64_t power = (int64_t)1 << bit;

		check_error(power - 1);
		check_error(power);
		check_error(power + 1);
		check_error(power + power / 2);
		check_error(power + power / 3);
	}
	check_error(INT64_MAX - 1);
}

Test(lib_histogram, nothing_is_told_above_the_largest_value)
{
	struct dti_histogram *histogram = make();
	struct dt_latency latency;

	dti_histogram_add(histogram, 1000001);
	dti_histogram_read(histogram, &latency);

	cr_assert_eq(latency.p50_ns, 1000001);
	cr_assert_eq(latency.p999_ns, 1000001);
	cr_assert_eq(latency.max_ns, 1000001);
	free(histogram);
}

Test(lib_histogram, a_negative_value_counts_as_zero)
{
	struct dti_histogram *histogram = make();
	struct dt_latency latency;

	dti_histogram_add(histogram, -5);
	dti_histogram_add(histogram, INT64_MIN);
	dti_histogram_read(histogram, &latency);

	cr_assert_eq(latency.samples, 2);
	cr_assert_eq(latency.max_ns, 0);
	cr_assert_eq(latency.sum_ns, 0);
	free(histogram);
}

Test(lib_histogram, quantiles_stand_where_the_values_do)
{
	struct dti_histogram *histogram = make();
	struct dt_latency latency;

	/* 1 to 1,000, all of them below or at 1,000 * 33 / 32. */
	for (int64_t value = 1; value <= 1000; value++)
		dti_histogram_add(histogram, value);
	dti_histogram_read(histogram, &latency);

	cr_assert_eq(latency.samples, 1000);
	cr_assert_eq(latency.sum_ns, 500500);
	cr_assert_geq(latency.p50_ns, 500);
	cr_assert_leq(latency.p50_ns, 500 + 500 / 32 + 1);
	cr_assert_geq(latency.p99_ns, 990);
	cr_assert_leq(latency.p99_ns, 1000);
	cr_assert_geq(latency.p999_ns, 999);
	cr_assert_eq(latency.max_ns, 1000);
	cr_assert_leq(dti_histogram_quantile(histogram, 0), 1);
	cr_assert_eq(dti_histogram_quantile(histogram, 1000), 1000);
	free(histogram);
}

Test(lib_histogram, of_few_values_a_high_quantile_is_the_largest)
{
	struct dti_histogram *histogram = make();

	dti_histogram_add(histogram, 1);
	dti_histogram_add(histogram, 2);
	dti_histogram_add(histogram, 60);

	cr_assert_eq(dti_histogram_quantile(histogram, 334), 2);
	cr_assert_eq(dti_histogram_quantile(histogram, 990), 60);
	free(histogram);
}

Test(lib_histogram, a_cleared_one_is_as_an_empty_one)
{
	struct dti_histogram *histogram = make();
	struct dti_histogram *empty = make();

	dti_histogram_add(histogram, 0);
	dti_histogram_add(histogram, 31);
	dti_histogram_add(histogram, 123456789);
	dti_histogram_clear(histogram);
	cr_assert_eq(memcmp(histogram, empty, sizeof(*empty)), 0);

	dti_histogram_add(histogram, INT64_MAX);
	dti_histogram_clear(histogram);

	cr_assert_eq(memcmp(histogram, empty, sizeof(*empty)), 0);
	dti_histogram_clear(histogram);
	cr_assert_eq(memcmp(histogram, empty, sizeof(*empty)), 0);
	free(histogram);
	free(empty);
}
