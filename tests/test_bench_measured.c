/* SPDX-License-Identifier: MIT */
#include "tests/bench_sample.h"
#include "tests/harness.h"

Test(bench_measured, a_summary_leaves_failed_rounds_out)
{
	struct bench_measured measured;
	struct bench_summary summary;

	bench_sample_init(&measured);
	bench_sample_add(&measured, 1, BENCH_SAMPLE_OURS, 100, 1);
	bench_sample_add_failure(&measured, 1, BENCH_SAMPLE_OURS, "no luck");
	bench_sample_add(&measured, 1, BENCH_SAMPLE_OURS, 300, 1);

	summary = bench_measured_summary(&measured, 1, BENCH_SAMPLE_OURS,
					 BENCH_SAMPLE_RATE);

	cr_assert_eq(summary.count, 2);
	cr_assert_float_eq(summary.median, 200, 0);
	cr_assert_str_eq(
		bench_measured_failure(&measured, 1, BENCH_SAMPLE_OURS),
		"no luck");
	cr_assert(bench_measured_succeeded(&measured, 1, BENCH_SAMPLE_OURS));
	bench_sample_fini(&measured);
}

Test(bench_measured, the_floor_is_the_base_else_the_first_that_succeeded)
{
	struct bench_measured measured;

	bench_sample_init(&measured);
	bench_sample_add(&measured, 0, BENCH_SAMPLE_OURS, 1, 1);
	bench_sample_add(&measured, 0, BENCH_SAMPLE_FLOOR, 1, 1);
	bench_sample_add_failure(&measured, 1, BENCH_SAMPLE_OURS, "no");
	bench_sample_add_failure(&measured, 1, BENCH_SAMPLE_FLOOR, "no");
	bench_sample_add(&measured, 1, BENCH_SAMPLE_PEER, 1, 1);

	cr_assert_eq(bench_measured_base(&measured, 0), BENCH_SAMPLE_FLOOR);
	cr_assert_eq(bench_measured_base(&measured, 1), BENCH_SAMPLE_PEER);
	cr_assert_eq(bench_measured_base(&measured, 2),
		     BENCH_SAMPLE_CONTENDERS);
	bench_sample_fini(&measured);
}

Test(bench_measured, nothing_but_failures_is_nothing)
{
	struct bench_measured measured;

	bench_sample_init(&measured);
	bench_sample_add_failure(&measured, 1, BENCH_SAMPLE_OURS, "no");
	cr_assert_not(bench_measured_any(&measured));

	bench_sample_add(&measured, 2, BENCH_SAMPLE_PEER, 1, 1);
	cr_assert(bench_measured_any(&measured));
	bench_sample_fini(&measured);
}

Test(bench_measured, points_of_a_long_run_are_left_out_of_a_short_one)
{
	const struct bench_point points[] = {
		{{1}, false}, {{2}, true}, {{3}, false}, {{4}, false}};
	struct bench bench = bench_sample;
	struct bench_arguments arguments = {.rounds = 1, .points = 2};
	struct bench_measured measured;

	bench.points = points;
	bench.point_count = 4;
	cr_assert(bench_measured_init(&measured, &bench, &arguments));
	cr_assert_eq(measured.point_count, 2);
	cr_assert_eq(measured.points[0].values[0], 1);
	cr_assert_eq(measured.points[1].values[0], 3);
	bench_measured_fini(&measured);

	arguments = (struct bench_arguments){.rounds = 1, .is_long = true};
	cr_assert(bench_measured_init(&measured, &bench, &arguments));
	cr_assert_eq(measured.point_count, 4);
	bench_measured_fini(&measured);
}
