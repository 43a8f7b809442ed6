/* SPDX-License-Identifier: MIT */
/*
 * Question: how long does it take to make a dialer with many workers, start it,
 * stop it and free it? Control: as many bare threads with the same stacks, made
 * and joined with nothing else.
 */
#include "lib/dialtone.h"

#include "bench/contenders/idle_threads.h"
#include "bench/harness/bench.h"
#include "bench/harness/measure.h"

#define KIB ((size_t)1024)

enum {
	WORKERS, /* the parameter */
	SAMPLES_MAX = 4096,
};

enum figure {
	START,
	STOP,
	BOTH,
	CPU,
};

/* One contender: make it with so many threads, and unmake it. */
struct subject {
	bool (*start)(void *context, struct bench_result *result,
		      size_t workers);
	void (*stop)(void *context);
	void *context;
};

struct samples {
	struct bench_latencies start;
	struct bench_latencies stop;
	struct bench_latencies both;
};

static bool go_once(struct samples *samples, struct bench_result *result,
		    const struct subject *subject, size_t workers)
{
	int64_t begin_ns = bench_now_ns();
	int64_t started_ns;
	int64_t end_ns;

	if (!subject->start(subject->context, result, workers))
		return false;
	started_ns = bench_now_ns();
	subject->stop(subject->context);
	end_ns = bench_now_ns();
	bench_latencies_add(&samples->start, started_ns - begin_ns);
	bench_latencies_add(&samples->stop, end_ns - started_ns);
	bench_latencies_add(&samples->both, end_ns - begin_ns);
	return true;
}

static bool samples_init(struct samples *samples)
{
	return bench_latencies_init(&samples->start, SAMPLES_MAX) &&
	       bench_latencies_init(&samples->stop, SAMPLES_MAX) &&
	       bench_latencies_init(&samples->both, SAMPLES_MAX);
}

/* The first time is not counted: it maps what later ones find. */
static void measure(struct bench_result *result, const struct bench_run *run,
		    const struct subject *subject)
{
	size_t workers = (size_t)run->values[WORKERS];
	struct samples warm_up;
	struct samples samples;
	int64_t cpu_ns;
	int64_t end_ns;

	if (!samples_init(&warm_up) || !samples_init(&samples)) {
		bench_fail(result, "no memory for the samples");
		return;
	}
	if (!go_once(&warm_up, result, subject, workers))
		return;
	cpu_ns = bench_usage().cpu_ns;
	end_ns = bench_now_ns() + (int64_t)(run->seconds * 1e9);
	do {
		if (!go_once(&samples, result, subject, workers))
			return;
	} while (bench_now_ns() < end_ns);
	cpu_ns = bench_usage().cpu_ns - cpu_ns;
	result->figures[CPU] = (double)cpu_ns / 1e9 /
			       (double)samples.both.seen / (double)workers;
	result->figures[START] = bench_latencies_quantile(&samples.start, 0.5);
	result->figures[STOP] = bench_latencies_quantile(&samples.stop, 0.5);
	result->figures[BOTH] = bench_latencies_quantile(&samples.both, 0.5);
}

static bool start_dialer(void *context, struct bench_result *result,
			 size_t workers)
{
	dt_dialer **dialer = context;
	struct dt_error error = {.text = ""};
	struct dt_config config;
	dt_err err;

	dt_config_init(&config, sizeof(config));
	config.max_active_dials = (uint32_t)workers;
	err = dt_dialer_create(dialer, &config, &error);
	if (!err)
		err = dt_dialer_start(*dialer, &error);
	if (err)
		bench_fail(result, "%s", error.text);
	return !err;
}

static void stop_dialer(void *context)
{
	dt_dialer **dialer = context;

	(void)!dt_dialer_stop(*dialer);
	dt_dialer_destroy(*dialer);
}

static void measure_dialer(struct bench_result *result,
			   const struct bench_run *run)
{
	dt_dialer *dialer = NULL;
	struct subject subject = {
		.start = start_dialer,
		.stop = stop_dialer,
		.context = &dialer,
	};

	measure(result, run, &subject);
}

struct bare {
	struct idle_threads threads;
	enum idle_threads_wait wait;
	size_t stack_size;
};

static bool start_bare(void *context, struct bench_result *result,
		       size_t workers)
{
	struct bare *bare = context;

	if (idle_threads_start(&bare->threads, bare->wait, workers,
			       bare->stack_size))
		return true;
	bench_fail(result, "%zu threads cannot be made", workers);
	return false;
}

static void stop_bare(void *context)
{
	struct bare *bare = context;

	idle_threads_stop(&bare->threads);
}

static void measure_bare(struct bench_result *result,
			 const struct bench_run *run,
			 enum idle_threads_wait wait, size_t stack_size)
{
	struct bare bare = {.wait = wait, .stack_size = stack_size};
	struct subject subject = {
		.start = start_bare,
		.stop = stop_bare,
		.context = &bare,
	};

	measure(result, run, &subject);
}

static void measure_futex(struct bench_result *result,
			  const struct bench_run *run)
{
	measure_bare(result, run, IDLE_THREADS_FUTEX, 64 * KIB);
}

static void measure_condition(struct bench_result *result,
			      const struct bench_run *run)
{
	measure_bare(result, run, IDLE_THREADS_CONDITION, 64 * KIB);
}

static void measure_large(struct bench_result *result,
			  const struct bench_run *run)
{
	measure_bare(result, run, IDLE_THREADS_FUTEX, 8192 * KIB);
}

static bool has_most_workers(const int64_t *values)
{
	return values[WORKERS] == 4096;
}

static const char *const parameters[] = {"workers", NULL};

static const struct bench_figure figures[] = {
	[START] = {"start_s", "create and start", "s", BENCH_LESS_IS_BETTER},
	[STOP] = {"stop_s", "stop and destroy", "s", BENCH_LESS_IS_BETTER},
	[BOTH] = {"both_s", "both", "s", BENCH_LESS_IS_BETTER},
	[CPU] = {"cpu_s", "CPU a worker", "s", BENCH_LESS_IS_BETTER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "dialtone", .title = "dialtone", .measure = measure_dialer},
	{.name = "threads",
	 .title = "bare threads on a futex",
	 .measure = measure_futex,
	 .is_floor = true},
	{.name = "threads_condition",
	 .title = "bare threads on a condition variable",
	 .measure = measure_condition},
	{.name = "threads_large",
	 .title = "bare threads with stacks of 8 MiB",
	 .measure = measure_large},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {16}},
	{.values = {256}},
	{.values = {1024}, .only_long = true},
	{.values = {4096}},
};

static const struct bench_plot plots[] = {
	{.name = "both",
	 .title = "Make, start, stop and free",
	 .figure = "both_s",
	 .parameter = "workers",
	 .log_x = true,
	 .log_y = true},
	{.name = NULL},
};

static const struct bench_target targets[] = {
	{.figure = "both_s",
	 .ours = "dialtone",
	 .theirs = "threads",
	 .bound = BENCH_AT_MOST,
	 .ratio = 1.3,
	 .holds_at = has_most_workers},
	{.figure = NULL},
};

static const struct bench bench = {
	.name = "start_stop",
	.title = "Start and stop",
	.question = "How long does it take to make a dialer with so many "
		    "workers, start it, stop it and free it?",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 0.7,
	.seconds_long = 3,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
