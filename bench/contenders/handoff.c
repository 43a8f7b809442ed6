/* SPDX-License-Identifier: MIT */
#include "bench/contenders/handoff.h"

#include <poll.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S    1000000000
#define TIMED_EACH  61 /* a prime, so that it keeps step with no batch */
#define LATENCY_MAX (1u << 18)

enum phase {
	PHASE_WARM_UP,
	PHASE_MEASURE,
	PHASE_STOP,
};

struct round_trip {
	/* Read-only while threads run. */
	const struct handoff_queue *queue;
	void *state; /* the queue's own */
	struct handoff_setup setup;
	struct handoff_item **batch;
	pthread_t *workers;
	pthread_t scheduler;
	/* The scheduler's. */
	struct bench_latencies latencies;
	uint32_t timed_each;
	uint32_t until_timed;
	/* Shared. */
	alignas(64) _Atomic(enum phase) phase;
	alignas(64) _Atomic uint64_t ended; /* the scheduler writes */
};

static struct timespec timespec_of(int64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / NS_PER_S),
		.tv_nsec = (long)(ns % NS_PER_S),
	};
}

/*
 * Tasks that take equally long and begin together end in waves, and it is luck
 * how many waves a measurement counts: so each thread's first task ends
 * somewhere in its time. Numbers of threads, which follow each other, times the
 * golden ratio are spread evenly.
 */
static int64_t first_ns(int64_t ns)
{
	uint64_t share = (uint64_t)gettid() * UINT64_C(0x9e3779b97f4a7c15);

	return (int64_t)((double)ns * ((double)(share >> 32) / 0x1p32));
}

void handoff_work(int64_t ns)
{
	static _Thread_local bool has_worked;
	struct timespec timeout;

	if (ns == 0)
		return;
	timeout = timespec_of(has_worked ? ns : first_ns(ns));
	has_worked = true;
	(void)ppoll(NULL, 0, &timeout, NULL);
}

void handoff_rest(double seconds)
{
	struct timespec rest = timespec_of((int64_t)(seconds * NS_PER_S));

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, &rest) != 0)
		;
}

struct handoff_mark handoff_mark(uint64_t tasks)
{
	return (struct handoff_mark){
		.usage = bench_usage(),
		.now_ns = bench_now_ns(),
		.tasks = tasks,
	};
}

void handoff_report_rates(struct bench_result *result,
			  const struct handoff_mark *begin,
			  const struct handoff_mark *end)
{
	double tasks = (double)(end->tasks - begin->tasks);
	double seconds = (double)(end->now_ns - begin->now_ns) / NS_PER_S;
	int64_t cpu_ns = end->usage.cpu_ns - begin->usage.cpu_ns;
	int64_t switches = end->usage.switches - begin->usage.switches;

	if (tasks == 0) {
		bench_fail(result, "no task ended in %.2f s", seconds);
		return;
	}
	result->figures[HANDOFF_TASKS_PER_S] = tasks / seconds;
	result->figures[HANDOFF_CPU_S_PER_TASK] =
		(double)cpu_ns / NS_PER_S / tasks;
	result->figures[HANDOFF_SWITCHES_PER_TASK] = (double)switches / tasks;
}

void handoff_report_latencies(struct bench_result *result,
			      struct bench_latencies *latencies)
{
	result->figures[HANDOFF_P50_S] =
		bench_latencies_quantile(latencies, 0.5);
	result->figures[HANDOFF_P99_S] =
		bench_latencies_quantile(latencies, 0.99);
	result->figures[HANDOFF_P999_S] =
		bench_latencies_quantile(latencies, 0.999);
}

uint32_t handoff_timed_each(int64_t work_ns)
{
	return work_ns > 0 ? 1 : TIMED_EACH;
}

/* The clock is read once for all of a batch that are timed, or not at all. */
static void stamp(struct round_trip *trip, size_t count)
{
	int64_t now_ns = 0;

	for (size_t i = 0; i < count; i++) {
		trip->batch[i]->pushed_ns = 0;
		if (--trip->until_timed > 0)
			continue;
		trip->until_timed = trip->timed_each;
		if (now_ns == 0)
			now_ns = bench_now_ns();
		trip->batch[i]->pushed_ns = now_ns;
	}
}

static void note_latencies(struct round_trip *trip, size_t count)
{
	int64_t now_ns = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t pushed_ns = trip->batch[i]->pushed_ns;

		if (pushed_ns == 0)
			continue;
		if (now_ns == 0)
			now_ns = bench_now_ns();
		bench_latencies_add(&trip->latencies, now_ns - pushed_ns);
	}
}

static enum phase phase_of(const struct round_trip *trip)
{
	/* Relaxed: it says when, and publishes nothing. */
	return atomic_load_explicit(&trip->phase, memory_order_relaxed);
}

/* Hand @count out, and say how many came back. */
static size_t turn(struct round_trip *trip, size_t count, enum phase phase)
{
	stamp(trip, count);
	count = trip->queue->exchange(trip->state, trip->batch, count);
	if (phase == PHASE_MEASURE)
		note_latencies(trip, count);
	return count;
}

static void *run_scheduler(void *argument)
{
	struct round_trip *trip = argument;
	size_t out = trip->setup.in_flight;
	size_t count = out; /* of them in the batch */
	uint64_t ended = 0;
	enum phase phase;

	while ((phase = phase_of(trip)) != PHASE_STOP) {
		count = turn(trip, count, phase);
		ended += count;
		/* Relaxed: a number. */
		atomic_store_explicit(&trip->ended, ended,
				      memory_order_relaxed);
	}
	for (out -= count; out > 0; out -= count)
		count = turn(trip, 0, phase);
	return NULL;
}

static void *run_worker(void *argument)
{
	struct round_trip *trip = argument;

	trip->queue->work(trip->state);
	return NULL;
}

/* How many were started. */
static uint32_t start_workers(struct round_trip *trip)
{
	pthread_attr_t attributes;
	uint32_t started = 0;

	if (pthread_attr_init(&attributes))
		return 0;
	if (pthread_attr_setstacksize(&attributes, HANDOFF_STACK_BYTES) == 0) {
		while (started < trip->setup.workers &&
		       pthread_create(&trip->workers[started], &attributes,
				      run_worker, trip) == 0)
			started++;
	}
	pthread_attr_destroy(&attributes);
	return started;
}

static uint64_t ended_so_far(const struct round_trip *trip)
{
	/* Relaxed: a number. */
	return atomic_load_explicit(&trip->ended, memory_order_relaxed);
}

static void enter(struct round_trip *trip, enum phase phase)
{
	/* Relaxed: see phase_of(). */
	atomic_store_explicit(&trip->phase, phase, memory_order_relaxed);
}

static void run_phases(struct round_trip *trip, struct bench_result *result,
		       double seconds)
{
	struct handoff_mark begin;
	struct handoff_mark end;

	if (pthread_create(&trip->scheduler, NULL, run_scheduler, trip)) {
		bench_fail(result, "a thread cannot be made");
		return;
	}
	handoff_rest(HANDOFF_WARM_UP_S);
	enter(trip, PHASE_MEASURE);
	begin = handoff_mark(ended_so_far(trip));
	handoff_rest(seconds);
	end = handoff_mark(ended_so_far(trip));
	enter(trip, PHASE_STOP);
	pthread_join(trip->scheduler, NULL);
	handoff_report_rates(result, &begin, &end);
	handoff_report_latencies(result, &trip->latencies);
}

static void run_threads(struct round_trip *trip, struct bench_result *result,
			double seconds)
{
	uint32_t started = start_workers(trip);

	if (started == trip->setup.workers)
		run_phases(trip, result, seconds);
	else
		bench_fail(result, "only %u of %u threads can be made", started,
			   trip->setup.workers);
	trip->queue->close(trip->state);
	for (uint32_t i = 0; i < started; i++)
		pthread_join(trip->workers[i], NULL);
}

static bool allocate(struct round_trip *trip)
{
	struct handoff_setup *setup = &trip->setup;

	setup->items = calloc(setup->in_flight, sizeof(*setup->items));
	trip->batch = calloc(setup->in_flight, sizeof(struct handoff_item *));
	trip->workers = calloc(setup->workers, sizeof(*trip->workers));
	if (!setup->items || !trip->batch || !trip->workers)
		return false;
	for (uint32_t i = 0; i < setup->in_flight; i++) {
		setup->items[i].index = i;
		trip->batch[i] = &setup->items[i];
	}
	return bench_latencies_init(&trip->latencies, LATENCY_MAX);
}

void handoff_measure(struct bench_result *result, const struct bench_run *run,
		     const struct handoff_queue *queue)
{
	struct round_trip trip = {
		.queue = queue,
		.setup =
			{
				.in_flight =
					(uint32_t)
						run->values[HANDOFF_IN_FLIGHT],
				.workers =
					(uint32_t)run->values[HANDOFF_WORKERS],
				.work_ns = run->values[HANDOFF_WORK_NS],
			},
		.timed_each = handoff_timed_each(run->values[HANDOFF_WORK_NS]),
		.until_timed = 1,
	};

	if (allocate(&trip))
		trip.state = queue->create(&trip.setup);
	if (trip.state) {
		run_threads(&trip, result, run->seconds);
		queue->destroy(trip.state);
	} else {
		bench_fail(result, "no memory for %u tasks",
			   trip.setup.in_flight);
	}
	bench_latencies_fini(&trip.latencies);
	free(trip.workers);
	free(trip.batch);
	free(trip.setup.items);
}
