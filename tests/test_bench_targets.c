/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "bench/harness/targets.h"
#include "tests/bench_sample.h"
#include "tests/harness.h"

static const struct bench_target rate_above_peer = {
	.figure = "rate",
	.ours = "ours",
	.theirs = "go_pool",
	.bound = BENCH_AT_LEAST,
	.ratio = 5,
};
static const struct bench_target latency_of_the_best = {
	.figure = "latency",
	.ours = "ours",
	.theirs = "*",
	.bound = BENCH_AT_MOST,
	.ratio = 1.1,
};
static const struct bench_target latency_limit = {
	.figure = "latency",
	.ours = "ours",
	.bound = BENCH_AT_MOST,
	.ratio = 0.05,
};

Test(bench_targets, the_limit_itself_is_good_enough)
{
	const struct {
		const struct bench_target *target;
		double ours;
		double theirs;
		enum bench_verdict verdict;
	} cases[] = {
		{&rate_above_peer, 50, 10, BENCH_MET},
		{&rate_above_peer, 49.9, 10, BENCH_MISSED},
		{&rate_above_peer, BENCH_NOT_MEASURED, 10, BENCH_UNKNOWN},
		{&rate_above_peer, 50, BENCH_NOT_MEASURED, BENCH_UNKNOWN},
		{&latency_of_the_best, 1.1, 1, BENCH_MET},
		{&latency_of_the_best, 1.11, 1, BENCH_MISSED},
		{&latency_of_the_best, 0, 0, BENCH_MET},
		{&latency_limit, 0.05, BENCH_NOT_MEASURED, BENCH_MET},
		{&latency_limit, 0.051, BENCH_NOT_MEASURED, BENCH_MISSED},
		{&latency_limit, BENCH_NOT_MEASURED, BENCH_NOT_MEASURED,
		 BENCH_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_assert_eq(bench_targets_judge(cases[i].target, cases[i].ours,
						 cases[i].theirs),
			     cases[i].verdict, "case %zu", i);
}

Test(bench_targets, medians_are_compared)
{
	struct bench_measured measured;
	struct bench_found found;

	bench_sample_init(&measured);
	bench_sample_add(&measured, 1, BENCH_SAMPLE_OURS, 51, 1);
	bench_sample_add(&measured, 1, BENCH_SAMPLE_OURS, 61, 1);
	bench_sample_add(&measured, 1, BENCH_SAMPLE_OURS, 500, 1);
	bench_sample_add(&measured, 1, BENCH_SAMPLE_PEER, 10, 1);

	found = bench_targets_find(&measured, &rate_above_peer, 1);

	cr_assert_eq(found.verdict, BENCH_MET);
	cr_assert_float_eq(found.ratio, 6.1, 1e-9);
	cr_assert_str_eq(
		bench_targets_outcome(&measured, &rate_above_peer, &found).text,
		"6.10 x, met");
	bench_sample_fini(&measured);
}

Test(bench_targets, rounds_that_do_not_agree_are_told)
{
	struct bench_measured measured;
	struct bench_found found;

	bench_sample_init(&measured);
	bench_sample_add(&measured, 1, BENCH_SAMPLE_OURS, 49, 0.04);
	bench_sample_add(&measured, 1, BENCH_SAMPLE_OURS, 60, 0.07);
	bench_sample_add(&measured, 1, BENCH_SAMPLE_OURS, 70, 0.08);
	bench_sample_add(&measured, 1, BENCH_SAMPLE_PEER, 10, 1);
	bench_sample_add(&measured, 1, BENCH_SAMPLE_PEER, 12.5, 1);
	bench_sample_add(&measured, 1, BENCH_SAMPLE_PEER, 10, 1);

	found = bench_targets_find(&measured, &rate_above_peer, 1);
	cr_assert_str_eq(
		bench_targets_outcome(&measured, &rate_above_peer, &found).text,
		"6.00 x, met (its rounds: 3.92 x to 7.00 x)");
	found = bench_targets_find(&measured, &latency_limit, 1);
	cr_assert_str_eq(
		bench_targets_outcome(&measured, &latency_limit, &found).text,
		"70.0 ms, MISSED (its rounds: 40.0 ms to 80.0 ms)");
	bench_sample_fini(&measured);
}

Test(bench_targets, the_best_of_the_others_is_what_is_better_for_the_figure)
{
	struct bench_measured measured;
	struct bench_found found;

	bench_sample_init(&measured);
	bench_sample_add(&measured, 0, BENCH_SAMPLE_OURS, 1, 0.5);
	bench_sample_add(&measured, 0, BENCH_SAMPLE_FLOOR, 1, 2);
	bench_sample_add(&measured, 0, BENCH_SAMPLE_PEER, 1, 0.25);

	found = bench_targets_find(&measured, &latency_of_the_best, 0);

	cr_assert_eq(found.compared_with, BENCH_SAMPLE_PEER);
	cr_assert_eq(found.verdict, BENCH_MISSED);
	cr_assert_str_eq(
		bench_targets_outcome(&measured, &latency_of_the_best, &found)
			.text,
		"2.00 x, MISSED (Go, pool)");
	bench_sample_fini(&measured);
}

Test(bench_targets, a_contender_that_is_missing_leaves_it_unknown)
{
	struct bench_measured measured;
	struct bench_found found;

	bench_sample_init(&measured);
	bench_sample_add(&measured, 0, BENCH_SAMPLE_OURS, 1, 0.5);

	found = bench_targets_find(&measured, &rate_above_peer, 0);
	cr_assert_eq(found.verdict, BENCH_UNKNOWN);
	cr_assert_str_eq(
		bench_targets_outcome(&measured, &rate_above_peer, &found).text,
		"1, not known (go_pool was not measured)");
	found = bench_targets_find(&measured, &latency_of_the_best, 0);
	cr_assert_eq(found.verdict, BENCH_UNKNOWN);
	found = bench_targets_find(&measured, &rate_above_peer, 1);
	cr_assert_eq(found.verdict, BENCH_UNKNOWN);
	bench_sample_fini(&measured);
}

Test(bench_targets, names_say_what_is_wanted)
{
	struct bench_measured measured;

	bench_sample_init(&measured);
	cr_assert_str_eq(bench_targets_name(&measured, &rate_above_peer).text,
			 "bare queues >= 5 x Go, pool (tasks/s)");
	cr_assert_str_eq(bench_targets_name(&measured, &latency_limit).text,
			 "bare queues <= 50 ms (p50, \"median\")");
	cr_assert_str_eq(bench_targets_point(&measured, 1).text,
			 "in_flight=16");
	bench_sample_fini(&measured);
}

Test(bench_targets, a_figure_that_there_is_not_is_unknown)
{
	const struct bench_target target = {.figure = "colour",
					    .ours = "ours",
					    .bound = BENCH_AT_MOST,
					    .ratio = 1};
	struct bench_measured measured;

	bench_sample_init(&measured);
	bench_sample_add(&measured, 0, BENCH_SAMPLE_OURS, 1, 0.5);

	cr_assert_eq(bench_targets_find(&measured, &target, 0).verdict,
		     BENCH_UNKNOWN);
	cr_assert_str_eq(bench_targets_name(&measured, &target).text,
			 "bare queues: there is no figure colour");
	bench_sample_fini(&measured);
}
