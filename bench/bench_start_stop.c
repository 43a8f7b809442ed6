/* SPDX-License-Identifier: MIT */
/*
 * Question: how long does it take to make a dialer with many workers, start it,
 * stop it and free it? Control: as many bare threads with the same stacks, made
 * and joined with nothing else.
 *
 * Each sample is taken in a process of its own, since programs make one dialer
 * in their lives: libc keeps the stacks of threads that have ended (up to 40
 * MiB), and a second time finds them mapped and in memory. `again_s` is that
 * second time.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

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
	AGAIN,
	CPU,
};

/* One contender: make it with so many threads, and unmake it. */
struct subject {
	bool (*start)(void *context, struct bench_result *result,
		      size_t workers);
	void (*stop)(void *context);
	void *context;
};

/* What one process has found. */
struct sample {
	int64_t start_ns;
	int64_t stop_ns;
	int64_t again_ns;
	int64_t cpu_ns;
	struct bench_result result; /* only .failure */
};

struct samples {
	struct bench_latencies start;
	struct bench_latencies stop;
	struct bench_latencies both;
	struct bench_latencies again;
	struct bench_latencies cpu;
};

static bool samples_init(struct samples *samples)
{
	return bench_latencies_init(&samples->start, SAMPLES_MAX) &&
	       bench_latencies_init(&samples->stop, SAMPLES_MAX) &&
	       bench_latencies_init(&samples->both, SAMPLES_MAX) &&
	       bench_latencies_init(&samples->again, SAMPLES_MAX) &&
	       bench_latencies_init(&samples->cpu, SAMPLES_MAX);
}

static void samples_add(struct samples *samples, const struct sample *sample)
{
	bench_latencies_add(&samples->start, sample->start_ns);
	bench_latencies_add(&samples->stop, sample->stop_ns);
	bench_latencies_add(&samples->both, sample->start_ns + sample->stop_ns);
	bench_latencies_add(&samples->again, sample->again_ns);
	bench_latencies_add(&samples->cpu, sample->cpu_ns);
}

/* Twice, one after the other. */
static void go(struct sample *sample, const struct subject *subject,
	       size_t workers)
{
	int64_t began_ns = bench_now_ns();
	int64_t started_ns;
	int64_t stopped_ns;

	if (!subject->start(subject->context, &sample->result, workers))
		return;
	started_ns = bench_now_ns();
	subject->stop(subject->context);
	stopped_ns = bench_now_ns();
	sample->start_ns = started_ns - began_ns;
	sample->stop_ns = stopped_ns - started_ns;
	sample->cpu_ns = bench_usage().cpu_ns;
	if (!subject->start(subject->context, &sample->result, workers))
		return;
	subject->stop(subject->context);
	sample->again_ns = bench_now_ns() - stopped_ns;
}

/* In a process of its own. False: there is none, or it died. */
static bool take_sample(struct sample *sample, const struct subject *subject,
			size_t workers)
{
	int ends[2];
	bool told;
	pid_t child;

	*sample = (struct sample){0};
	if (pipe(ends))
		return false;
	child = fork();
	if (child == 0) {
		go(sample, subject, workers);
		told = write(ends[1], sample, sizeof(*sample)) ==
		       (ssize_t)sizeof(*sample);
		_exit(told ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	close(ends[1]);
	told = child > 0 && read(ends[0], sample, sizeof(*sample)) ==
				    (ssize_t)sizeof(*sample);
	close(ends[0]);
	if (child > 0)
		(void)waitpid(child, NULL, 0);
	return told;
}

static void take_samples(struct samples *samples, struct bench_result *result,
			 const struct bench_run *run,
			 const struct subject *subject)
{
	int64_t end_ns = bench_now_ns() + (int64_t)(run->seconds * 1e9);
	struct sample sample;

	do {
		if (!take_sample(&sample, subject,
				 (size_t)run->values[WORKERS]))
			bench_fail(result, "a process cannot be made, or died");
		else if (sample.result.failure[0])
			bench_fail(result, "%s", sample.result.failure);
		else
			samples_add(samples, &sample);
	} while (!result->failure[0] && bench_now_ns() < end_ns);
}

static void measure(struct bench_result *result, const struct bench_run *run,
		    const struct subject *subject)
{
	struct samples samples;

	if (!samples_init(&samples)) {
		bench_fail(result, "no memory for the samples");
		return;
	}
	take_samples(&samples, result, run, subject);
	result->figures[START] = bench_latencies_quantile(&samples.start, 0.5);
	result->figures[STOP] = bench_latencies_quantile(&samples.stop, 0.5);
	result->figures[BOTH] = bench_latencies_quantile(&samples.both, 0.5);
	result->figures[AGAIN] = bench_latencies_quantile(&samples.again, 0.5);
	result->figures[CPU] = bench_latencies_quantile(&samples.cpu, 0.5) /
			       (double)run->values[WORKERS];
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
	[AGAIN] = {"again_s", "both, a second time", "s", BENCH_LESS_IS_BETTER},
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
	.limits =
		"The kernel is the floor. Of the CPU time of 4,096 bare "
		"threads a third is clone3, an eighth the first touch of "
		"their stacks, an eighth munmap and a twelfth mprotect of "
		"them (perf record -e cpu-clock -g); the rest is waking and "
		"ending them."
		"\n\n"
		"A worker is such a thread, registered with RCU, with an "
		"eventfd for its job; that is about a twentieth more. In "
		"return the stacks of all workers are one mapping with guard "
		"pages, unmapped by one call, and the last worker is joined "
		"first, so that stop sleeps once: with thousands that saves "
		"more than a worker costs beyond a thread. With few the "
		"dialer's own memory, its scheduler, its peer keeper and the "
		"grace period of stop show: up to a millisecond together."
		"\n\n"
		"libc keeps up to 40 MiB of ended threads' stacks, so a second "
		"time up to some 600 bare threads start on stacks that are "
		"mapped and in memory already; a dialer maps its own anew.",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 0.4,
	.seconds_long = 3,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
