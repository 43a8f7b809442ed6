/* SPDX-License-Identifier: MIT */
/*
 * Question: how many RLPx handshakes, with both Hellos, does a core make, by
 * what the curve takes of it, which nobody can save, and by what go-ethereum
 * makes? A handshake is both roles of it: a node that dials or is dialed has
 * half of the work.
 *
 * `over_tcp` 0: the bytes are handed over in memory. 1: over a TCP connection on
 * loopback, which is made and reset each time. Either side is one process that
 * keeps one processor busy; its time is all that it uses, system calls included.
 */
#include "bench/contenders/cpu_pair.h"
#include "bench/contenders/curve_floor.h"
#include "bench/contenders/floor_slices.h"
#include "bench/contenders/handshake_ends.h"
#include "bench/harness/bench.h"
#include "bench/harness/measure.h"

enum {
	OVER_TCP, /* the parameter */
};

enum figure {
	PER_CORE,
	CPU,
	OF_FLOOR,
	PER_SECOND,
};

#define TARGET 1.5

static void report(struct bench_result *result, struct floor_slices *slices)
{
	const struct floor_slice *subject = &slices->subject;

	if (slices->pairs == 0) {
		bench_fail(result, "a handshake was refused");
		return;
	}
	result->figures[PER_CORE] = 1 / floor_slice_cpu_s(subject);
	result->figures[CPU] = floor_slice_cpu_s(subject);
	result->figures[OF_FLOOR] = floor_slices_share(slices);
	result->figures[PER_SECOND] =
		(double)subject->count / ((double)subject->ns / 1e9);
}

static void measure_beside(struct bench_result *result,
			   const struct bench_run *run,
			   bool (*shake)(void *subject, uint64_t times),
			   void *subject)
{
	int64_t end_ns = bench_now_ns() + (int64_t)(run->seconds * 1e9);
	struct curve_floor *floor = curve_floor_create();
	struct floor_slices slices = {.pairs = 0};

	if (!floor) {
		bench_fail(result, "no memory");
		return;
	}
	cpu_pair_pin(0, cpu_pair_find().numbers[0]);
	do {
		struct floor_slice ours =
			floor_slice_run(shake, subject ? subject : floor);
		struct floor_slice curve =
			floor_slice_run(curve_floor_run, floor);

		floor_slices_add(&slices, &ours, &curve);
	} while (bench_now_ns() < end_ns);
	report(result, &slices);
	curve_floor_destroy(floor);
}

static void measure_curve(struct bench_result *result,
			  const struct bench_run *run)
{
	measure_beside(result, run, curve_floor_run, NULL);
}

static void measure_literal(struct bench_result *result,
			    const struct bench_run *run)
{
	measure_beside(result, run, curve_floor_run_literally, NULL);
}

static void measure_dialtone(struct bench_result *result,
			     const struct bench_run *run)
{
	struct handshake_ends *ends =
		handshake_ends_create(run->values[OVER_TCP] != 0);

	if (!ends) {
		bench_fail(result, "no memory, or no listener");
		return;
	}
	measure_beside(result, run, handshake_ends_run, ends);
	handshake_ends_destroy(ends);
}

static bool is_in_memory(const int64_t *values)
{
	return values[OVER_TCP] == 0;
}

static const char *const parameters[] = {"over_tcp", NULL};

static const struct bench_figure figures[] = {
	[PER_CORE] = {"handshakes_per_cpu_s", "handshakes a core and second",
		      "", BENCH_MORE_IS_BETTER},
	[CPU] = {"cpu_s", "CPU a handshake", "s", BENCH_LESS_IS_BETTER},
	[OF_FLOOR] = {"of_floor", "of the curve's rate", "",
		      BENCH_MORE_IS_BETTER},
	[PER_SECOND] = {"handshakes_per_s", "handshakes/s", "",
			BENCH_MORE_IS_BETTER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "dialtone", .title = "dialtone", .measure = measure_dialtone},
	{.name = "curve",
	 .title = "the curve's operations alone",
	 .measure = measure_curve,
	 .is_floor = true},
	{.name = "curve_literally",
	 .title = "the same, with the specification word by word",
	 .measure = measure_literal,
	 .runs_at = is_in_memory},
	{.name = "geth",
	 .title = "go-ethereum's p2p/rlpx",
	 .command = "handshakes"},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {0}},
	{.values = {1}},
};

static const struct bench_plot plots[] = {
	{.name = "rate",
	 .title = "RLPx handshakes a core and second, both roles",
	 .figure = "handshakes_per_cpu_s",
	 .parameter = "over_tcp"},
	{.name = NULL},
};

static const struct bench_target targets[] = {
	{.figure = "handshakes_per_cpu_s",
	 .ours = "dialtone",
	 .theirs = "geth",
	 .bound = BENCH_AT_LEAST,
	 .ratio = TARGET,
	 .holds_at = is_in_memory},
	{.figure = NULL},
};

static const struct bench bench = {
	.name = "handshakes",
	.title = "Handshakes",
	.question = "How many RLPx handshakes, with the Hellos of both sides, "
		    "does one core make as initiator and recipient together, "
		    "by what the elliptic curve alone allows?",
	.limits = "The curve: libsecp256k1 has 94% of the time in memory. Of "
		  "the rest (26 us) two thirds are Keccak-256: the MACs of "
		  "both packets and of four frames, some 40 permutations at "
		  "both ends. Over TCP the kernel takes 60 us more for a "
		  "connection that is made, spoken over three times and "
		  "reset."
		  "\n\n"
		  "Taken word by word the handshake has 8 shared secrets, 3 "
		  "public keys, a signature and a recovery. A recipient of "
		  "ours saves one of each of the first: the secret with the "
		  "key that it recovers comes of the recovery, and its "
		  "ephemeral key seals the ack too. So it is faster than "
		  "what the curve alone took before."
		  "\n\n"
		  "go-ethereum calls a newer libsecp256k1 of its own (0.6, "
		  "with faster shared secrets than Debian 12's 0.2) but "
		  "makes public keys as it makes shared secrets, one more of "
		  "them, and has big integers and garbage around it.",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 1,
	.seconds_long = 4,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
