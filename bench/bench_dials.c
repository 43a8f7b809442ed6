/* SPDX-License-Identifier: MIT */
/*
 * Question: how many TCP dials a second does the whole dialer make, and what
 * does each cost? Control: threads that dial and do nothing else.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/contenders/bare_dials.h"
#include "bench/contenders/dial_site.h"
#include "bench/contenders/dialer_dials.h"
#include "bench/contenders/epoll_dials.h"
#include "bench/contenders/uring_dials.h"
#include "bench/harness/bench.h"

/* The number of threads is nothing to them, that of dials under way is. */
static bool is_64(const int64_t *values)
{
	return values[DIALS_WORKERS] == 64;
}

static bool is_accepted(const int64_t *values)
{
	return !values[DIALS_REFUSED];
}

static bool is_accepted_of_many(const int64_t *values)
{
	return is_accepted(values) && values[DIALS_WORKERS] >= 16;
}

static bool is_refused(const int64_t *values)
{
	return values[DIALS_REFUSED];
}

static const char *const parameters[] = {"workers", "nodes", "refused", "port",
					 NULL};

static const struct bench_figure figures[] = {
	[DIALS_PER_S] = {"dials_per_s", "dials/s", "", BENCH_MORE_IS_BETTER},
	[DIALS_CPU_S] = {"cpu_s_per_dial", "CPU a dial", "s",
			 BENCH_LESS_IS_BETTER},
	[DIALS_FAILURES_PER_S] = {"failures_per_s", "failures/s", "",
				  BENCH_LESS_IS_BETTER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "dialtone",
	 .title = "dialtone, the whole dialer",
	 .measure = dialer_dials_measure},
	{.name = "threads",
	 .title = "bare threads, blocking connect",
	 .measure = bare_dials_measure,
	 .is_floor = true},
	{.name = "threads_poll",
	 .title = "bare threads, poll and a cancel",
	 .measure = bare_dials_measure_poll},
	{.name = "epoll",
	 .title = "one thread, epoll",
	 .measure = epoll_dials_measure,
	 .runs_at = is_64},
	{.name = "io_uring",
	 .title = "one thread, io_uring",
	 .measure = uring_dials_measure,
	 .runs_at = is_64},
	{.name = "go_dialer",
	 .title = "Go, net.Dialer pool",
	 .command = "dials dialer"},
	{.name = "go_dialtcp",
	 .title = "Go, net.DialTCP pool",
	 .command = "dials dialtcp",
	 .runs_at = is_64},
	{.name = "go_server_loop",
	 .title = "Go, a loop like Server.run's",
	 .command = "dials server_loop"},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {1, 1000, 0, DIAL_SITE_ACCEPTS}, .only_long = true},
	{.values = {16, 1000, 0, DIAL_SITE_ACCEPTS}},
	{.values = {64, 1000, 0, DIAL_SITE_ACCEPTS}},
	{.values = {256, 1000, 0, DIAL_SITE_ACCEPTS}},
	{.values = {16, 1000, 1, DIAL_SITE_REFUSES}, .only_long = true},
	{.values = {64, 1000, 1, DIAL_SITE_REFUSES}},
	{.values = {256, 1000, 1, DIAL_SITE_REFUSES}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "accepted",
	 .title = "Dials that are accepted, 1,000 nodes",
	 .figure = "dials_per_s",
	 .parameter = "workers",
	 .values = {0, 1000, 0, DIAL_SITE_ACCEPTS},
	 .log_x = true},
	{.name = "cpu",
	 .title = "CPU of a dial that is accepted",
	 .figure = "cpu_s_per_dial",
	 .parameter = "workers",
	 .values = {0, 1000, 0, DIAL_SITE_ACCEPTS},
	 .log_x = true},
	{.name = NULL},
};

static const struct bench_target targets[] = {
	{.figure = "dials_per_s",
	 .ours = "dialtone",
	 .theirs = "threads",
	 .bound = BENCH_AT_LEAST,
	 .ratio = 0.95,
	 .holds_at = is_accepted_of_many},
	{.figure = "dials_per_s",
	 .ours = "dialtone",
	 .theirs = "go_dialer",
	 .bound = BENCH_AT_LEAST,
	 .ratio = 1.7,
	 .holds_at = is_accepted},
	{.figure = "dials_per_s",
	 .ours = "dialtone",
	 .theirs = "go_server_loop",
	 .bound = BENCH_AT_LEAST,
	 .ratio = 4,
	 .holds_at = is_accepted},
	{.figure = "dials_per_s",
	 .ours = "dialtone",
	 .theirs = "threads",
	 .bound = BENCH_AT_LEAST,
	 .ratio = 0.9,
	 .holds_at = is_refused},
	{.figure = NULL},
};

/* From perf record -e cpu-clock -g and strace -f -c of this program. */
static const char limits[] =
	"The floor is the kernel: of the samples in the dialer's workers 39% "
	"are in connect(2), which on loopback runs both sides of the handshake "
	"in the caller, and 16% in close(2).\n\n"
	"The dialer takes 1.5 to 1.9 times the floor's CPU for a dial that is "
	"accepted, and about 1.9 times for one that is refused. What it does "
	"more: four system calls (TCP_NODELAY, poll, SO_ERROR, and getsockname "
	"for a socket that is connected to itself), the hand-off there and "
	"back, for an accepted dial two commands (the peer comes, the peer "
	"goes), and 0.1 to 1 context switch a dial where the floor has 0.01 to "
	"0.1: its threads never wait for each other. On 2 cores that are taken "
	"already, all of it is paid for with dials. poll and a cancel alone "
	"cost the threads 5% to 15%.\n\n"
	"Rates vary twofold from round to round on a machine that does "
	"anything else; the CPU of a dial does not.";

static const struct bench bench = {
	.name = "dials",
	.title = "TCP dials",
	.question = "How many TCP dials a second does the whole dialer make on "
		    "loopback, and what does each cost? Each is connected and "
		    "closed with a reset, or refused.",
	.limits = limits,
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 0.2,
	.seconds_long = 2,
};

int main(int argc, char **argv)
{
	pid_t site = dial_site_start();
	int status;

	if (site < 0) {
		fprintf(stderr,
			"bench_dials: no listener at port %d or %d: %s\n",
			DIAL_SITE_ACCEPTS, DIAL_SITE_REFUSES,
			strerrordesc_np(errno));
		return 1;
	}
	status = bench_main(&bench, argc, argv);
	dial_site_stop(site);
	return status;
}
