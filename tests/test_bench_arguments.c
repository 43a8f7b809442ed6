/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "bench/harness/arguments.h"
#include "tests/bench_sample.h"
#include "tests/harness.h"

#define PARSE(arguments, ...) \
	parse(arguments, (const char *const[]){"bench", __VA_ARGS__, NULL})

static enum bench_arguments_found parse(struct bench_arguments *arguments,
					const char *const *words)
{
	char copies[8][64];
	char *argv[8];
	int argc = 0;

	for (; words[argc]; argc++) {
		snprintf(copies[argc], sizeof(copies[argc]), "%s", words[argc]);
		argv[argc] = copies[argc];
	}
	return bench_arguments_parse(arguments, &bench_sample, argc, argv);
}

Test(bench_arguments, defaults_are_the_short_run)
{
	struct bench_arguments arguments;
	char name[] = "bench";
	char *argv[] = {name, NULL};

	cr_assert_eq(bench_arguments_parse(&arguments, &bench_sample, 1, argv),
		     BENCH_ARGUMENTS_FINE);

	cr_assert_not(arguments.is_long);
	cr_assert_eq(arguments.rounds, 3);
	cr_assert_float_eq(arguments.seconds, bench_sample.seconds, 0);
	cr_assert_null(arguments.only);
	cr_assert_eq(arguments.points, 0);
}

Test(bench_arguments, a_long_run_has_more_rounds_and_other_seconds)
{
	struct bench_arguments arguments;

	cr_assert_eq(PARSE(&arguments, "--long"), BENCH_ARGUMENTS_FINE);

	cr_assert(arguments.is_long);
	cr_assert_eq(arguments.rounds, 7);
	cr_assert_float_eq(arguments.seconds, bench_sample.seconds_long, 0);
}

Test(bench_arguments, what_is_given_wins)
{
	struct bench_arguments arguments;

	cr_assert_eq(PARSE(&arguments, "--rounds", "5", "--seconds", "0.02",
			   "--points", "2"),
		     BENCH_ARGUMENTS_FINE);

	cr_assert_eq(arguments.rounds, 5);
	cr_assert_float_eq(arguments.seconds, 0.02, 0);
	cr_assert_eq(arguments.points, 2);
}

Test(bench_arguments, bad_ones_are_refused)
{
	struct bench_arguments arguments;

	cr_assert_eq(PARSE(&arguments, "--fast"), BENCH_ARGUMENTS_BAD);
	cr_assert_eq(PARSE(&arguments, "--rounds"), BENCH_ARGUMENTS_BAD);
	cr_assert_eq(PARSE(&arguments, "--rounds", "0"), BENCH_ARGUMENTS_BAD);
	cr_assert_eq(PARSE(&arguments, "--seconds", "-1"), BENCH_ARGUMENTS_BAD);
	cr_assert_eq(PARSE(&arguments, "--only", "ours,nobody"),
		     BENCH_ARGUMENTS_BAD);
	cr_assert_eq(PARSE(&arguments, "--only", "our"), BENCH_ARGUMENTS_BAD);
}

Test(bench_arguments, only_picks_whole_names)
{
	struct bench_arguments arguments = {.only = NULL};

	cr_assert(bench_arguments_want(&arguments, "ours"));
	arguments.only = "floor,go_pool";
	cr_assert_not(bench_arguments_want(&arguments, "ours"));
	cr_assert(bench_arguments_want(&arguments, "floor"));
	cr_assert(bench_arguments_want(&arguments, "go_pool"));
	cr_assert_not(bench_arguments_want(&arguments, "go"));
}
