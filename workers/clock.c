/* SPDX-License-Identifier: MIT */
#include "workers/clock.h"

#include <time.h>

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

int64_t dti_clock_ns(void)
{
	/* It cannot fail: the clock id is valid and the pointer is ours. */
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NS_PER_S + (int64_t)now.tv_nsec;
}

int64_t dti_clock_ms(void)
{
	return dti_clock_ns() / NS_PER_MS;
}
