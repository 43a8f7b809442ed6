/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_MEASURE_H
#define BENCH_HARNESS_MEASURE_H

/*
 * What contenders measure with, within their own process. All of it is of this
 * process or of the machine; nothing is kept between calls.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/harness/bench.h"

/** CLOCK_MONOTONIC in nanoseconds. */
int64_t bench_now_ns(void);

/** What this process has used since it began. */
struct bench_usage {
	int64_t cpu_ns; /* user and system */
	/* Of all threads that are or were in this process (voluntary and not). */
	int64_t switches;
};
struct bench_usage bench_usage(void);

/** Resident memory of this process now, in bytes (RssAnon of its status). */
int64_t bench_resident_bytes(void);

/** Write why it cannot be measured into result->failure. */
__attribute__((format(printf, 2, 3))) void
bench_fail(struct bench_result *result, const char *format, ...);

/**
 * Latencies in nanoseconds, up to @max of them; when there are more, an even
 * sample of all (each second, each fourth, ... is kept). Owner: one thread.
 */
struct bench_latencies {
	int64_t *values;
	size_t max;
	size_t count;
	uint64_t stride; /* each so-many-th is kept; a power of two */
	uint64_t seen;
};
/** False: no memory. */
bool bench_latencies_init(struct bench_latencies *latencies, size_t max);
void bench_latencies_fini(struct bench_latencies *latencies);
void bench_latencies_add(struct bench_latencies *latencies, int64_t ns);
/** In seconds; @share: 0.5 for the median. NAN when there are none. Sorts. */
double bench_latencies_quantile(struct bench_latencies *latencies,
				double share);

#endif /* BENCH_HARNESS_MEASURE_H */
