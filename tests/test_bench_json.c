/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/harness/json.h"
#include "tests/bench_sample.h"
#include "tests/harness.h"
#include "tests/json_check.h"

static const struct bench_machine machine = {
	.cpu = "a \"processor\"",
	.cores = 2,
	.kernel = "Linux",
	.date = "today",
	.compiler = "cc\\1",
	.flags = "-O2",
	.version = "1",
};

static char *write_down(const struct bench_measured *measured)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	cr_assert_not_null(file);
	bench_json_write(file, measured, &machine);
	cr_assert_eq(fclose(file), 0);
	return text;
}

Test(bench_json, strings_are_escaped)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	cr_assert_not_null(file);
	bench_json_write_string(file, "a\"b\\c\nd\x01");

	cr_assert_eq(fclose(file), 0);
	cr_assert_str_eq(text, "\"a\\\"b\\\\c\\u000ad\\u0001\"");
	free(text);
}

Test(bench_json, what_is_no_number_is_null)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	cr_assert_not_null(file);
	bench_json_write_number(file, BENCH_NOT_MEASURED);
	bench_json_write_number(file, HUGE_VAL);
	bench_json_write_number(file, 0.5);

	cr_assert_eq(fclose(file), 0);
	cr_assert_str_eq(text, "nullnull0.5");
	free(text);
}

Test(bench_json, a_run_without_anything_is_still_json)
{
	struct bench_measured measured;
	char *text;

	bench_sample_init(&measured);
	text = write_down(&measured);

	cr_assert(json_check(text, strlen(text)), "%s", text);
	free(text);
	bench_sample_fini(&measured);
}

Test(bench_json, medians_failures_and_targets_are_json)
{
	const struct bench_target targets[] = {
		{"rate", "ours", "floor", BENCH_AT_LEAST, 2, NULL},
		{"latency", "ours", NULL, BENCH_AT_MOST, 1, NULL},
		{NULL, NULL, NULL, BENCH_AT_LEAST, 0, NULL},
	};
	struct bench bench = bench_sample;
	struct bench_measured measured;
	char *text;

	bench_sample_init(&measured);
	bench.targets = targets;
	measured.bench = &bench;
	measured.missing[BENCH_SAMPLE_PEER] = true;
	for (size_t i = 0; i < BENCH_SAMPLE_POINTS; i++) {
		bench_sample_add(&measured, i, BENCH_SAMPLE_OURS, 7, 0.5);
		bench_sample_add(&measured, i, BENCH_SAMPLE_FLOOR, 2,
				 BENCH_NOT_MEASURED);
	}
	bench_sample_add_failure(&measured, 1, BENCH_SAMPLE_FLOOR, "\"no\"");
	text = write_down(&measured);

	cr_assert(json_check(text, strlen(text)), "%s", text);
	cr_assert_not_null(strstr(text, "\"found\": 3.5, \"met\": true"));
	cr_assert_not_null(strstr(text, "\"missing\": [\"go_pool\"]"));
	cr_assert_not_null(strstr(text, "\"failure\": \"\\\"no\\\"\""));
	free(text);
	bench_sample_fini(&measured);
}
