/* SPDX-License-Identifier: MIT */
#include "tests/bench_sample.h"

#include "bench/harness/measure.h"
#include "bench/harness/measurement.h"
#include "tests/require.h"

static void measure_nothing(struct bench_result *result,
			    const struct bench_run *run)
{
	(void)result;
	(void)run;
}

static const char *const parameters[] = {"in_flight", "workers", NULL};
static const struct bench_figure figures[] = {
	{"rate", "tasks/s", "", BENCH_MORE_IS_BETTER},
	{"latency", "p50, \"median\"", "s", BENCH_LESS_IS_BETTER},
	{NULL, NULL, NULL, BENCH_NEITHER},
};
static const struct bench_contender contenders[] = {
	{.name = "ours", .title = "bare queues", .measure = measure_nothing},
	{.name = "floor",
	 .title = "threads <bare>",
	 .measure = measure_nothing,
	 .is_floor = true},
	{.name = "go_pool", .title = "Go, pool", .command = "handoff pool"},
	{.name = NULL},
};
static const struct bench_point points[BENCH_SAMPLE_POINTS] = {
	{{1, 2}, false},
	{{16, 2}, false},
	{{64, 2}, false},
};

const struct bench bench_sample = {
	.name = "sample",
	.title = "Sample",
	.question = "How many, and \"how\" soon?",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = BENCH_SAMPLE_POINTS,
	.seconds = 1,
	.seconds_long = 2,
};

void bench_sample_init(struct bench_measured *measured)
{
	static const struct bench_arguments arguments = {
		.rounds = BENCH_SAMPLE_ROUNDS,
		.seconds = 1,
		.out = "out",
		.peers = "peers",
	};

	require(bench_measured_init(measured, &bench_sample, &arguments),
		"no memory");
}

void bench_sample_fini(struct bench_measured *measured)
{
	bench_measured_fini(measured);
}

static struct bench_result *next_round(struct bench_measured *measured,
				       size_t point, size_t contender)
{
	struct bench_cell *cell =
		bench_measured_cell(measured, point, contender);
	struct bench_result *result = &cell->rounds[cell->round_count++];

	bench_measurement_clear(result);
	return result;
}

void bench_sample_add(struct bench_measured *measured, size_t point,
		      size_t contender, double rate, double latency)
{
	struct bench_result *result = next_round(measured, point, contender);

	result->figures[BENCH_SAMPLE_RATE] = rate;
	result->figures[BENCH_SAMPLE_LATENCY] = latency;
}

void bench_sample_add_failure(struct bench_measured *measured, size_t point,
			      size_t contender, const char *failure)
{
	bench_fail(next_round(measured, point, contender), "%s", failure);
}
