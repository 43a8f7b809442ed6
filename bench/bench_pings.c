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
#include "bench/contenders/answer_floor.h"
#include "bench/contenders/cpu_pair.h"
#include "bench/contenders/floor_slices.h"
#include "bench/contenders/ping_crowd.h"
#include "bench/contenders/watched_node.h"
#include "bench/harness/bench.h"
#include "bench/harness/measure.h"

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
};

#define WARM_NS INT64_C(10000000)
#define TARGET  0.85

static void report(struct bench_result *result, struct floor_slices *slices)
{
	const struct floor_slice *subject = &slices->subject;

	if (slices->pairs == 0) {
		bench_fail(result, "nothing was answered");
		return;
	}
	result->figures[PER_CORE] = 1 / floor_slice_cpu_s(subject);
	result->figures[CPU] = floor_slice_cpu_s(subject);
	result->figures[OF_FLOOR] = floor_slices_share(slices);
	result->figures[PER_SECOND] =
		(double)subject->count / ((double)subject->ns / 1e9);
}

static bool sign(void *floor, uint64_t answers)
{
	return answer_floor_run(floor, ANSWER_FLOOR_SIGNATURES, answers);
}

static bool read_and_write(void *floor, uint64_t answers)
{
	return answer_floor_run(floor, ANSWER_FLOOR_PACKETS, answers);
}

/* ---- floors ---- */

static void measure_floor(struct bench_result *result,
			  const struct bench_run *run,
			  bool (*answer)(void *floor, uint64_t answers))
{
	int64_t end_ns = bench_now_ns() + (int64_t)(run->seconds * 1e9);
	struct answer_floor *floor =
		answer_floor_create(run->values[NEW_PEERS] != 0);
	struct floor_slices slices = {.pairs = 0};

	if (!floor) {
		bench_fail(result, "no memory");
		return;
	}
	cpu_pair_pin(0, cpu_pair_find().numbers[0]);
	do {
		struct floor_slice subject = floor_slice_run(answer, floor);
		struct floor_slice signatures = floor_slice_run(sign, floor);

		floor_slices_add(&slices, &subject, &signatures);
	} while (bench_now_ns() < end_ns);
	report(result, &slices);
	answer_floor_destroy(floor);
}

static void measure_signatures(struct bench_result *result,
			       const struct bench_run *run)
{
	measure_floor(result, run, sign);
}

static void measure_packets(struct bench_result *result,
			    const struct bench_run *run)
{
	measure_floor(result, run, read_and_write);
}

/* ---- dialtone ---- */

struct subject {
	struct watched_node node;
	struct ping_crowd *crowd;
	struct answer_floor *floor;
	size_t in_flight;
};

static struct floor_slice run_crowd(struct subject *subject)
{
	struct floor_slice before;
	struct floor_slice slice;
	int64_t begin_ns;

	ping_crowd_run(subject->crowd, subject->in_flight,
		       bench_now_ns() + WARM_NS);
	begin_ns = bench_now_ns();
	before.count = ping_crowd_answers(subject->crowd);
	before.cpu_ns = watched_node_cpu_ns(&subject->node);
	ping_crowd_run(subject->crowd, subject->in_flight,
		       begin_ns + FLOOR_SLICE_NS);
	slice.cpu_ns = watched_node_cpu_ns(&subject->node) - before.cpu_ns;
	slice.count = ping_crowd_answers(subject->crowd) - before.count;
	slice.ns = bench_now_ns() - begin_ns;
	return slice;
}

static void measure_bonded(struct bench_result *result,
			   const struct bench_run *run, struct subject *subject)
{
	int64_t end_ns = bench_now_ns() + (int64_t)(run->seconds * 1e9);
	struct cpu_pair cpus = cpu_pair_find();
	struct floor_slices slices = {.pairs = 0};

	cpu_pair_pin(subject->node.thread, cpus.numbers[0]);
	do {
		struct floor_slice answers;
		struct floor_slice signatures;

		cpu_pair_pin(0, cpus.numbers[1]);
		answers = run_crowd(subject);
		cpu_pair_pin(0, cpus.numbers[0]);
		signatures = floor_slice_run(sign, subject->floor);
		floor_slices_add(&slices, &answers, &signatures);
	} while (bench_now_ns() < end_ns);
	report(result, &slices);
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
