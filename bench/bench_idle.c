/* SPDX-License-Identifier: MIT */
/*
 * Question: what does a dialer cost that has nothing to do? Counted are the
 * context switches of all threads but the one that counts, so also each wake-up
 * of a worker, the scheduler or the peer keeper. Control: bare threads, which
 * wait on one futex, and as many that look every 100 ms whether there is
 * something to do, as simple pools have it.
 *
 * Counting begins a second after the last peer has connected, or the last node
 * has entered the history.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/dialtone.h"

#include "bench/contenders/idle_threads.h"
#include "bench/harness/bench.h"
#include "bench/harness/measure.h"

enum {
	WORKERS, /* the parameters */
	CONNECTED,
	WAITING,
};

enum figure {
	WAKE_UPS,
	CPU,
	CPU_SHARE,
};

enum {
	SETTLE_MS = 1000,
	LOOK_MS = 10,
	READY_MS = 30000, /* connected, or in the history, by then */
	BATCH = 1000,
	STACK_SIZE = 64 * 1024, /* what dialtone's workers have */
};

#define HOUR_MS INT64_C(3600000)

struct own {
	int64_t cpu_ns;
	int64_t switches;
};

static struct own read_own(void)
{
	struct rusage own;
	struct timespec cpu;

	getrusage(RUSAGE_THREAD, &own);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
	return (struct own){
		.cpu_ns = cpu.tv_sec * INT64_C(1000000000) + cpu.tv_nsec,
		.switches = own.ru_nvcsw + own.ru_nivcsw,
	};
}

/* Of all threads of this process but the calling one. */
static struct bench_usage read_others(void)
{
	struct bench_usage usage;
	struct own before;
	struct own after = read_own();

	/* Again if this thread was switched away meanwhile. */
	do {
		before = after;
		usage = bench_usage();
		after = read_own();
	} while (after.switches != before.switches);
	usage.switches -= before.switches;
	usage.cpu_ns -= before.cpu_ns;
	return usage;
}

static void count(struct bench_result *result, double seconds)
{
	struct bench_usage before;
	struct bench_usage after;
	double cpu_s;

	poll(NULL, 0, SETTLE_MS);
	before = read_others();
	poll(NULL, 0, (int)(seconds * 1e3));
	after = read_others();
	cpu_s = (double)(after.cpu_ns - before.cpu_ns) / 1e9;
	/* Of the process less of the thread: they are not read at once. */
	cpu_s = cpu_s > 0 ? cpu_s : 0;
	result->figures[WAKE_UPS] = (double)(after.switches - before.switches);
	result->figures[CPU] = cpu_s;
	result->figures[CPU_SHARE] = 100 * cpu_s / seconds;
}

/* Nobody accepts: the kernel connects whom the queue has room for. */
static int listen_on_loopback(struct dt_endpoint *endpoint, int connections)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, length) ||
	    listen(fd, connections) ||
	    getsockname(fd, (struct sockaddr *)&address, &length)) {
		close(fd);
		return -1;
	}
	*endpoint = (struct dt_endpoint){
		.ip = {127, 0, 0, 1},
		.family = 4,
		.tcp_port = ntohs(address.sin_port),
	};
	return fd;
}

/* Instead of a network, where there are 100,000 nodes. */
static enum dt_outcome refuse(void *context, const struct dt_op *op, int *fd,
			      struct dt_outcome_detail *detail,
			      const struct dt_node *node)
{
	(void)context;
	(void)op;
	(void)detail;
	(void)node;
	*fd = -1;
	return DT_OUTCOME_REFUSED;
}

static dt_err add_nodes(dt_dialer *dialer, const struct dt_endpoint *endpoint,
			uint32_t nodes)
{
	struct dt_node batch[BATCH];
	dt_err err = DT_OK;

	for (uint32_t i = 0; i < nodes && !err;) {
		uint32_t filled = 0;

		for (; filled < BATCH && i < nodes; filled++, i++) {
			batch[filled] = (struct dt_node){.endpoint = *endpoint};
			memcpy(batch[filled].id.bytes, &i, sizeof(i));
		}
		err = dt_dialer_add_static(dialer, batch, filled);
	}
	return err;
}

/* Until there is nothing more to do. False: it did not come to that. */
static bool await(const dt_dialer *dialer, const struct bench_run *run)
{
	struct dt_counters counters;

	for (int waited_ms = 0; waited_ms < READY_MS; waited_ms += LOOK_MS) {
		dt_dialer_counters(dialer, &counters, sizeof(counters));
		if (counters.peers == (uint64_t)run->values[CONNECTED] &&
		    counters.history >= (uint64_t)run->values[WAITING])
			return true;
		poll(NULL, 0, LOOK_MS);
	}
	return false;
}

static void measure_started(struct bench_result *result,
			    const struct bench_run *run, dt_dialer *dialer,
			    const struct dt_endpoint *endpoint)
{
	uint32_t nodes =
		(uint32_t)(run->values[CONNECTED] + run->values[WAITING]);
	struct dt_error error = {.text = ""};

	if (dt_dialer_start(dialer, &error))
		bench_fail(result, "%s", error.text);
	else if (add_nodes(dialer, endpoint, nodes))
		bench_fail(result, "the nodes cannot be added");
	else if (!await(dialer, run))
		bench_fail(result, "not all is connected, or in the history");
	else
		count(result, run->seconds);
}

static void measure_with(struct bench_result *result,
			 const struct bench_run *run,
			 const struct dt_endpoint *endpoint)
{
	struct dt_error error = {.text = ""};
	struct dt_config config;
	dt_dialer *dialer;

	dt_config_init(&config, sizeof(config));
	config.max_active_dials = (uint32_t)run->values[WORKERS];
	config.history_expiration_ms = HOUR_MS;
	if (run->values[WAITING] > 0)
		config.transport.connect = refuse;
	if (dt_dialer_create(&dialer, &config, &error)) {
		bench_fail(result, "%s", error.text);
		return;
	}
	measure_started(result, run, dialer, endpoint);
	dt_dialer_destroy(dialer);
}

static void measure_dialer(struct bench_result *result,
			   const struct bench_run *run)
{
	struct dt_endpoint endpoint;
	int listener =
		listen_on_loopback(&endpoint, (int)run->values[CONNECTED] + 1);

	if (listener < 0) {
		bench_fail(result, "no listening socket on 127.0.0.1");
		return;
	}
	measure_with(result, run, &endpoint);
	close(listener);
}

static void measure_threads(struct bench_result *result,
			    const struct bench_run *run,
			    enum idle_threads_wait wait)
{
	struct idle_threads threads;

	if (!idle_threads_start(&threads, wait, (size_t)run->values[WORKERS],
				STACK_SIZE)) {
		bench_fail(result, "so many threads cannot be made");
		return;
	}
	count(result, run->seconds);
	idle_threads_stop(&threads);
}

static void measure_futex(struct bench_result *result,
			  const struct bench_run *run)
{
	measure_threads(result, run, IDLE_THREADS_FUTEX);
}

static void measure_polling(struct bench_result *result,
			    const struct bench_run *run)
{
	measure_threads(result, run, IDLE_THREADS_POLLING);
}

static bool has_no_nodes(const int64_t *values)
{
	return values[CONNECTED] == 0 && values[WAITING] == 0;
}

static const char *const parameters[] = {"workers", "connected", "waiting",
					 NULL};

static const struct bench_figure figures[] = {
	[WAKE_UPS] = {"wake_ups", "wake-ups", "", BENCH_LESS_IS_BETTER},
	[CPU] = {"cpu_s", "CPU", "s", BENCH_LESS_IS_BETTER},
	[CPU_SHARE] = {"cpu_percent", "CPU, % of one", "",
		       BENCH_LESS_IS_BETTER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "dialtone", .title = "dialtone", .measure = measure_dialer},
	{.name = "threads",
	 .title = "bare threads on a futex",
	 .measure = measure_futex,
	 .is_floor = true,
	 .runs_at = has_no_nodes},
	{.name = "polling",
	 .title = "threads that look every 100 ms",
	 .measure = measure_polling,
	 .runs_at = has_no_nodes},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {64, 0, 0}},
	{.values = {1024, 0, 0}},
	{.values = {64, 64, 0}},
	{.values = {1024, 64, 0}, .only_long = true},
	{.values = {64, 0, 100000}},
	{.values = {1024, 0, 100000}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "cpu",
	 .title = "CPU of idle workers",
	 .figure = "cpu_percent",
	 .parameter = "workers",
	 .log_x = true},
	{.name = NULL},
};

static const struct bench_target targets[] = {
	{.figure = "wake_ups",
	 .ours = "dialtone",
	 .bound = BENCH_AT_MOST,
	 .ratio = 0},
	{.figure = NULL},
};

static const struct bench bench = {
	.name = "idle",
	.title = "Idle",
	.question = "How often does a dialer wake up that has nothing to do: "
		    "without nodes, with connected ones, and with nodes that "
		    "all wait for their history?",
	.limits =
		"Nothing: there is no wake-up to save. Workers sleep on one "
		"futex and the peer keeper in epoll_wait, both without a time "
		"limit; the scheduler sleeps until the next thing that is "
		"due, here an hour away. What spins does so before it sleeps, "
		"not instead."
		"\n\n"
		"A thread that looks every 100 ms costs 10 wake-ups a second "
		"and about 0.01% of a processor, so 1,024 of them cost a "
		"tenth of one for nothing.",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 2,
	.seconds_long = 60,
	.rounds = 1,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
