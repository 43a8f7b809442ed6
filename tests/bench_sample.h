/* SPDX-License-Identifier: MIT */
#ifndef TESTS_BENCH_SAMPLE_H
#define TESTS_BENCH_SAMPLE_H

/*
 * A question with two parameters, two figures, three contenders and three
 * points, and what a run of it might have found; for tests of what reports.
 */

#include "bench/harness/measured.h"

enum {
	BENCH_SAMPLE_OURS,
	BENCH_SAMPLE_FLOOR,
	BENCH_SAMPLE_PEER,
	BENCH_SAMPLE_CONTENDERS
};

enum {
	BENCH_SAMPLE_RATE,    /* more is better */
	BENCH_SAMPLE_LATENCY, /* less is better */
	BENCH_SAMPLE_FIGURES
};

#define BENCH_SAMPLE_POINTS 3
#define BENCH_SAMPLE_ROUNDS 3

extern const struct bench bench_sample;

/** With room for BENCH_SAMPLE_ROUNDS rounds, none of them run. */
void bench_sample_init(struct bench_measured *measured);
void bench_sample_fini(struct bench_measured *measured);

/** Note a round with these figures. */
void bench_sample_add(struct bench_measured *measured, size_t point,
		      size_t contender, double rate, double latency);

/** Note a round that failed. */
void bench_sample_add_failure(struct bench_measured *measured, size_t point,
			      size_t contender, const char *failure);

#endif /* TESTS_BENCH_SAMPLE_H */
