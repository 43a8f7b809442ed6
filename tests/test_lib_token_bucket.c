/* SPDX-License-Identifier: MIT */
#include "lib/container.h"
#include "lib/token_bucket.h"

#include "tests/harness.h"
#include "tests/random_stream.h"

static bool take(struct dti_token_bucket *bucket,
		 const struct dti_token_rate *rate, int64_t now_ms)
{
	if (!dti_token_bucket_fill(bucket, rate, now_ms))
		return false;
	dti_token_bucket_take(bucket, rate);
	return true;
}

/* How many tokens there are at once. */
static uint32_t take_all(struct dti_token_bucket *bucket,
			 const struct dti_token_rate *rate, int64_t now_ms)
{
	uint32_t count = 0;

	while (take(bucket, rate, now_ms)) {
		count++;
		cr_assert_lt(count, 10000, "there is no limit");
	}
	return count;
}

Test(lib_token_bucket, what_there_is_at_a_time)
{
	/* A bucket of @burst is emptied at 0, and again at @ms. */
	static const struct {
		uint32_t per_s;
		uint32_t burst;
		int64_t ms;
		uint32_t tokens;
	} rows[] = {
		{1, 5, 999, 0},          {1, 5, 1000, 1},
		{1, 5, 4999, 4},         {1, 5, 5000, 5},
		{1, 5, 6000, 5},         {1, 5, INT64_MAX, 5},
		{3, 100, 333, 0},        {3, 100, 334, 1},
		{1000, 7, 1, 1},         {1000, 7, 6, 6},
		{2500, 100, 1, 2},       {2500, 100, 2, 5},
		{1, 0, 1000, 1},         {1, 1, 2000, 1},
		{UINT32_MAX, 50, 1, 50}, {UINT32_MAX, 50, INT64_MAX, 50},
	};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct dti_token_rate rate =
			dti_token_rate(rows[i].per_s, rows[i].burst);
		struct dti_token_bucket bucket =
			dti_token_bucket_full(&rate, 0);
		uint32_t burst = rows[i].burst > 0 ? rows[i].burst : 1;

		cr_assert_eq(take_all(&bucket, &rate, 0), burst);
		cr_assert_eq(take_all(&bucket, &rate, rows[i].ms),
			     rows[i].tokens, "row %zu", i);
	}
}

Test(lib_token_bucket, a_rate_of_0_is_no_limit)
{
	struct dti_token_rate rate = dti_token_rate(0, 1);
	struct dti_token_bucket bucket = dti_token_bucket_full(&rate, 0);

	for (int i = 0; i < 1000; i++)
		cr_assert(take(&bucket, &rate, 0));
}

Test(lib_token_bucket, one_that_is_full_since_ever_can_be_filled)
{
	struct dti_token_rate rate = dti_token_rate(UINT32_MAX, UINT32_MAX);
	struct dti_token_bucket bucket =
		dti_token_bucket_full(&rate, INT64_MIN);

	cr_assert(take(&bucket, &rate, INT64_MAX));
	cr_assert_eq(bucket.milli, (UINT32_MAX - UINT64_C(1)) * 1000);
	cr_assert_eq(bucket.as_of_ms, INT64_MAX);
}

Test(lib_token_bucket, time_that_goes_back_brings_nothing)
{
	struct dti_token_rate rate = dti_token_rate(10, 2);
	struct dti_token_bucket bucket = dti_token_bucket_full(&rate, 1000);

	cr_assert_eq(take_all(&bucket, &rate, 1000), 2);
	for (int64_t i = 0; i < 100; i++) {
		cr_assert_not(take(&bucket, &rate, 1000 - i * 500));
		cr_assert_not(take(&bucket, &rate, 1000));
	}
	cr_assert_not(take(&bucket, &rate, 1099));
	cr_assert(take(&bucket, &rate, 1100));
}

Test(lib_token_bucket, in_the_long_run_the_rate_is_exact)
{
	static const uint32_t rates[] = {1, 3, 7, 10, 333, 997, 1000, 1001};

	for (size_t i = 0; i < dti_array_length(rates); i++) {
		struct random_stream random = {.state = i};
		struct dti_token_rate rate = dti_token_rate(rates[i], 500);
		struct dti_token_bucket bucket =
			dti_token_bucket_full(&rate, 0);
		uint64_t count = take_all(&bucket, &rate, 0);
		int64_t now_ms = 0;

		/* At most 400 ms apart: never full, so nothing is lost. */
		for (int step = 0; step < 20000; step++) {
			now_ms += random_below(&random, 400);
			count += take_all(&bucket, &rate, now_ms);
		}
		cr_assert_eq(count, 500 + (uint64_t)now_ms * rates[i] / 1000,
			     "rate %u", rates[i]);
	}
}
