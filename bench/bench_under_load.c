/* SPDX-License-Identifier: MIT */
/*
 * Question: what do calls at full speed cost the dials, and what does a call
 * cost meanwhile? 1,000 dials are in flight all the time; see
 * bench/contenders/load.h for the calls, and for whose time is taken. Controls:
 * the same dial state behind one mutex; the dials without any calls, and beside
 * as many threads that are busy with something else.
 */
#include "bench/contenders/load.h"
#include "bench/harness/bench.h"

enum {
	IN_FLIGHT = 1000,
};

enum parameter {
	THREADS,
	DIAL_MS,
};

enum figure {
	DIALS,
	DIAL_RATE_KEPT,
	DIALS_BUSY,
	CALLS,
	COMMANDS_P50,
	ADD_STATIC_P99,
	REMOVE_STATIC_P99,
	PEERS_P99,
	COUNTERS_P99,
	EXPLAIN_P50,
	EXPLAIN_P99,
	SET_P99,
};

static double of_call(struct load *load, enum callable_call call, double share)
{
	return bench_latencies_quantile(&load->latencies[call], share);
}

static void report(struct bench_result *result, struct load *load)
{
	double *figures = result->figures;

	figures[DIALS] = load_dial_rate(load, LOAD_CALLS);
	figures[DIAL_RATE_KEPT] = load_dial_rate(load, LOAD_CALLS) /
				  load_dial_rate(load, LOAD_ALONE);
	figures[DIALS_BUSY] = load_dial_rate(load, LOAD_BUSY);
	figures[CALLS] = (double)load->calls / load->seconds[LOAD_CALLS];
	figures[COMMANDS_P50] = bench_latencies_quantile(&load->commands, 0.5);
	figures[ADD_STATIC_P99] = of_call(load, CALLABLE_ADD_STATIC, 0.99);
	figures[REMOVE_STATIC_P99] =
		of_call(load, CALLABLE_REMOVE_STATIC, 0.99);
	figures[PEERS_P99] = bench_latencies_quantile(&load->peers, 0.99);
	figures[COUNTERS_P99] = of_call(load, CALLABLE_COUNTERS, 0.99);
	figures[EXPLAIN_P50] = of_call(load, CALLABLE_EXPLAIN, 0.5);
	figures[EXPLAIN_P99] = of_call(load, CALLABLE_EXPLAIN, 0.99);
	figures[SET_P99] = of_call(load, CALLABLE_SET, 0.99);
}

static void measure(struct bench_result *result, const struct bench_run *run,
		    const struct callable *subject)
{
	struct load load;

	if (!load_init(&load, (size_t)run->values[THREADS], IN_FLIGHT,
		       run->values[DIAL_MS] * 1000000)) {
		bench_fail(result, "no memory for the nodes of the threads");
		return;
	}
	if (load_run(&load, subject, run->seconds))
		report(result, &load);
	else
		bench_fail(result, "%d workers or %d threads cannot be made",
			   IN_FLIGHT, (int)run->values[THREADS]);
	load_fini(&load);
}

static void measure_dialtone(struct bench_result *result,
			     const struct bench_run *run)
{
	measure(result, run, &callable_dialtone);
}

static void measure_dialtone_ahead(struct bench_result *result,
				   const struct bench_run *run)
{
	measure(result, run, &callable_dialtone_ahead);
}

static void measure_mutex(struct bench_result *result,
			  const struct bench_run *run)
{
	measure(result, run, &callable_mutex);
}

static const char *const parameters[] = {"threads", "dial_ms", NULL};

static const struct bench_figure figures[] = {
	[DIALS] = {"dials_per_s", "dials/s", "", BENCH_MORE_IS_BETTER},
	[DIAL_RATE_KEPT] = {"dial_rate_kept", "of the rate alone", "",
			    BENCH_MORE_IS_BETTER},
	[DIALS_BUSY] = {"dials_busy_per_s", "dials/s, no calls, busy threads",
			"", BENCH_MORE_IS_BETTER},
	[CALLS] = {"calls_per_s", "calls/s", "", BENCH_MORE_IS_BETTER},
	[COMMANDS_P50] = {"commands_p50_s", "commands p50", "s",
			  BENCH_LESS_IS_BETTER},
	[ADD_STATIC_P99] = {"add_static_p99_s", "add static p99", "s",
			    BENCH_LESS_IS_BETTER},
	[REMOVE_STATIC_P99] = {"remove_static_p99_s", "remove static p99", "s",
			       BENCH_LESS_IS_BETTER},
	[PEERS_P99] = {"peers_p99_s", "peer added, removed p99", "s",
		       BENCH_LESS_IS_BETTER},
	[COUNTERS_P99] = {"counters_p99_s", "counters p99", "s",
			  BENCH_LESS_IS_BETTER},
	[EXPLAIN_P50] = {"explain_p50_s", "explain p50", "s",
			 BENCH_LESS_IS_BETTER},
	[EXPLAIN_P99] = {"explain_p99_s", "explain p99", "s",
			 BENCH_LESS_IS_BETTER},
	[SET_P99] = {"set_p99_s", "set netrestrict p99", "s",
		     BENCH_LESS_IS_BETTER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "dialtone", .title = "dialtone", .measure = measure_dialtone},
	{.name = "dialtone_ahead",
	 .title = "dialtone, a quarter more dials than workers",
	 .measure = measure_dialtone_ahead},
	{.name = "mutex",
	 .title = "the same policy behind one mutex",
	 .measure = measure_mutex},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {8, 10}},
	{.values = {8, 50}},
	{.values = {1, 10}, .only_long = true},
	{.values = {2, 10}, .only_long = true},
	{.values = {4, 10}, .only_long = true},
	{.values = {16, 10}, .only_long = true},
	{.values = {8, 1}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "commands",
	 .title = "One call of add_static, 8 threads calling",
	 .figure = "add_static_p99_s",
	 .parameter = "dial_ms",
	 .values = {8},
	 .log_y = true},
	{.name = "explain",
	 .title = "One call of explain, 8 threads calling",
	 .figure = "explain_p99_s",
	 .parameter = "dial_ms",
	 .values = {8},
	 .log_y = true},
	{.name = "kept",
	 .title = "Dials that are left of those without calls",
	 .figure = "dial_rate_kept",
	 .parameter = "dial_ms",
	 .values = {8}},
	{.name = "threads",
	 .title = "One call of add_static, dials of 10 ms",
	 .figure = "add_static_p99_s",
	 .parameter = "threads",
	 .values = {0, 10},
	 .log_x = true,
	 .log_y = true},
	{.name = NULL},
};

static bool has_eight_threads(const int64_t *values)
{
	return values[THREADS] == 8;
}

#define A_FIFTH(call, contender)                                          \
	{                                                                 \
		.figure = (call), .ours = (contender), .theirs = "mutex", \
		.bound = BENCH_AT_MOST, .ratio = 0.2,                     \
		.holds_at = has_eight_threads                             \
	}
#define TARGETS(contender)                                 \
	{                                                  \
		.figure = "dial_rate_kept",                \
		.ours = (contender),                       \
		.bound = BENCH_AT_LEAST,                   \
		.ratio = 0.9,                              \
		.holds_at = has_eight_threads,             \
	},                                                 \
		A_FIFTH("add_static_p99_s", contender),    \
		A_FIFTH("remove_static_p99_s", contender), \
		A_FIFTH("peers_p99_s", contender),         \
		A_FIFTH("counters_p99_s", contender),      \
		A_FIFTH("explain_p99_s", contender)

static const struct bench_target targets[] = {
	TARGETS("dialtone"),
	TARGETS("dialtone_ahead"),
	{.figure = NULL},
};

static const char limits[] =
	"Commands and counters wait for nobody: their floor is the queue's "
	"exchange and a look whether the scheduler sleeps, 60 to 170 ns when "
	"nothing else runs; the median under load is three to five times that "
	"(cold caches), and the p99 is a thousandth of what the mutex takes "
	"whenever its holder has lost the processor.\n\n"
	"An explanation must see the commands that were given before it, so it "
	"is the scheduler's: its floor is that two threads get a processor, "
	"first the scheduler, then the caller, beside nine that want it too. "
	"By time stamps in the reply, two thirds of its p99 pass until the "
	"scheduler has answered, a twentieth until the answer is sent, the "
	"rest until the caller runs. That is why its target is missed, and by "
	"how much depends on what else the machine does. Gained: callers "
	"sleep apart, and answers of a batch are sent before the first wake "
	"(twice the calls a second, half the median). Tried in vain: a "
	"shorter time slice for the scheduler, at most 64 completions a turn, "
	"callers that wake each other in a chain.\n\n"
	"With as many workers as active dials each dial has two waits for a "
	"processor besides its own: the scheduler's, and that of the worker "
	"for the next dial. A quarter more dials than workers takes both away.\n\n"
	"To replace the netrestrict list is slower than behind the mutex: "
	"the call waits for a grace period, and when a reader of 1,000 has "
	"lost its processor in the middle, liburcu sleeps 10 ms, which is "
	"the p99.";

static const struct bench bench = {
	.name = "under_load",
	.title = "Under load",
	.question = "Threads of the embedder add, remove and ask without a "
		    "pause while 1,000 dials are in flight: how many dials are "
		    "lost, and how long does a call take?",
	.limits = limits,
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 0.8,
	.seconds_long = 8,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
