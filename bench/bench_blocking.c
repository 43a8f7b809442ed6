/* SPDX-License-Identifier: MIT */
/*
 * Question: what does it cost to keep workers busy whose tasks wait in the
 * kernel, as dials do? Control: a list under a mutex with a condition variable,
 * each way.
 *
 * The wait is ppoll() with a timeout for all that are C; for Go it is what its
 * programs do, time.Sleep(), which waits in no thread.
 */
#include "bench/contenders/bare_queues.h"
#include "bench/contenders/empty_dialer.h"
#include "bench/contenders/handoff.h"
#include "bench/contenders/handoff_figures.h"
#include "bench/contenders/mutex_queue.h"
#include "bench/contenders/rcu_queue.h"
#include "bench/contenders/vyukov_ring.h"
#include "bench/harness/bench.h"

#define US INT64_C(1000)
#define MS INT64_C(1000000)

static const struct bench_contender contenders[] = {
	{.name = "dialer",
	 .title = "dialtone, the whole dialer",
	 .measure = empty_dialer_measure},
	{.name = "bare",
	 .title = "dialtone's bare queues",
	 .measure = bare_queues_measure},
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
	{.name = NULL},
};

/* In flight, workers, work. */
static const struct bench_point points[] = {
	{.values = {16, 16, 100 * US}},
	{.values = {64, 64, 100 * US}},
	{.values = {256, 256, 100 * US}},
	{.values = {256, 256, 1 * MS}},
	{.values = {256, 256, 50 * MS}},
	{.values = {1, 16, 100 * US}, .only_long = true},
	{.values = {64, 16, 100 * US}, .only_long = true},
	{.values = {256, 1, 100 * US}, .only_long = true},
	{.values = {256, 2, 100 * US}, .only_long = true},
	{.values = {256, 16, 100 * US}, .only_long = true},
	{.values = {256, 64, 100 * US}, .only_long = true},
	{.values = {1024, 256, 100 * US}, .only_long = true},
	{.values = {1, 16, 1 * MS}, .only_long = true},
	{.values = {16, 16, 1 * MS}, .only_long = true},
	{.values = {64, 64, 1 * MS}, .only_long = true},
	{.values = {256, 1, 1 * MS}, .only_long = true},
	{.values = {256, 2, 1 * MS}, .only_long = true},
	{.values = {256, 16, 1 * MS}, .only_long = true},
	{.values = {256, 64, 1 * MS}, .only_long = true},
	{.values = {1024, 256, 1 * MS}, .only_long = true},
	{.values = {16, 16, 50 * MS}, .only_long = true},
	{.values = {64, 64, 50 * MS}, .only_long = true},
	{.values = {256, 1, 50 * MS}, .only_long = true},
	{.values = {256, 2, 50 * MS}, .only_long = true},
	{.values = {256, 16, 50 * MS}, .only_long = true},
	{.values = {256, 64, 50 * MS}, .only_long = true},
	{.values = {1024, 256, 50 * MS}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "rate-100us",
	 .title = "Tasks of 100 us a second, 256 in flight",
	 .figure = "tasks_per_s",
	 .parameter = "workers",
	 .values = {256, 0, 100 * US},
	 .log_x = true,
	 .log_y = true},
	{.name = "rate-1ms",
	 .title = "Tasks of 1 ms a second, 256 in flight",
	 .figure = "tasks_per_s",
	 .parameter = "workers",
	 .values = {256, 0, 1 * MS},
	 .log_x = true,
	 .log_y = true},
	{.name = "rate-50ms",
	 .title = "Tasks of 50 ms a second, 256 in flight",
	 .figure = "tasks_per_s",
	 .parameter = "workers",
	 .values = {256, 0, 50 * MS},
	 .log_x = true,
	 .log_y = true},
	{.name = "cpu-1ms",
	 .title = "CPU a task of 1 ms, 256 in flight",
	 .figure = "cpu_s_per_task",
	 .parameter = "workers",
	 .values = {256, 0, 1 * MS},
	 .log_x = true,
	 .log_y = true},
	{.name = NULL},
};

/* Against each C contender, hence against the best of them. */
#define AT_LEAST(we, they)                                               \
	{                                                                \
		.figure = "tasks_per_s", .ours = (we), .theirs = (they), \
		.bound = BENCH_AT_LEAST, .ratio = 0.95                   \
	}
#define CPU_AT_MOST(we, they)                                               \
	{                                                                   \
		.figure = "cpu_s_per_task", .ours = (we), .theirs = (they), \
		.bound = BENCH_AT_MOST, .ratio = 1.1                        \
	}

static const struct bench_target targets[] = {
	AT_LEAST("dialer", "bare"),
	AT_LEAST("dialer", "mutex_queue"),
	AT_LEAST("dialer", "rcu_queue"),
	AT_LEAST("dialer", "vyukov_ring"),
	AT_LEAST("bare", "mutex_queue"),
	AT_LEAST("bare", "rcu_queue"),
	AT_LEAST("bare", "vyukov_ring"),
	CPU_AT_MOST("dialer", "bare"),
	CPU_AT_MOST("dialer", "mutex_queue"),
	CPU_AT_MOST("dialer", "rcu_queue"),
	CPU_AT_MOST("dialer", "vyukov_ring"),
	CPU_AT_MOST("bare", "mutex_queue"),
	CPU_AT_MOST("bare", "rcu_queue"),
	CPU_AT_MOST("bare", "vyukov_ring"),
	{.figure = NULL},
};

static const char limits[] =
	"The kernel limits it: a timer that is set and that fires, a thread "
	"that sleeps and that wakes, each task anew. The three queues that "
	"park and wake in the same way (the bare queues, rculfqueue, Vyukov's "
	"ring) were mostly within a tenth of each other, in rate and in CPU, "
	"although with empty work they differ by a factor of two to four. "
	"What costs is waking more often than needed: the mutex and condition "
	"variable made 3 to 4 switches a task where these made 1.1 to 1.8, "
	"and with 256 workers a quarter to a half of their rate.\n\n"
	"Go's tasks sleep in no thread of the kernel's, so they do without "
	"these switches; a dial of the dialer does wait in its thread.";

static const struct bench bench = {
	.name = "blocking",
	.title = "Work that blocks",
	.question = "What does it cost to keep so many workers busy whose "
		    "tasks wait in the kernel for so long?",
	.limits = limits,
	.parameters = handoff_parameters,
	.figures = handoff_figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 0.15,
	.seconds_long = 0.8,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
