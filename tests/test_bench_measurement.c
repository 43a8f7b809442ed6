/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/harness/measure.h"
#include "bench/harness/measurement.h"
#include "tests/bench_sample.h"
#include "tests/harness.h"

static struct bench_result run(const struct bench_contender *contender,
			       const char *peers)
{
	const struct bench_run run = {.values = {16, 2}, .seconds = 0.5};
	struct bench_result result;

	cr_assert(bench_measurement_run(&result, &bench_sample, contender, &run,
					peers));
	return result;
}

static struct bench_result
run_function(void (*measure)(struct bench_result *, const struct bench_run *))
{
	const struct bench_contender contender = {.name = "some",
						  .measure = measure};

	return run(&contender, "none");
}

/* A program in a folder of its own; both are removed again. */
static struct bench_result run_script(const char *script)
{
	const struct bench_contender contender = {.name = "some",
						  .command = "program a b"};
	char folder[] = "/tmp/dialtone-bench-XXXXXX";
	char path[64];
	struct bench_result result;
	int fd;

	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/program", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, script, strlen(script)),
		     (ssize_t)strlen(script));
	cr_assert_eq(close(fd), 0);
	result = run(&contender, folder);
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(rmdir(folder), 0);
	return result;
}

static void measure_values(struct bench_result *result,
			   const struct bench_run *run)
{
	result->figures[0] = (double)run->values[0];
	result->figures[1] = run->seconds;
}

static void fail(struct bench_result *result, const struct bench_run *run)
{
	(void)run;
	bench_fail(result, "not allowed: %d", 42);
}

static void find_nothing(struct bench_result *result,
			 const struct bench_run *run)
{
	(void)result;
	(void)run;
}

static void crash(struct bench_result *result, const struct bench_run *run)
{
	(void)result;
	(void)run;
	(void)signal(SIGTERM, SIG_DFL);
	(void)raise(SIGTERM);
}

static void leave(struct bench_result *result, const struct bench_run *run)
{
	(void)result;
	(void)run;
	_exit(0);
}

Test(bench_measurement, a_function_gets_the_point_and_gives_figures,
     .timeout = 30)
{
	struct bench_result result = run_function(measure_values);

	cr_assert_str_eq(result.failure, "");
	cr_assert_float_eq(result.figures[0], 16, 0);
	cr_assert_float_eq(result.figures[1], 0.5, 0);
	cr_assert(isnan(result.figures[2]));
}

Test(bench_measurement, whatever_goes_wrong_becomes_a_sentence, .timeout = 30)
{
	cr_assert_str_eq(run_function(fail).failure, "not allowed: 42");
	cr_assert_str_eq(run_function(find_nothing).failure,
			 "ended well and found nothing");
	cr_assert_str_eq(run_function(crash).failure,
			 "was ended by signal 15 (Terminated)");
	cr_assert_str_eq(run_function(leave).failure,
			 "exited before it had a result");
}

Test(bench_measurement, a_program_gets_its_words_the_point_and_the_seconds,
     .timeout = 30)
{
	struct bench_result result = run_script(
		"#!/bin/sh\n"
		"test \"$*\" = 'a b in_flight=16 workers=2 seconds=0.5' &&\n"
		"echo 'rate 7'\n");

	cr_assert_str_eq(result.failure, "");
	cr_assert_float_eq(result.figures[BENCH_SAMPLE_RATE], 7, 0);
}

Test(bench_measurement, a_program_that_fails_says_why_itself, .timeout = 30)
{
	cr_assert_str_eq(run_script("#!/bin/sh\necho 'rate 7'\n"
				    "echo 'no sockets left' >&2\nexit 3\n")
				 .failure,
			 "no sockets left");
	cr_assert_str_eq(run_script("#!/bin/sh\nexit 3\n").failure,
			 "exited with 3");
	cr_assert_str_eq(run_script("#!/bin/sh\nkill -TERM $$\n").failure,
			 "was ended by signal 15 (Terminated)");
}

Test(bench_measurement, a_program_that_is_not_there_is_named, .timeout = 30)
{
	const struct bench_contender contender = {.name = "some",
						  .command = "nothing x"};

	cr_assert_str_eq(run(&contender, "no-folder").failure,
			 "no-folder/nothing was not built");
}
