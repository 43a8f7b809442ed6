/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "workers/clock.h"

#include "tests/harness.h"

static int64_t kernel_ns(void)
{
	struct timespec now;

	cr_assert_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
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
