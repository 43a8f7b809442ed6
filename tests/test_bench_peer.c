/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/harness/measurement.h"
#include "bench/harness/peer.h"
#include "tests/bench_sample.h"
#include "tests/harness.h"

static struct bench_result parse(const char *output)
{
	struct bench_result result;
	char copy[256];

	snprintf(copy, sizeof(copy), "%s", output);
	bench_measurement_clear(&result);
	bench_peer_parse(&result, &bench_sample, copy);
	return result;
}

Test(bench_peer, figures_are_found_by_their_names)
{
	struct bench_result result = parse("latency 2.5e-7\nrate 18000000\n");

	cr_assert_str_eq(result.failure, "");
	cr_assert_float_eq(result.figures[BENCH_SAMPLE_RATE], 18e6, 0);
	cr_assert_float_eq(result.figures[BENCH_SAMPLE_LATENCY], 2.5e-7, 0);
}

Test(bench_peer, what_is_not_printed_was_not_measured)
{
	struct bench_result result = parse("rate 1");

	cr_assert_str_eq(result.failure, "");
	cr_assert(isnan(result.figures[BENCH_SAMPLE_LATENCY]));
}

Test(bench_peer, what_does_not_follow_the_rules_is_named)
{
	const struct {
		const char *output;
		const char *failure;
	} cases[] = {
		{"colour 1\n", "printed a figure \"colour\" that there is not"},
		{"rate\n", "printed rate as \"\", which is no number"},
		{"rate 1s\n", "printed rate as \"1s\", which is no number"},
		{"rate 1 2\n", "printed rate as \"1 2\", which is no number"},
		{"rate NaN\n", "printed rate as \"NaN\", which is no number"},
		{"rate 1\nrate 2\n", "printed rate twice"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_assert_str_eq(parse(cases[i].output).failure,
				 cases[i].failure);
}

Test(bench_peer, the_first_word_is_the_program)
{
	char path[64];

	cr_assert(bench_peer_find(path, sizeof(path), "/bin", "sh -c true"));
	cr_assert_str_eq(path, "/bin/sh");
	cr_assert_not(bench_peer_find(path, sizeof(path), "/bin",
				      "no-such-program x"));
}
