/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_ARGUMENTS_H
#define BENCH_HARNESS_ARGUMENTS_H

#include <stdbool.h>

#include "bench/harness/bench.h"

/** What is asked for on the command line, with the defaults filled in. */
struct bench_arguments {
	bool is_long;
	unsigned int rounds;
	double seconds;
	/* Names of contenders, separated by commas; NULL: all. */
	const char *only;
	unsigned int points; /* only so many; 0: all */
	const char *out;     /* folder */
	const char *peers;   /* folder */
};

enum bench_arguments_found {
	BENCH_ARGUMENTS_FINE,
	BENCH_ARGUMENTS_HELP, /* it was asked for, and printed */
	BENCH_ARGUMENTS_BAD,  /* one sentence is on standard error */
};

enum bench_arguments_found
bench_arguments_parse(struct bench_arguments *arguments,
		      const struct bench *bench, int argc, char **argv);

/** Is @name in the list of --only? */
bool bench_arguments_want(const struct bench_arguments *arguments,
			  const char *name);

#endif /* BENCH_HARNESS_ARGUMENTS_H */
