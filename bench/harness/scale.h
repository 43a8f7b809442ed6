/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_SCALE_H
#define BENCH_HARNESS_SCALE_H

/*
 * How values are written for people, in three digits: "18.2M", "651 ns",
 * "8.31 KiB". CSV and JSON have all digits.
 */

struct bench_scaled {
	char text[32];
};

/**
 * @unit: "" (with k, M, G), "s" (from ns to s), "B" (to GiB); another one is
 * written behind the value. NAN is written as "-".
 */
struct bench_scaled bench_scale(double value, const char *unit);

/** A value that is round already, so without zeros behind it: "50M". */
struct bench_scaled bench_scale_round(double value, const char *unit);

/** "2.31 x"; NAN is written as "-". */
struct bench_scaled bench_scale_ratio(double ratio);

#endif /* BENCH_HARNESS_SCALE_H */
