/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/harness/csv.h"
#include "tests/bench_sample.h"
#include "tests/harness.h"

Test(bench_csv, only_what_must_be_is_quoted)
{
	const struct {
		const char *text;
		const char *field;
	} cases[] = {
		{"plain", "plain"},
		{"", ""},
		{"a, b", "\"a, b\""},
		{"say \"no\"", "\"say \"\"no\"\"\""},
		{"two\nlines", "\"two\nlines\""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = NULL;
		size_t size = 0;
		FILE *file = open_memstream(&text, &size);

		cr_assert_not_null(file);
		bench_csv_write_field(file, cases[i].text);
		cr_assert_eq(fclose(file), 0);
		cr_assert_str_eq(text, cases[i].field);
		free(text);
	}
}

Test(bench_csv, every_round_is_a_line)
{
	struct bench_measured measured;
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	cr_assert_not_null(file);
	bench_sample_init(&measured);
	bench_sample_add(&measured, 0, BENCH_SAMPLE_OURS, 1.5,
			 BENCH_NOT_MEASURED);
	bench_sample_add(&measured, 0, BENCH_SAMPLE_OURS, 2e9, 0.25);
	bench_sample_add_failure(&measured, 2, BENCH_SAMPLE_PEER, "no, sir");

	bench_csv_write(file, &measured);

	cr_assert_eq(fclose(file), 0);
	cr_assert_str_eq(text,
			 "bench,in_flight,workers,contender,round,rate,latency,"
			 "failure\n"
			 "sample,1,2,ours,1,1.5,,\n"
			 "sample,1,2,ours,2,2000000000,0.25,\n"
			 "sample,64,2,go_pool,1,,,\"no, sir\"\n");
	free(text);
	bench_sample_fini(&measured);
}
