/* SPDX-License-Identifier: MIT */
/*
 * Question: how many pings does a core answer, by what it takes to recover and
 * to make the signatures, which nobody can save? Control: those signatures with
 * nothing around them, and the packets without sockets.
 *
 * What counts is the processor time of the thread that answers, system calls
 * included; whoever asks runs elsewhere. `of_floor` compares with the
 * signatures alone on the same processor, in slices that take turns: the median
 * of all pairs.
 */
#include <time.h>

#include "bench/contenders/answer_floor.h"
#include "bench/contenders/cpu_pair.h"
#include "bench/contenders/ping_crowd.h"
#include "bench/contenders/watched_node.h"
#include "bench/harness/bench.h"
#include "bench/harness/measure.h"
#include "bench/harness/statistics.h"

enum {
	NEW_PEERS, /* the parameters */
	IN_FLIGHT,
};

enum figure {
	PER_CORE,
	CPU,
	OF_FLOOR,
	PER_SECOND,
};

enum {
	MANY = 256,
	MANY_NEW = 128, /* of those, a node has half of its requests for */
	HOUR_MS = 3600000,
	ANSWERS_BETWEEN_CLOCKS = 16,
	SLICES_MAX = 1024,
};

#define SLICE_NS INT64_C(50000000)
#define WARM_NS  INT64_C(10000000)
#define TARGET   0.85

/* What was answered, and what it took. */
struct account {
	uint64_t answers;
	int64_t cpu_ns;
	int64_t ns;
};

/* A subject's slices, and those of the signatures alone that follow them. */
struct comparison {
	struct account subject;
	double ratios[SLICES_MAX]; /* of each pair: what a signature costs */
	size_t pairs;
};

static double cpu_s(const struct account *account)
{
	return (double)account->cpu_ns / 1e9 / (double)account->answers;
}

static void compare(struct comparison *comparison, const struct account *slice,
		    const struct account *floor)
{
	if (slice->answers == 0 || floor->answers == 0 ||
	    comparison->pairs == SLICES_MAX)
		return;
	comparison->subject.answers += slice->answers;
	comparison->subject.cpu_ns += slice->cpu_ns;
	comparison->subject.ns += slice->ns;
	comparison->ratios[comparison->pairs++] = cpu_s(floor) / cpu_s(slice);
}

static void report(struct bench_result *result, struct comparison *comparison)
{
	const struct account *subject = &comparison->subject;

	if (comparison->pairs == 0) {
		bench_fail(result, "nothing was answered");
		return;
	}
	result->figures[PER_CORE] = 1 / cpu_s(subject);
	result->figures[CPU] = cpu_s(subject);
	result->figures[OF_FLOOR] =
		bench_statistics_summary(comparison->ratios, comparison->pairs)
			.median;
	result->figures[PER_SECOND] =
		(double)subject->answers / ((double)subject->ns / 1e9);
}

static int64_t own_cpu_ns(void)
{
	struct timespec cpu;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
	return cpu.tv_sec * INT64_C(1000000000) + cpu.tv_nsec;
}

/* None are answered if a signature is not right. */
static struct account run_floor(struct answer_floor *floor,
				enum answer_floor_kind kind)
{
	struct account account = {.answers = 0};
	int64_t begin_ns = bench_now_ns();
	int64_t begin_cpu_ns = own_cpu_ns();

	do {
		if (!answer_floor_run(floor, kind, ANSWERS_BETWEEN_CLOCKS))
			return (struct account){.answers = 0};
		account.answers += ANSWERS_BETWEEN_CLOCKS;
		account.ns = bench_now_ns() - begin_ns;
	} while (account.ns < SLICE_NS);
	account.cpu_ns = own_cpu_ns() - begin_cpu_ns;
	return account;
}

/* ---- floors ---- */

static void measure_floor(struct bench_result *result,
			  const struct bench_run *run,
			  enum answer_floor_kind kind)
{
	int64_t end_ns = bench_now_ns() + (int64_t)(run->seconds * 1e9);
	struct answer_floor *floor =
		answer_floor_create(run->values[NEW_PEERS] != 0);
	struct comparison comparison = {.pairs = 0};

	if (!floor) {
		bench_fail(result, "no memory");
		return;
	}
	cpu_pair_pin(0, cpu_pair_find().numbers[0]);
	do {
		struct account subject = run_floor(floor, kind);
		struct account signatures =
			run_floor(floor, ANSWER_FLOOR_SIGNATURES);

		compare(&comparison, &subject, &signatures);
	} while (bench_now_ns() < end_ns);
	report(result, &comparison);
	answer_floor_destroy(floor);
}

static void measure_signatures(struct bench_result *result,
			       const struct bench_run *run)
{
	measure_floor(result, run, ANSWER_FLOOR_SIGNATURES);
}

static void measure_packets(struct bench_result *result,
			    const struct bench_run *run)
{
	measure_floor(result, run, ANSWER_FLOOR_PACKETS);
}

/* ---- dialtone ---- */

struct subject {
	struct watched_node node;
	struct ping_crowd *crowd;
	struct answer_floor *floor;
	size_t in_flight;
};

static struct account run_crowd(struct subject *subject)
{
	struct account before;
	struct account account;
	int64_t begin_ns;

	ping_crowd_run(subject->crowd, subject->in_flight,
		       bench_now_ns() + WARM_NS);
	begin_ns = bench_now_ns();
	before.answers = ping_crowd_answers(subject->crowd);
	before.cpu_ns = watched_node_cpu_ns(&subject->node);
	ping_crowd_run(subject->crowd, subject->in_flight, begin_ns + SLICE_NS);
	account.cpu_ns = watched_node_cpu_ns(&subject->node) - before.cpu_ns;
	account.answers = ping_crowd_answers(subject->crowd) - before.answers;
	account.ns = bench_now_ns() - begin_ns;
	return account;
}

static void measure_bonded(struct bench_result *result,
			   const struct bench_run *run, struct subject *subject)
{
	int64_t end_ns = bench_now_ns() + (int64_t)(run->seconds * 1e9);
	struct cpu_pair cpus = cpu_pair_find();
	struct comparison comparison = {.pairs = 0};

	cpu_pair_pin(subject->node.thread, cpus.numbers[0]);
	do {
		struct account answers;
		struct account signatures;

		cpu_pair_pin(0, cpus.numbers[1]);
		answers = run_crowd(subject);
		cpu_pair_pin(0, cpus.numbers[0]);
		signatures = run_floor(subject->floor, ANSWER_FLOOR_SIGNATURES);
		compare(&comparison, &answers, &signatures);
	} while (bench_now_ns() < end_ns);
	report(result, &comparison);
}

static void measure_subject(struct bench_result *result,
			    const struct bench_run *run,
			    struct subject *subject)
{
	bool new_peers = run->values[NEW_PEERS] != 0;

	subject->crowd = ping_crowd_create(&subject->node.self, new_peers);
	subject->floor = answer_floor_create(new_peers);
	if (!subject->crowd || !subject->floor)
		bench_fail(result, "no memory, or no socket");
	else if (!ping_crowd_bond(subject->crowd))
		bench_fail(result, "the node does not answer all");
	else
		measure_bonded(result, run, subject);
	if (subject->floor)
		answer_floor_destroy(subject->floor);
	if (subject->crowd)
		ping_crowd_destroy(subject->crowd);
}

static void measure_dialtone(struct bench_result *result,
			     const struct bench_run *run)
{
	struct subject subject = {.in_flight = (size_t)run->values[IN_FLIGHT]};
	struct dt_error error = {.text = ""};
	struct dt_config config;

	dt_config_init(&config, sizeof(config));
	/* Checks are not what is counted. */
	config.check_interval_ms = HOUR_MS;
	if (run->values[NEW_PEERS] != 0)
		config.max_proofs = PING_CROWD_REMEMBERS;
	if (watched_node_start(&subject.node, &config, &error)) {
		measure_subject(result, run, &subject);
		watched_node_stop(&subject.node);
	} else {
		bench_fail(result, "%s", error.text);
	}
	dt_config_fini(&config);
}

static bool has_many(const int64_t *values)
{
	return values[IN_FLIGHT] == (values[NEW_PEERS] ? MANY_NEW : MANY);
}

static const char *const parameters[] = {"new_peers", "in_flight", NULL};

static const struct bench_figure figures[] = {
	[PER_CORE] = {"answers_per_cpu_s", "answers a core and second", "",
		      BENCH_MORE_IS_BETTER},
	[CPU] = {"cpu_s", "CPU an answer", "s", BENCH_LESS_IS_BETTER},
	[OF_FLOOR] = {"of_floor", "of the signatures' rate", "",
		      BENCH_MORE_IS_BETTER},
	[PER_SECOND] = {"answers_per_s", "answers/s", "", BENCH_NEITHER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "dialtone", .title = "dialtone", .measure = measure_dialtone},
	{.name = "signatures",
	 .title = "recover and sign, nothing else",
	 .measure = measure_signatures,
	 .is_floor = true,
	 .runs_at = has_many},
	{.name = "packets",
	 .title = "packets without sockets",
	 .measure = measure_packets,
	 .runs_at = has_many},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {0, MANY}},
	{.values = {1, MANY_NEW}},
	{.values = {0, 1}},
	{.values = {0, 4}, .only_long = true},
	{.values = {0, 16}, .only_long = true},
	{.values = {0, 64}, .only_long = true},
	{.values = {0, 1024}, .only_long = true},
	{.values = {1, 16}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "share",
	 .title = "Pings answered, by what signatures alone allow",
	 .figure = "of_floor",
	 .parameter = "in_flight",
	 .log_x = true},
	{.name = NULL},
};

static const struct bench_target targets[] = {
	{.figure = "of_floor",
	 .ours = "dialtone",
	 .bound = BENCH_AT_LEAST,
	 .ratio = TARGET,
	 .holds_at = has_many},
	{.figure = NULL},
};

static const struct bench bench = {
	.name = "pings",
	.title = "Pings",
	.question = "How many pings does one core answer, of those who are "
		    "known and of new peers (with the proof of both "
		    "endpoints), by what the signatures alone allow?",
	.limits = "The signatures. Of the time of the thread that answers, "
		  "256 pings of known peers in flight, libsecp256k1 has "
		  "88.6%, the kernel 5.9% (32 datagrams a system call; most "
		  "of it is spent in handing what is sent to whoever asked, "
		  "who is on the same machine), Keccak-256 2.7% (each "
		  "packet is hashed for its signature and once more as a "
		  "whole) and all of ours 2.6%: packets, limits, proofs, "
		  "requests, the table, counters. Of new peers, whose four "
		  "packets are two signatures and two recoveries, it is "
		  "87.4, 6.3, 2.7 and 3.2% (perf, samples by processor "
		  "time)."
		  "\n\n"
		  "With one ping in flight each has a wake-up and three "
		  "system calls of its own, on a processor that has gone to "
		  "sleep meanwhile: half as much again."
		  "\n\n"
		  "Processors of a virtual machine that is not alone differ "
		  "by half for seconds. So floor and node are compared on "
		  "the same one, pair by pair of slices; absolute figures "
		  "are as good as the moment.",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 0.6,
	.seconds_long = 4,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
