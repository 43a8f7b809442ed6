/* SPDX-License-Identifier: MIT */
/*
 * Question: how much does a node remember of those who ping it, each with an id
 * and an address of its own, and what does it cost to decide? Control: the same
 * machine with room for all of them.
 *
 * `grown` is the memory after so many by that after a tenth of them. No sockets
 * and no signatures: what they cost is in `pings`.
 */
#include "bench/contenders/forged_ids.h"
#include "bench/harness/bench.h"
#include "bench/harness/measure.h"

enum {
	IDS, /* the parameters */
	ANSWERING,
};

enum figure {
	BYTES,
	GROWN,
	A_PING,
};

enum {
	TENTHS = 10,
	MAX_PROOFS = 8192, /* the default */
	MOST = 1000000,
};

#define FLAT 1.05

static void ping_all(struct bench_result *result, struct forged_ids *ids,
		     uint64_t tenth)
{
	double bytes;
	int64_t begin_ns;
	int64_t end_ns;

	forged_ids_run(ids, tenth);
	bytes = (double)forged_ids_bytes(ids);
	begin_ns = bench_usage().cpu_ns;
	forged_ids_run(ids, (TENTHS - 1) * tenth);
	end_ns = bench_usage().cpu_ns;
	result->figures[BYTES] = (double)forged_ids_bytes(ids);
	result->figures[GROWN] = (double)forged_ids_bytes(ids) / bytes;
	result->figures[A_PING] = (double)(end_ns - begin_ns) / 1e9 /
				  (double)((TENTHS - 1) * tenth);
}

static void measure(struct bench_result *result, const struct bench_run *run,
		    uint32_t max_proofs, bool is_limited)
{
	struct forged_ids_options options = {
		.max_proofs = max_proofs,
		.is_limited = is_limited,
		.answers = run->values[ANSWERING] != 0,
	};
	struct forged_ids *ids = forged_ids_create(&options);

	if (!ids) {
		bench_fail(result, "no memory for the machine");
		return;
	}
	ping_all(result, ids, (uint64_t)run->values[IDS] / TENTHS);
	forged_ids_destroy(ids);
}

static void measure_limited(struct bench_result *result,
			    const struct bench_run *run)
{
	measure(result, run, MAX_PROOFS, true);
}

static void measure_admitted(struct bench_result *result,
			     const struct bench_run *run)
{
	measure(result, run, MAX_PROOFS, false);
}

static void measure_unbounded(struct bench_result *result,
			      const struct bench_run *run)
{
	measure(result, run, (uint32_t)run->values[IDS], false);
}

static bool are_forged(const int64_t *values)
{
	return values[ANSWERING] == 0;
}

static bool is_most(const int64_t *values)
{
	return values[IDS] == MOST;
}

static const char *const parameters[] = {"ids", "answering", NULL};

static const struct bench_figure figures[] = {
	[BYTES] = {"bytes", "memory", "B", BENCH_LESS_IS_BETTER},
	[GROWN] = {"grown", "by that after a tenth", "", BENCH_LESS_IS_BETTER},
	[A_PING] = {"a_ping_s", "a ping", "s", BENCH_LESS_IS_BETTER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "dialtone",
	 .title = "dialtone's machine",
	 .measure = measure_limited},
	{.name = "admitted",
	 .title = "the same, all admitted",
	 .measure = measure_admitted},
	{.name = "unbounded",
	 .title = "the same, room for all",
	 .measure = measure_unbounded,
	 .runs_at = are_forged},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {10000, 0}},
	{.values = {100000, 0}},
	{.values = {1000000, 0}},
	{.values = {1000000, 1}},
	{.values = {10000, 1}, .only_long = true},
	{.values = {100000, 1}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "memory",
	 .title = "Memory of a node by forged identities",
	 .figure = "bytes",
	 .parameter = "ids",
	 .log_x = true,
	 .log_y = true},
	{.name = NULL},
};

#define IS_FLAT(contender)                                                 \
	{                                                                  \
		.figure = "grown", .ours = (contender),                    \
		.bound = BENCH_AT_MOST, .ratio = FLAT, .holds_at = is_most \
	}

static const struct bench_target targets[] = {
	IS_FLAT("dialtone"),
	IS_FLAT("admitted"),
	{.figure = NULL},
};

static const struct bench bench = {
	.name = "forged_ids",
	.title = "Forged identities",
	.question = "How much does a node remember of a million forged ids, "
		    "each from an address of its own, and what does it cost to "
		    "decide about one?",
	.limits = "The proofs: 8,192 at most (max_proofs), 177 bytes each, "
		  "all of which a flood fills in a second; then who has "
		  "pinged longest ago and was never proven gives way. The "
		  "networks that are limited take 128 KiB, the requests "
		  "that wait for a reply and the table the rest; none of "
		  "them grows. With room for all, a million take 169 MiB."
		  "\n\n"
		  "A ping costs the machine a third of a microsecond, two "
		  "hundredths of what its signatures cost: three look-ups "
		  "in keyed hashes (is the address known, has the network a "
		  "token, is the id at this address known). Those who "
		  "answer cost a proof, a place in the table or among its "
		  "replacements, and a Keccak hash to find it.",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	/* It takes as long as its ids take. */
	.seconds = 1,
	.seconds_long = 1,
	.rounds = 1,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
