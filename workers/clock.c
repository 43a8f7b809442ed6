/* SPDX-License-Identifier: MIT */
#include "workers/clock.h"

#include <time.h>

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

static int64_t read_ns(clockid_t clock_id)
{
	/* It cannot fail: the clock id is valid and the pointer is ours. */
	struct timespec now = {0};

	clock_gettime(clock_id, &now);
	return (int64_t)now.tv_sec * NS_PER_S + (int64_t)now.tv_nsec;
}

int64_t dti_clock_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

int64_t dti_clock_ms(void)
{
	return dti_clock_ns() / NS_PER_MS;
}

int64_t dti_clock_unix_ms(void)
{
	return read_ns(CLOCK_REALTIME) / NS_PER_MS;
}

int64_t dti_clock_unix_s(void)
{
	return read_ns(CLOCK_REALTIME) / NS_PER_S;
}
