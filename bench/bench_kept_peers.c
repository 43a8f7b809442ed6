/* SPDX-License-Identifier: MIT */
/*
 * Question: what does it cost to keep peers that have nothing to say? Each is
 * pinged after 15 s of silence, and answers. Control: the same number of
 * connections with the same bytes at the same times, but without RLPx.
 *
 * Counted is what is there in addition when all are connected: bytes that were
 * asked of the allocator, and resident memory of the process. What the kernel
 * keeps for a connection is not in it. Processor time is that of the one thread.
 * The remotes are in another process.
 */
#include <poll.h>
#include <pthread.h>
#include <time.h>

#include "workers/rlpx.h"

#include "bench/contenders/bare_keeper.h"
#include "bench/contenders/counted_memory.h"
#include "bench/contenders/peer_crowd.h"
#include "bench/harness/bench.h"
#include "bench/harness/measure.h"

enum {
	PEERS, /* the parameter */
};

enum figure {
	ALLOCATED,
	RESIDENT,
	CPU_SHARE,
	PINGS,
	MISSED,
	LOST,
	STOP,
	STOP_CPU,
};

enum {
	LOOK_MS = 10,
	READY_MS = 120000, /* all are connected by then */
	ANSWERED_MS = 2000,
	INTERVAL_MS = 15000,
};

static int64_t cpu_ns(pthread_t thread)
{
	struct timespec spent = {.tv_sec = 0};
	clockid_t clock;

	if (pthread_getcpuclockid(thread, &clock) == 0)
		clock_gettime(clock, &spent);
	return spent.tv_sec * INT64_C(1000000000) + spent.tv_nsec;
}

/* What is measured, whoever keeps the connections. */
struct subject {
	void *keeper;
	pthread_t thread;
	/* So far: connected, pings sent, pings answered. */
	void (*read)(void *keeper, uint64_t counts[3]);
	size_t (*allocated)(const void *keeper);
};

enum {
	CONNECTED,
	SENT,
	ANSWERED
};

static bool await_connected(const struct subject *subject, uint64_t peers)
{
	uint64_t counts[3];

	for (int waited_ms = 0; waited_ms < READY_MS; waited_ms += LOOK_MS) {
		subject->read(subject->keeper, counts);
		if (counts[CONNECTED] == peers)
			return true;
		poll(NULL, 0, LOOK_MS);
	}
	return false;
}

/* Those that were sent have a moment more to be answered. */
static void count_missed(struct bench_result *result,
			 const struct subject *subject, uint64_t sent_before)
{
	uint64_t at_end[3];
	uint64_t counts[3];

	subject->read(subject->keeper, at_end);
	for (int waited_ms = 0; waited_ms < ANSWERED_MS; waited_ms += LOOK_MS) {
		subject->read(subject->keeper, counts);
		if (counts[ANSWERED] >= at_end[SENT])
			break;
		poll(NULL, 0, LOOK_MS);
	}
	result->figures[PINGS] = (double)(at_end[SENT] - sent_before);
	result->figures[MISSED] =
		counts[ANSWERED] >= at_end[SENT]
			? 0
			: (double)(at_end[SENT] - counts[ANSWERED]);
}

static void measure_idle(struct bench_result *result,
			 const struct bench_run *run,
			 const struct subject *subject)
{
	int64_t before_ns = cpu_ns(subject->thread);
	int64_t began_ns = bench_now_ns();
	uint64_t counts[3];

	subject->read(subject->keeper, counts);
	poll(NULL, 0, (int)(run->seconds * 1e3));
	result->figures[CPU_SHARE] =
		100 * (double)(cpu_ns(subject->thread) - before_ns) /
		(double)(bench_now_ns() - began_ns);
	count_missed(result, subject, counts[SENT]);
	subject->read(subject->keeper, counts);
	result->figures[LOST] =
		(double)run->values[PEERS] - (double)counts[CONNECTED];
}

static void measure_subject(struct bench_result *result,
			    const struct bench_run *run,
			    const struct subject *subject,
			    int64_t resident_before)
{
	double peers = (double)run->values[PEERS];
	size_t allocated = subject->allocated(subject->keeper);

	if (!await_connected(subject, (uint64_t)run->values[PEERS])) {
		bench_fail(result, "not all have connected");
		return;
	}
	result->figures[ALLOCATED] =
		(double)(subject->allocated(subject->keeper) - allocated) /
		peers;
	result->figures[RESIDENT] =
		(double)(bench_resident_bytes() - resident_before) / peers;
	measure_idle(result, run, subject);
}

/* ---- dialtone ---- */

struct kept {
	dt_rlpx *rlpx;
	struct counted_memory memory;
};

static void read_kept(void *keeper, uint64_t counts[3])
{
	struct kept *kept = keeper;
	struct dt_rlpx_counters counters;

	dt_rlpx_counters(kept->rlpx, &counters, sizeof(counters));
	counts[CONNECTED] = counters.peers;
	counts[SENT] = counters.pings_sent;
	counts[ANSWERED] = counters.pongs_received;
}

/* Of the thread's, which is the only one that allocates; nearly now. */
static size_t allocated_kept(const void *keeper)
{
	const struct kept *kept = keeper;

	return kept->memory.live_bytes;
}

/* Each peer is disconnected; the remotes are frozen. */
static void measure_stop(struct bench_result *result, dt_rlpx *rlpx)
{
	int64_t used_ns = bench_usage().cpu_ns;
	int64_t began_ns = bench_now_ns();

	dt_rlpx_stop(rlpx);
	result->figures[STOP_CPU] =
		(double)(bench_usage().cpu_ns - used_ns) / 1e9;
	result->figures[STOP] = (double)(bench_now_ns() - began_ns) / 1e9;
}

static void measure_started(struct bench_result *result,
			    const struct bench_run *run, struct kept *kept)
{
	struct subject subject = {
		.keeper = kept,
		.read = read_kept,
		.allocated = allocated_kept,
	};
	struct dt_node self = dt_rlpx_self(kept->rlpx);
	int64_t resident = bench_resident_bytes();
	struct dt_error error = {.text = ""};
	struct peer_crowd crowd;

	if (!peer_crowd_start(&crowd, &self, (size_t)run->values[PEERS],
			      false)) {
		bench_fail(result, "no process for the remotes");
		return;
	}
	if (dt_rlpx_start(kept->rlpx, NULL, &error)) {
		bench_fail(result, "%s", error.text);
	} else {
		subject.thread = kept->rlpx->thread.handle;
		measure_subject(result, run, &subject, resident);
		peer_crowd_freeze(&crowd);
		measure_stop(result, kept->rlpx);
	}
	peer_crowd_stop(&crowd);
}

static void measure_dialtone(struct bench_result *result,
			     const struct bench_run *run)
{
	struct dt_error error = {.text = ""};
	struct kept kept = {.rlpx = NULL};
	struct dt_config config;

	if (!peer_crowd_allow((size_t)run->values[PEERS])) {
		bench_fail(result, "the limit of open files is too low");
		return;
	}
	dt_config_init(&config, sizeof(config));
	config.allocator = counted_memory_allocator(&kept.memory);
	config.listen = "127.0.0.1:0";
	config.inbound = true;
	config.capabilities = "eth/68";
	config.max_peers = (uint32_t)run->values[PEERS];
	config.max_dyn_dials = 0;
	config.ping_interval_ms = INTERVAL_MS;
	if (dt_rlpx_create(&kept.rlpx, &config, &error)) {
		bench_fail(result, "%s", error.text);
		return;
	}
	measure_started(result, run, &kept);
	dt_rlpx_destroy(kept.rlpx);
}

/* ---- bare connections ---- */

static void read_bare(void *keeper, uint64_t counts[3])
{
	struct bare_keeper *bare = keeper;

	counts[CONNECTED] = atomic_load(&bare->connected);
	counts[SENT] = atomic_load(&bare->sent);
	counts[ANSWERED] = atomic_load(&bare->received);
}

static size_t allocated_bare(const void *keeper)
{
	(void)keeper;
	return 0;
}

static void measure_opened(struct bench_result *result,
			   const struct bench_run *run,
			   struct bare_keeper *keeper)
{
	struct subject subject = {
		.keeper = keeper,
		.read = read_bare,
		.allocated = allocated_bare,
	};
	struct dt_node node = {.endpoint = keeper->at};
	int64_t resident = bench_resident_bytes();
	struct peer_crowd crowd;

	if (!peer_crowd_start(&crowd, &node, (size_t)run->values[PEERS],
			      true)) {
		bench_fail(result, "no process for the remotes");
		return;
	}
	if (bare_keeper_start(keeper)) {
		subject.thread = keeper->thread;
		measure_subject(result, run, &subject, resident);
		bare_keeper_stop(keeper);
	} else {
		bench_fail(result, "no thread");
	}
	peer_crowd_stop(&crowd);
}

static void measure_bare(struct bench_result *result,
			 const struct bench_run *run)
{
	size_t peers = (size_t)run->values[PEERS];
	struct bare_keeper keeper;

	if (!peer_crowd_allow(peers) ||
	    !bare_keeper_open(&keeper, peers, INTERVAL_MS)) {
		bench_fail(result, "the limit of open files is too low");
		return;
	}
	measure_opened(result, run, &keeper);
	bare_keeper_close(&keeper);
}

static const char *const parameters[] = {"peers", NULL};

static const struct bench_figure figures[] = {
	[ALLOCATED] = {"bytes_a_peer", "memory a peer", "B",
		       BENCH_LESS_IS_BETTER},
	[RESIDENT] = {"resident_a_peer", "resident a peer", "B",
		      BENCH_LESS_IS_BETTER},
	[CPU_SHARE] = {"cpu_percent", "CPU, % of one", "",
		       BENCH_LESS_IS_BETTER},
	[PINGS] = {"pings", "pings", "", BENCH_NEITHER},
	[MISSED] = {"missed", "not answered", "", BENCH_LESS_IS_BETTER},
	[LOST] = {"lost", "peers lost", "", BENCH_LESS_IS_BETTER},
	[STOP] = {"stop_s", "stop", "s", BENCH_LESS_IS_BETTER},
	[STOP_CPU] = {"stop_cpu_s", "CPU of it", "s", BENCH_LESS_IS_BETTER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "dialtone", .title = "dialtone", .measure = measure_dialtone},
	{.name = "bare",
	 .title = "bare connections",
	 .measure = measure_bare,
	 .is_floor = true},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {1000}},
	{.values = {5000}},
};

static const struct bench_plot plots[] = {
	{.name = "cpu",
	 .title = "CPU of the thread that keeps peers",
	 .figure = "cpu_percent",
	 .parameter = "peers"},
	{.name = NULL},
};

static const struct bench_target targets[] = {
	{.figure = "missed",
	 .ours = "dialtone",
	 .bound = BENCH_AT_MOST,
	 .ratio = 0},
	{.figure = "lost",
	 .ours = "dialtone",
	 .bound = BENCH_AT_MOST,
	 .ratio = 0},
	{.figure = "stop_s",
	 .ours = "dialtone",
	 .bound = BENCH_AT_MOST,
	 .ratio = 0.1},
	{.figure = NULL},
};

static const struct bench bench = {
	.name = "kept_peers",
	.title = "Kept peers",
	.question = "What do thousands of peers cost that have nothing to say, "
		    "each of which is pinged every 15 seconds?",
	.limits =
		"Memory: a session is 3.2 KiB, of which what its Hello has "
		"said takes 1.6 and the keys and states of both directions "
		"1.4; the rest is the connection and the registry. Nothing "
		"is kept for messages, and for output only while a remote "
		"does not read."
		"\n\n"
		"CPU: two thirds of it are the kernel's, for a ping that is "
		"sent, its pong and a wake-up; a sixth is Keccak-256 and AES "
		"of two frames. The bare connections were made faster one "
		"after the other, so that their pings go in larger bunches, "
		"with fewer wake-ups."
		"\n\n"
		"A stop writes each peer a Disconnect, which goes in one "
		"segment with the end of the stream; the thread that stops it "
		"closes sockets beside the one that writes. Most of it is the "
		"kernel's work, also for the loopback's other end. The "
		"remotes do not run meanwhile: elsewhere they would "
		"have processors of their own.",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	/* Two pings each. */
	.seconds = 30,
	.seconds_long = 60,
	.rounds = 1,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
