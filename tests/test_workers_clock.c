/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "workers/clock.h"

#include "tests/harness.h"

static int64_t kernel_ns_of(clockid_t clock_id)
{
	struct timespec now;

	cr_assert_eq(clock_gettime(clock_id, &now), 0);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t kernel_ns(void)
{
	return kernel_ns_of(CLOCK_MONOTONIC);
}

Test(workers_clock, it_is_the_monotonic_clock)
{
	int64_t before = kernel_ns();
	int64_t now = dti_clock_ns();
	int64_t after = kernel_ns();

	cr_assert_leq(before, now);
	cr_assert_leq(now, after);
}

Test(workers_clock, it_never_goes_back)
{
	int64_t last = dti_clock_ns();

	for (int i = 0; i < 100000; i++) {
		int64_t now = dti_clock_ns();

		cr_assert_leq(last, now);
		last = now;
	}
}

Test(workers_clock, milliseconds_are_rounded_down)
{
	int64_t before = dti_clock_ns();
	int64_t now_ms = dti_clock_ms();
	int64_t after = dti_clock_ns();

	cr_assert_leq(before / 1000000, now_ms);
	cr_assert_leq(now_ms, after / 1000000);
}

Test(workers_clock, the_wall_clock_is_in_unix_time)
{
	int64_t before = kernel_ns_of(CLOCK_REALTIME);
	int64_t now_ms = dti_clock_unix_ms();
	int64_t now_s = dti_clock_unix_s();
	int64_t after = kernel_ns_of(CLOCK_REALTIME);

	cr_assert_leq(before / 1000000, now_ms);
	cr_assert_leq(now_ms, after / 1000000);
	cr_assert_leq(now_ms / 1000, now_s);
	cr_assert_leq(now_s, after / 1000000000);
}
