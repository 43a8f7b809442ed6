/* SPDX-License-Identifier: MIT */
/*
 * Question: how long does an honest ping wait while somebody floods the node
 * from forged addresses? Control: the same pings without the flood, before it,
 * in the same process. `delay` is the difference of both medians.
 *
 * Kinds of flood: pings of as many identities, properly signed, which cost the
 * node most; replies that nobody has asked for; garbage. The honest peers are
 * such whose endpoint is proven, or such that the node cannot tell from forged
 * ones. With lookups, the node asks a network for random targets all the time,
 * several at once, with the flood and without.
 */
#include <poll.h>

#include "bench/contenders/busy_lookups.h"
#include "bench/contenders/discovery_network.h"
#include "bench/contenders/flood.h"
#include "bench/contenders/honest_peers.h"
#include "bench/contenders/watched_node.h"
#include "bench/harness/bench.h"
#include "bench/harness/measure.h"

enum {
	PER_S, /* the parameters */
	PROVEN,
	LOOKUPS,
};

enum figure {
	DELAY,
	P50,
	P99,
	ALONE_P50,
	ALONE_P99,
	ANSWERED,
	CPU_PERCENT,
	RECEIVED,
	ACCEPTED,
	LOOKUP_RATE,
	ALONE_LOOKUP_RATE,
};

enum {
	LATENCIES_MAX = 65536,
	NETWORK_NODES = 32,
	CHECK_MS = 100,
	HOUR_MS = 3600000,
	LOOKUPS_WARM_MS = 1000, /* until they know whom they ask */
	/* Until a flood of pings has used up the burst that is allowed. */
	FLOOD_WARM_MS = 2000,
	JOIN_AT_ONCE = 32,
	JOIN_BOUND_S = 20,
};

#define TARGET_DELAY_S 0.010
#define ALONE_SHARE    0.4 /* of the time: without the flood */
#define FLOODED_PER_S  10000

struct subject {
	enum flood_kind kind;
	struct watched_node node;
	struct honest_peers *peers;
	struct flood *flood;
	struct discovery_network *network; /* NULL: no lookups */
	struct busy_lookups *lookups;      /* NULL: none */
	struct honest_pings alone;
	struct honest_pings flooded;
};

/* What the node has done so far. */
struct moment {
	int64_t ns;
	int64_t cpu_ns;
	uint64_t lookups;
	uint64_t received; /* datagrams */
	uint64_t pings;    /* whose signature was looked at */
};

static struct moment look(const struct subject *subject)
{
	struct dt_discv4_counters counters;

	dt_discv4_counters(subject->node.discv4, &counters, sizeof(counters));
	return (struct moment){
		.ns = bench_now_ns(),
		.cpu_ns = watched_node_cpu_ns(&subject->node),
		.lookups = subject->lookups
				   ? busy_lookups_done(subject->lookups)
				   : 0,
		.received = counters.received,
		.pings = counters.accepted[1],
	};
}

static double rate(uint64_t before, uint64_t after, const struct moment *begin,
		   const struct moment *end)
{
	return (double)(after - before) * 1e9 / (double)(end->ns - begin->ns);
}

static void report(struct bench_result *result, struct subject *subject)
{
	struct honest_pings *alone = &subject->alone;
	struct honest_pings *flooded = &subject->flooded;
	double *figures = result->figures;

	figures[P50] = bench_latencies_quantile(&flooded->latencies, 0.5);
	figures[P99] = bench_latencies_quantile(&flooded->latencies, 0.99);
	figures[ALONE_P50] = bench_latencies_quantile(&alone->latencies, 0.5);
	figures[ALONE_P99] = bench_latencies_quantile(&alone->latencies, 0.99);
	figures[DELAY] = figures[P50] - figures[ALONE_P50];
	figures[ANSWERED] = (double)flooded->answered / (double)flooded->sent;
}

static bool measure_alone(struct bench_result *result, struct subject *subject,
			  double seconds)
{
	struct moment begin;
	struct moment end;

	/* The first time: to be proven. */
	if (!honest_peers_run(subject->peers, &subject->alone, 0)) {
		bench_fail(result, "the honest peers are not answered");
		return false;
	}
	if (subject->lookups)
		poll(NULL, 0, LOOKUPS_WARM_MS);
	begin = look(subject);
	(void)honest_peers_run(subject->peers, &subject->alone, seconds);
	end = look(subject);
	if (subject->lookups)
		result->figures[ALONE_LOOKUP_RATE] =
			rate(begin.lookups, end.lookups, &begin, &end);
	return true;
}

static bool measure_flooded(struct bench_result *result,
			    struct subject *subject, double seconds)
{
	struct moment begin;
	struct moment end;

	if (!flood_start(subject->flood)) {
		bench_fail(result, "no thread for the flood");
		return false;
	}
	if (subject->kind == FLOOD_PINGS)
		poll(NULL, 0, FLOOD_WARM_MS);
	begin = look(subject);
	(void)honest_peers_run(subject->peers, &subject->flooded, seconds);
	end = look(subject);
	(void)flood_stop(subject->flood);
	result->figures[CPU_PERCENT] = 100 *
				       (double)(end.cpu_ns - begin.cpu_ns) /
				       (double)(end.ns - begin.ns);
	result->figures[RECEIVED] =
		rate(begin.received, end.received, &begin, &end);
	result->figures[ACCEPTED] = rate(begin.pings, end.pings, &begin, &end);
	if (subject->lookups)
		result->figures[LOOKUP_RATE] =
			rate(begin.lookups, end.lookups, &begin, &end);
	return true;
}

static void measure_made(struct bench_result *result,
			 const struct bench_run *run, struct subject *subject)
{
	if (!bench_latencies_init(&subject->alone.latencies, LATENCIES_MAX))
		goto fail_memory;
	if (!bench_latencies_init(&subject->flooded.latencies, LATENCIES_MAX))
		goto fail_alone;
	if (measure_alone(result, subject, run->seconds * ALONE_SHARE) &&
	    measure_flooded(result, subject, run->seconds * (1 - ALONE_SHARE)))
		report(result, subject);
	bench_latencies_fini(&subject->flooded.latencies);
	bench_latencies_fini(&subject->alone.latencies);
	return;

fail_alone:
	bench_latencies_fini(&subject->alone.latencies);
fail_memory:
	bench_fail(result, "no memory for the latencies");
}

static void measure_node(struct bench_result *result,
			 const struct bench_run *run, struct subject *subject)
{
	const struct dt_node *self = &subject->node.self;
	size_t lookups = (size_t)run->values[LOOKUPS];

	subject->flood =
		flood_create(self, subject->kind, (uint64_t)run->values[PER_S]);
	subject->peers = honest_peers_create(self, run->values[PROVEN] != 0);
	if (lookups > 0)
		subject->lookups =
			busy_lookups_start(subject->node.discv4, lookups);
	if (subject->flood && subject->peers &&
	    (lookups == 0 || subject->lookups))
		measure_made(result, run, subject);
	else
		bench_fail(result, "no memory, no socket or no threads");
	if (subject->lookups)
		busy_lookups_stop(subject->lookups);
	if (subject->peers)
		honest_peers_destroy(subject->peers);
	if (subject->flood)
		flood_destroy(subject->flood);
}

/* Others are there to be asked before the node is started. */
static bool make_network(struct subject *subject, struct dt_config *config,
			 struct dt_error *error)
{
	struct discovery_network_options options = {
		.nodes = NETWORK_NODES,
		.bootnodes = 3,
		.hosts = 1,
		.check_ms = CHECK_MS,
		.refresh_ms = HOUR_MS,
		.max_queries = 4,
	};

	subject->network = discovery_network_create(&options, error);
	if (!subject->network)
		return false;
	/* The honest peers answer no lookups: the node need not ask them. */
	return discovery_network_join(subject->network, JOIN_AT_ONCE,
				      JOIN_BOUND_S, error) &&
	       dt_config_set(config, "netrestrict", DISCOVERY_NETWORK_RANGE,
			     error) == DT_OK &&
	       dt_config_set(config, "bootnodes",
			     discovery_network_bootnodes(subject->network),
			     error) == DT_OK;
}

static void measure(struct bench_result *result, const struct bench_run *run,
		    enum flood_kind kind)
{
	struct subject subject = {.kind = kind};
	struct dt_error error = {.text = ""};
	struct dt_config config;

	dt_config_init(&config, sizeof(config));
	if ((run->values[LOOKUPS] == 0 ||
	     make_network(&subject, &config, &error)) &&
	    watched_node_start(&subject.node, &config, &error)) {
		measure_node(result, run, &subject);
		watched_node_stop(&subject.node);
	} else {
		bench_fail(result, "%s", error.text);
	}
	if (subject.network)
		discovery_network_destroy(subject.network);
	dt_config_fini(&config);
}

static void measure_pings(struct bench_result *result,
			  const struct bench_run *run)
{
	measure(result, run, FLOOD_PINGS);
}

static void measure_replies(struct bench_result *result,
			    const struct bench_run *run)
{
	measure(result, run, FLOOD_REPLIES);
}

static void measure_garbage(struct bench_result *result,
			    const struct bench_run *run)
{
	measure(result, run, FLOOD_GARBAGE);
}

/* These cost less, and nobody is taken for another by them. */
static bool is_proven(const int64_t *values)
{
	return values[PROVEN] == 1 && values[LOOKUPS] == 0;
}

static bool is_as_required(const int64_t *values)
{
	return values[PER_S] == FLOODED_PER_S;
}

static bool is_as_required_and_proven(const int64_t *values)
{
	return is_as_required(values) && is_proven(values);
}

static const char *const parameters[] = {"per_s", "proven", "lookups", NULL};

static const struct bench_figure figures[] = {
	[DELAY] = {"delay_s", "later at the median", "s", BENCH_LESS_IS_BETTER},
	[P50] = {"p50_s", "p50", "s", BENCH_LESS_IS_BETTER},
	[P99] = {"p99_s", "p99", "s", BENCH_LESS_IS_BETTER},
	[ALONE_P50] = {"alone_p50_s", "p50 without", "s", BENCH_NEITHER},
	[ALONE_P99] = {"alone_p99_s", "p99 without", "s", BENCH_NEITHER},
	[ANSWERED] = {"answered", "share answered", "", BENCH_MORE_IS_BETTER},
	[CPU_PERCENT] = {"cpu_percent", "CPU, % of one", "",
			 BENCH_LESS_IS_BETTER},
	[RECEIVED] = {"received_per_s", "datagrams/s", "", BENCH_NEITHER},
	[ACCEPTED] = {"accepted_per_s", "pings looked at/s", "", BENCH_NEITHER},
	[LOOKUP_RATE] = {"lookups_per_s", "lookups/s", "",
			 BENCH_MORE_IS_BETTER},
	[ALONE_LOOKUP_RATE] = {"alone_lookups_per_s", "lookups/s without", "",
			       BENCH_NEITHER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "pings", .title = "forged pings", .measure = measure_pings},
	{.name = "replies",
	 .title = "pongs and neighbours that nobody asked for",
	 .measure = measure_replies,
	 .runs_at = is_proven},
	{.name = "garbage",
	 .title = "garbage",
	 .measure = measure_garbage,
	 .runs_at = is_proven},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {FLOODED_PER_S, 1, 0}},
	{.values = {FLOODED_PER_S, 0, 0}},
	{.values = {FLOODED_PER_S, 1, 4}},
	{.values = {FLOODED_PER_S, 0, 4}, .only_long = true},
	{.values = {1000, 1, 0}, .only_long = true},
	{.values = {3000, 1, 0}, .only_long = true},
	{.values = {30000, 1, 0}, .only_long = true},
	{.values = {100000, 1, 0}, .only_long = true},
	{.values = {1000, 0, 0}, .only_long = true},
	{.values = {3000, 0, 0}, .only_long = true},
	{.values = {30000, 0, 0}, .only_long = true},
	{.values = {100000, 0, 0}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "p50",
	 .title = "A ping of a proven peer, at the median",
	 .figure = "p50_s",
	 .parameter = "per_s",
	 .values = {0, 1, 0},
	 .log_x = true,
	 .log_y = true},
	{.name = "cpu",
	 .title = "Processor time of the thread that answers",
	 .figure = "cpu_percent",
	 .parameter = "per_s",
	 .values = {0, 1, 0},
	 .log_x = true},
	{.name = "answered",
	 .title = "Pings of a peer that is not proven: share answered",
	 .figure = "answered",
	 .parameter = "per_s",
	 .values = {0, 0, 0},
	 .log_x = true},
	{.name = NULL},
};

#define TARGET(flood, where)                                                  \
	{                                                                     \
		.figure = "delay_s", .ours = (flood), .bound = BENCH_AT_MOST, \
		.ratio = TARGET_DELAY_S, .holds_at = (where)                  \
	}

static const struct bench_target targets[] = {
	TARGET("pings", is_as_required),
	TARGET("replies", is_as_required_and_proven),
	TARGET("garbage", is_as_required_and_proven),
	{.figure = NULL},
};

static const struct bench bench = {
	.name = "forged",
	.title = "Forged sources",
	.question = "How much later is an honest ping answered while packets "
		    "from forged addresses flood the node, and how many are "
		    "answered at all?",
	.limits = "An honest ping waits for the batch that is being served: "
		  "a few signatures of strangers, some tenths of a "
		  "millisecond; with lookups, a few hundred a second, for "
		  "what they bring too, which costs more than the flood. "
		  "What may be forged costs a token of the limit for "
		  "strangers, 4,000 a second: so a flood takes two fifths "
		  "of a core, at 10,000 a second and at 100,000 (there a "
		  "sixth of one more, to drop the rest). An endpoint that "
		  "is proven needs no such token."
		  "\n\n"
		  "A peer that is not proven is no different from a forged "
		  "one: it has its share of the 4,000, half of its pings, "
		  "give or take, as those of a flood come in bunches; and "
		  "asks again."
		  "\n\n"
		  "Garbage and replies that nobody has asked for cost 4 to "
		  "6 us each, most of it the kernel's, and no signature."
		  "\n\n"
		  "How little of a processor the node gets matters little. "
		  "Beside ten busy processes on two cores it cannot sign "
		  "for 4,000 strangers a second; when it tried, the socket "
		  "was full all the time, and of a proven peer's pings none "
		  "was answered within half a second. Now it serves those "
		  "it knows first when it falls behind, and there, too, all "
		  "are answered, 0.3 to 2 ms later at the median.",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 1.5,
	.seconds_long = 4,
	.rounds = 1,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
