/* SPDX-License-Identifier: MIT */
/*
 * Question: what do thousands of dials cost that are in flight at once, to
 * nodes that never answer, and how long does it take to start and to cancel
 * them? Control: a bare thread a dial, with small stacks.
 */
#include "bench/contenders/in_flight.h"
#include "bench/contenders/in_flight_dialer.h"
#include "bench/contenders/in_flight_threads.h"
#include "bench/harness/bench.h"

/* Two descriptors a dial: a limit of 20,000 in all is met in the field. */
static bool is_10000(const int64_t *values)
{
	return values[IN_FLIGHT_DIALS] >= 9900;
}

static bool is_1000(const int64_t *values)
{
	return values[IN_FLIGHT_DIALS] == 1000;
}

static const char *const parameters[] = {"in_flight", NULL};

static const struct bench_figure figures[] = {
	[IN_FLIGHT_BYTES] = {"resident_bytes_each", "resident a dial", "B",
			     BENCH_LESS_IS_BETTER},
	[IN_FLIGHT_UP_S] = {"all_up_s", "all in flight", "s",
			    BENCH_LESS_IS_BETTER},
	[IN_FLIGHT_CANCELLED_S] = {"all_cancelled_s", "all cancelled", "s",
				   BENCH_LESS_IS_BETTER},
	[IN_FLIGHT_SWITCHES] = {"switches_each", "switches a dial", "",
				BENCH_LESS_IS_BETTER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "dialtone",
	 .title = "dialtone, a worker a dial",
	 .measure = in_flight_dialer_measure},
	{.name = "threads",
	 .title = "bare threads, stacks of 64 KiB",
	 .measure = in_flight_threads_measure,
	 .is_floor = true},
	{.name = "threads_default",
	 .title = "bare threads, default stacks",
	 .measure = in_flight_threads_measure_default},
	{.name = "go",
	 .title = "Go, a goroutine a dial",
	 .command = "in_flight"},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {100}, .only_long = true},   {.values = {1000}},
	{.values = {3000}, .only_long = true},  {.values = {9900}},
	{.values = {10000}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "resident",
	 .title = "Resident memory of a dial in flight",
	 .figure = "resident_bytes_each",
	 .parameter = "in_flight",
	 .log_x = true},
	{.name = "up",
	 .title = "Until all are in flight",
	 .figure = "all_up_s",
	 .parameter = "in_flight",
	 .log_x = true,
	 .log_y = true},
	{.name = "cancelled",
	 .title = "Until all are cancelled",
	 .figure = "all_cancelled_s",
	 .parameter = "in_flight",
	 .log_x = true,
	 .log_y = true},
	{.name = NULL},
};

static const struct bench_target targets[] = {
	{.figure = "resident_bytes_each",
	 .ours = "dialtone",
	 .bound = BENCH_AT_MOST,
	 .ratio = 9216,
	 .holds_at = is_10000},
	{.figure = "all_up_s",
	 .ours = "dialtone",
	 .theirs = "threads",
	 .bound = BENCH_AT_MOST,
	 .ratio = 1.2,
	 .holds_at = is_10000},
	{.figure = "all_cancelled_s",
	 .ours = "dialtone",
	 .bound = BENCH_AT_MOST,
	 .ratio = 0.3,
	 .holds_at = is_10000},
	{.figure = "all_cancelled_s",
	 .ours = "dialtone",
	 .bound = BENCH_AT_MOST,
	 .ratio = 0.05,
	 .holds_at = is_1000},
	{.figure = NULL},
};

/* From /proc/PID/smaps of 1,000 and 9,900 in flight, jemalloc linked. */
static const char limits[] =
	"8 KiB of a dial are the two pages of its stack that are touched, for "
	"a bare thread too: glibc's own part of a thread and the thread-local "
	"storage of the libraries (jemalloc: 2.6 KiB) take 7 KiB at the top of "
	"each stack, and what blocks in a connect has to fit below. It did "
	"not, and cost a page more (14.4 KiB a dial), until the frames of a "
	"dial were made smaller and libsodium's 568 bytes of thread-local "
	"storage were left out by linking its archive.\n\n"
	"1.9 KiB are on the heap: the job, the node's record, its task, its "
	"place in index and history, liburcu's reader of the thread (128 "
	"bytes), and what jemalloc keeps of the commands that added the nodes. "
	"0.4 KiB less than before the job lost what most dials never need, the "
	"room for a host name and for the command that announces a peer, to "
	"memory that is not touched.\n\n"
	"A dial in flight takes two descriptors, its socket and the eventfd "
	"that cancels it, so 10,000 need a limit of more than 20,000.";

static const struct bench bench = {
	.name = "in_flight",
	.title = "Thousands in flight",
	.question = "What do thousands of dials cost that are in flight at "
		    "once, to nodes that never answer? How long until all are "
		    "under way, and until all are cancelled?",
	.limits = limits,
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 1,
	.seconds_long = 1,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
