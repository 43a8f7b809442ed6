/* SPDX-License-Identifier: MIT */
#include "bench/harness/arguments.h"

#include <stdio.h>
#include <string.h>

#include "bench/harness/number.h"

#define ROUNDS      3
#define ROUNDS_LONG 7

static void print_help(const struct bench *bench)
{
	printf("bench_%s: %s\n\n%s\n\nOptions:\n", bench->name, bench->title,
	       bench->question);
	printf("  --long        all points, %.3g s each, %u rounds\n"
	       "  --rounds N    instead of %u\n"
	       "  --seconds S   of a measurement, instead of %.3g\n"
	       "  --only A,B    these contenders\n"
	       "  --points N    the first N points\n"
	       "  --out DIR     for the tables and plots (build/bench)\n"
	       "  --peers DIR   with the contenders that are other programs\n"
	       "                (build/bench/peers)\n\n"
	       "Contenders:\n",
	       bench->seconds_long, bench->rounds ? bench->rounds : ROUNDS_LONG,
	       bench->rounds ? bench->rounds : ROUNDS, bench->seconds);
	for (const struct bench_contender *c = bench->contenders; c->name; c++)
		printf("  %-20s %s\n", c->name, c->title);
}

bool bench_arguments_want(const struct bench_arguments *arguments,
			  const char *name)
{
	const char *at = arguments->only;
	size_t length = strlen(name);

	if (!at)
		return true;
	for (;;) {
		size_t word = strcspn(at, ",");

		if (word == length && memcmp(at, name, word) == 0)
			return true;
		if (at[word] == '\0')
			return false;
		at += word + 1;
	}
}

static bool is_contender(const struct bench *bench, const char *name,
			 size_t length)
{
	for (const struct bench_contender *c = bench->contenders; c->name;
	     c++) {
		if (strlen(c->name) == length &&
		    memcmp(c->name, name, length) == 0)
			return true;
	}
	return false;
}

static bool check_only(const struct bench *bench, const char *only)
{
	for (const char *at = only;; at++) {
		size_t word = strcspn(at, ",");

		if (!is_contender(bench, at, word)) {
			fprintf(stderr,
				"bench_%s: --only %.*s: no such contender; "
				"--help lists them\n",
				bench->name, (int)word, at);
			return false;
		}
		at += word;
		if (*at == '\0')
			return true;
	}
}

static bool refuse(const struct bench *bench, const char *option,
		   const char *value, const char *wanted)
{
	fprintf(stderr, "bench_%s: %s %s: %s\n", bench->name, option, value,
		wanted);
	return false;
}

static bool take_value(struct bench_arguments *arguments,
		       const struct bench *bench, const char *option,
		       const char *value)
{
	if (strcmp(option, "--rounds") == 0)
		return bench_number_parse_count(&arguments->rounds, value) ||
		       refuse(bench, option, value,
			      "must be a whole number "
			      "from 1");
	if (strcmp(option, "--points") == 0)
		return bench_number_parse_count(&arguments->points, value) ||
		       refuse(bench, option, value,
			      "must be a whole number "
			      "from 1");
	if (strcmp(option, "--seconds") == 0)
		return (bench_number_parse(&arguments->seconds, value) &&
			arguments->seconds > 0) ||
		       refuse(bench, option, value, "must be a number above 0");
	if (strcmp(option, "--only") == 0) {
		arguments->only = value;
		return check_only(bench, value);
	}
	if (strcmp(option, "--out") == 0)
		arguments->out = value;
	else
		arguments->peers = value;
	return true;
}

static bool takes_value(const char *option)
{
	static const char *const options[] = {"--rounds",  "--points",
					      "--seconds", "--only",
					      "--out",     "--peers"};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcmp(option, options[i]) == 0)
			return true;
	}
	return false;
}

static void fill_in(struct bench_arguments *arguments,
		    const struct bench *bench)
{
	if (arguments->rounds == 0)
		arguments->rounds = bench->rounds;
	if (arguments->rounds == 0)
		arguments->rounds = arguments->is_long ? ROUNDS_LONG : ROUNDS;
	if (arguments->seconds <= 0)
		arguments->seconds = arguments->is_long ? bench->seconds_long
							: bench->seconds;
}

enum bench_arguments_found
bench_arguments_parse(struct bench_arguments *arguments,
		      const struct bench *bench, int argc, char **argv)
{
	*arguments = (struct bench_arguments){
		.out = "build/bench",
		.peers = "build/bench/peers",
	};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			print_help(bench);
			return BENCH_ARGUMENTS_HELP;
		}
		if (strcmp(argv[i], "--long") == 0) {
			arguments->is_long = true;
			continue;
		}
		if (!takes_value(argv[i]) || i + 1 == argc) {
			fprintf(stderr,
				"bench_%s: %s: %s; --help lists the options\n",
				bench->name, argv[i],
				takes_value(argv[i]) ? "needs a value"
						     : "no such option");
			return BENCH_ARGUMENTS_BAD;
		}
		if (!take_value(arguments, bench, argv[i], argv[i + 1]))
			return BENCH_ARGUMENTS_BAD;
		i++;
	}
	fill_in(arguments, bench);
	return BENCH_ARGUMENTS_FINE;
}
