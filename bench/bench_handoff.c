/* SPDX-License-Identifier: MIT */
/*
 * Question: what does it cost to hand an empty task to a worker and to have it
 * back? Control: a list under a mutex with a condition variable, each way.
 */
#include "bench/contenders/bare_queues.h"
#include "bench/contenders/empty_dialer.h"
#include "bench/contenders/handoff.h"
#include "bench/contenders/handoff_figures.h"
#include "bench/contenders/mutex_queue.h"
#include "bench/contenders/rcu_queue.h"
#include "bench/contenders/vyukov_ring.h"
#include "bench/harness/bench.h"

static const struct bench_contender contenders[] = {
	{.name = "dialer",
	 .title = "dialtone, the whole dialer",
	 .measure = empty_dialer_measure},
	{.name = "dialer_no_spin",
	 .title = "the whole dialer, spin 0",
	 .measure = empty_dialer_measure_no_spin},
	{.name = "bare",
	 .title = "dialtone's bare queues",
	 .measure = bare_queues_measure},
	{.name = "bare_no_spin",
	 .title = "the bare queues, spin 0",
	 .measure = bare_queues_measure_no_spin},
	{.name = "mutex_queue",
	 .title = "mutex and condition variable",
	 .measure = mutex_queue_measure},
	{.name = "rcu_queue",
	 .title = "rculfqueue and lfstack, our parking",
	 .measure = rcu_queue_measure},
	{.name = "vyukov_ring",
	 .title = "Vyukov's ring, our parking",
	 .measure = vyukov_ring_measure},
	{.name = "go_goroutine",
	 .title = "Go, a goroutine a task",
	 .command = "handoff goroutine"},
	{.name = "go_pool",
	 .title = "Go, channel pool",
	 .command = "handoff pool"},
	{.name = "go_loop",
	 .title = "Go, a loop like Server.run's",
	 .command = "handoff loop"},
	{.name = "go_policy_loop",
	 .title = "that loop with the original's policy",
	 .command = "handoff policy_loop"},
	{.name = NULL},
};

/* In flight, workers, work. */
static const struct bench_point points[] = {
	{.values = {1, 16, 0}},
	{.values = {16, 16, 0}},
	{.values = {64, 16, 0}},
	{.values = {1024, 16, 0}},
	{.values = {64, 2, 0}},
	{.values = {64, 64, 0}},
	{.values = {1, 1, 0}, .only_long = true},
	{.values = {1, 2, 0}, .only_long = true},
	{.values = {1, 64, 0}, .only_long = true},
	{.values = {1, 256, 0}, .only_long = true},
	{.values = {16, 1, 0}, .only_long = true},
	{.values = {16, 2, 0}, .only_long = true},
	{.values = {16, 64, 0}, .only_long = true},
	{.values = {16, 256, 0}, .only_long = true},
	{.values = {64, 1, 0}, .only_long = true},
	{.values = {64, 256, 0}, .only_long = true},
	{.values = {1024, 1, 0}, .only_long = true},
	{.values = {1024, 2, 0}, .only_long = true},
	{.values = {1024, 64, 0}, .only_long = true},
	{.values = {1024, 256, 0}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "rate",
	 .title = "Tasks a second, 16 workers",
	 .figure = "tasks_per_s",
	 .parameter = "in_flight",
	 .values = {0, 16, 0},
	 .log_x = true,
	 .log_y = true},
	{.name = "p99",
	 .title = "99th percentile from push to return, 16 workers",
	 .figure = "p99_s",
	 .parameter = "in_flight",
	 .values = {0, 16, 0},
	 .log_x = true,
	 .log_y = true},
	{.name = "cpu",
	 .title = "CPU a task, 64 in flight",
	 .figure = "cpu_s_per_task",
	 .parameter = "workers",
	 .values = {64, 0, 0},
	 .log_x = true,
	 .log_y = true},
	{.name = NULL},
};

static bool is_busy_pool(const int64_t *values)
{
	return values[HANDOFF_WORKERS] == 16 &&
	       (values[HANDOFF_IN_FLIGHT] == 16 ||
		values[HANDOFF_IN_FLIGHT] == 64);
}

static bool is_one_in_flight(const int64_t *values)
{
	return values[HANDOFF_IN_FLIGHT] == 1;
}

static const struct bench_target targets[] = {
	{.figure = "tasks_per_s",
	 .ours = "bare",
	 .theirs = "go_pool",
	 .bound = BENCH_AT_LEAST,
	 .ratio = 5,
	 .holds_at = is_busy_pool},
	{.figure = "p50_s",
	 .ours = "bare",
	 .theirs = "go_pool",
	 .bound = BENCH_AT_MOST,
	 .ratio = 0.6,
	 .holds_at = is_one_in_flight},
	{.figure = "tasks_per_s",
	 .ours = "dialer",
	 .theirs = "go_loop",
	 .bound = BENCH_AT_LEAST,
	 .ratio = 3},
	{.figure = "p99_s",
	 .ours = "dialer",
	 .theirs = "go_loop",
	 .bound = BENCH_AT_MOST,
	 .ratio = 1},
	{.figure = "tasks_per_s",
	 .ours = "dialer",
	 .theirs = "mutex_queue",
	 .bound = BENCH_AT_LEAST,
	 .ratio = 1},
	{.figure = "tasks_per_s",
	 .ours = "dialer_no_spin",
	 .theirs = "mutex_queue",
	 .bound = BENCH_AT_LEAST,
	 .ratio = 1},
	{.figure = "tasks_per_s",
	 .ours = "bare",
	 .theirs = "mutex_queue",
	 .bound = BENCH_AT_LEAST,
	 .ratio = 1},
	{.figure = "tasks_per_s",
	 .ours = "bare_no_spin",
	 .theirs = "mutex_queue",
	 .bound = BENCH_AT_LEAST,
	 .ratio = 1},
	{.figure = NULL},
};

static const char limits[] =
	"The floor is the way of a cache line from one processor to the other "
	"and back: two threads that pass a number to and fro through two "
	"lines, each on its own processor, took 205 to 300 ns a round trip "
	"where this was written, in half of all trips. The bare queues took "
	"350 ns with one task in flight, of which reading the clock, which "
	"the measurement does, is 25 to 50. A Go channel between goroutines on "
	"one thread needs no such trip, and took 470 to 510 ns beside it: 0.6 "
	"times that is the floor itself.\n\n"
	"How many lines a task needs one after the other decides. There were "
	"eight (the task queue's tail and slot; the job's link; head and tail "
	"of a linked done queue, twice), at 870 to 950 ns. Now there are the "
	"slot out and the slot back; with more in flight, eight slots share a "
	"line. What is left at 16 and 64 in flight is the fence after each "
	"job given back, which waits until the slot's line has come (perf, "
	"24% of the time, in dti_park_wake_one()); Vyukov's ring has half as "
	"many slots in a line, and is faster there.\n\n"
	"With one in flight and nobody spinning, each task is two wake-ups in "
	"the kernel, whatever the queue: there the bare queues and the mutex "
	"are equal within the rounds. Switches a task near 2 where the queues "
	"do spin mean that both threads were on one processor, because others "
	"had the second: then the figures tell of that.";

static const struct bench bench = {
	.name = "handoff",
	.title = "Hand-off",
	.question = "What does it cost to hand an empty task to a worker and "
		    "to have it back, with so many tasks in flight and so many "
		    "workers?",
	.limits = limits,
	.parameters = handoff_parameters,
	.figures = handoff_figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 0.1,
	.seconds_long = 0.6,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
