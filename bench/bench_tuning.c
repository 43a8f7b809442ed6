/* SPDX-License-Identifier: MIT */
/*
 * Question: what does each tuning variable do to which figure? One of them is
 * moved at a time, the others stay at their defaults. The lines are kinds of
 * dials, which is what the right value depends on: refused at once (the hand-off
 * alone), refused by loopback (all processor), asleep for 1 ms and for 50 ms
 * (all waiting, as dials in a network are). Control: the defaults.
 */
#include "bench/contenders/tuned_dialer.h"
#include "bench/harness/bench.h"

enum {
	NODES_HELD = 10000, /* for 1 to 2 ms after a dial that took no time */
};

static void measure_at_once(struct bench_result *result,
			    const struct bench_run *run)
{
	const struct tuned_dial dial = {.wait_ns = 0, .nodes = NODES_HELD};

	tuned_dialer_measure(result, run, &dial);
}

static void measure_loopback(struct bench_result *result,
			     const struct bench_run *run)
{
	const struct tuned_dial dial = {.wait_ns = -1, .nodes = NODES_HELD};

	tuned_dialer_measure(result, run, &dial);
}

static void measure_1ms(struct bench_result *result,
			const struct bench_run *run)
{
	const struct tuned_dial dial = {.wait_ns = 1000000, .nodes = 1000};

	tuned_dialer_measure(result, run, &dial);
}

static void measure_50ms(struct bench_result *result,
			 const struct bench_run *run)
{
	const struct tuned_dial dial = {.wait_ns = 50000000, .nodes = 100};

	tuned_dialer_measure(result, run, &dial);
}

static const char *const parameters[] = {"max_active_dials", "workers",
					 "spin_us", "stack_kib", NULL};

static const struct bench_figure figures[] = {
	[TUNED_DIALS] = {"dials_per_s", "dials/s", "", BENCH_MORE_IS_BETTER},
	[TUNED_CPU] = {"cpu_s", "CPU a dial", "s", BENCH_LESS_IS_BETTER},
	[TUNED_SWITCHES] = {"switches", "switches a dial", "",
			    BENCH_LESS_IS_BETTER},
	[TUNED_QUEUE_P50] = {"queue_p50_s", "wait for a worker p50", "s",
			     BENCH_LESS_IS_BETTER},
	[TUNED_QUEUE_P99] = {"queue_p99_s", "wait for a worker p99", "s",
			     BENCH_LESS_IS_BETTER},
	[TUNED_START] = {"start_s", "create and start", "s",
			 BENCH_LESS_IS_BETTER},
	[TUNED_RESIDENT] = {"resident_bytes", "memory a worker", "B",
			    BENCH_LESS_IS_BETTER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "at_once",
	 .title = "dials that end at once",
	 .measure = measure_at_once},
	{.name = "loopback",
	 .title = "dials that loopback refuses",
	 .measure = measure_loopback},
	{.name = "wait_1ms", .title = "dials of 1 ms", .measure = measure_1ms},
	{.name = "wait_50ms",
	 .title = "dials of 50 ms",
	 .measure = measure_50ms},
	{.name = NULL},
};

/* The defaults of all but what a group moves. */
#define SPIN  20
#define STACK 64

static const struct bench_point points[] = {
	{.values = {16, 0, SPIN, STACK}},
	{.values = {1, 0, SPIN, STACK}, .only_long = true},
	{.values = {4, 0, SPIN, STACK}, .only_long = true},
	{.values = {64, 0, SPIN, STACK}},
	{.values = {256, 0, SPIN, STACK}},
	{.values = {1024, 0, SPIN, STACK}},
	{.values = {4096, 0, SPIN, STACK}, .only_long = true},

	/* Dials that wait for a worker, which finds them without a wake-up. */
	{.values = {272, 256, SPIN, STACK}, .only_long = true},
	{.values = {320, 256, SPIN, STACK}},
	{.values = {512, 256, SPIN, STACK}, .only_long = true},

	{.values = {256, 4, SPIN, STACK}, .only_long = true},
	{.values = {256, 16, SPIN, STACK}, .only_long = true},
	{.values = {256, 64, SPIN, STACK}, .only_long = true},
	{.values = {256, 256, SPIN, STACK}, .only_long = true},

	{.values = {16, 0, 0, STACK}},
	{.values = {16, 0, 2, STACK}, .only_long = true},
	{.values = {16, 0, 50, STACK}, .only_long = true},
	{.values = {16, 0, 200, STACK}},
	{.values = {16, 0, 1000, STACK}, .only_long = true},

	{.values = {1024, 0, SPIN, 32}, .only_long = true},
	{.values = {1024, 0, SPIN, 256}, .only_long = true},
	{.values = {1024, 0, SPIN, 1024}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "dials",
	 .title = "max_active_dials, as many workers: dials a second",
	 .figure = "dials_per_s",
	 .parameter = "max_active_dials",
	 .values = {0, 0, SPIN, STACK},
	 .log_x = true,
	 .log_y = true},
	{.name = "start",
	 .title = "max_active_dials, as many workers: create and start",
	 .figure = "start_s",
	 .parameter = "max_active_dials",
	 .values = {0, 0, SPIN, STACK},
	 .log_x = true,
	 .log_y = true},
	{.name = "workers",
	 .title = "workers, for 256 active dials: wait for a worker, median",
	 .figure = "queue_p50_s",
	 .parameter = "workers",
	 .values = {256, 0, SPIN, STACK},
	 .log_x = true,
	 .log_y = true},
	{.name = "ahead",
	 .title = "max_active_dials, for 256 workers: processor time a dial",
	 .figure = "cpu_s",
	 .parameter = "max_active_dials",
	 .values = {0, 256, SPIN, STACK},
	 .log_x = true,
	 .log_y = true},
	{.name = "spin_rate",
	 .title = "spin, 16 workers: dials a second",
	 .figure = "dials_per_s",
	 .parameter = "spin_us",
	 .values = {16, 0, 0, STACK},
	 .log_x = true,
	 .log_y = true},
	{.name = "spin_cpu",
	 .title = "spin, 16 workers: processor time a dial",
	 .figure = "cpu_s",
	 .parameter = "spin_us",
	 .values = {16, 0, 0, STACK},
	 .log_x = true,
	 .log_y = true},
	{.name = "stack",
	 .title = "stack_size, 1,024 workers: memory a worker",
	 .figure = "resident_bytes",
	 .parameter = "stack_kib",
	 .values = {1024, 0, SPIN, 0},
	 .log_x = true},
	{.name = NULL},
};

static const struct bench bench = {
	.name = "tuning",
	.title = "Tuning",
	.question = "What does each tuning variable do to which figure?",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.seconds = 0.15,
	.seconds_long = 1,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
