/* SPDX-License-Identifier: MIT */
/*
 * Question: does a lookup in a network of our own nodes find the closest that
 * there are, and what does it take? Random targets, from random nodes, one after
 * the other. Control: what theory says that no lookup can do without, with the
 * times of one question measured between two nodes.
 *
 * The network is one process on loopback: as many pairs of threads as there are
 * processors serve all nodes. At most so many fill their tables at once; the
 * time that all of them took to join is `join_s`.
 *
 * The packets of a lookup are those of whoever asks, both ways: FindNode and
 * neighbours, and four for each ping that is no check of its table, as a ping
 * and a pong go each way until two nodes are bonded.
 */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "lib/discv4/packet.h"

#include "bench/contenders/discovery_network.h"
#include "bench/harness/bench.h"
#include "bench/harness/measure.h"

enum {
	NODES, /* the parameter */
};

enum figure {
	EXACT,
	TRUE_ONES,
	ASKED,
	PACKETS,
	DURATION,
	JOIN,
	JOIN_CPU,
	BYTES,
};

enum {
	BOOTNODES = 8,
	JOIN_AT_ONCE = 64,
	CHECK_MS_A_NODE = 2, /* checks of all: 500 a second */
	CHECK_MS_LEAST = 500,
	REFRESH_MS = 1800000, /* the default */
	MAX_QUERIES = 8,
	TIMEOUT_MS = 10000,
	LOOKUPS_LEAST = 3,
	RESULTS = DISCOVERY_NETWORK_CLOSEST,
	ALPHA = 3, /* nodes that a lookup asks at once */
	QUESTIONS = 20,
	PACKETS_BONDED = 3, /* FindNode, and two of neighbours */
	PACKETS_BOND = 4,
	MANY = 100,
	BITS_A_HOP = 4, /* of a table with 16 entries a bucket */
};

#define TARGET_EXACT 0.95

/* Of all lookups. */
struct account {
	uint64_t lookups;
	uint64_t failed;
	uint64_t exact;
	uint64_t true_ones;
	uint64_t asked;
	uint64_t packets;
	int64_t ns;
};

/* splitmix64. */
static uint64_t draw(uint64_t *random)
{
	uint64_t mixed = *random += 0x9e3779b97f4a7c15u;

	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
	return mixed ^ (mixed >> 31);
}

static struct dt_node_id draw_target(uint64_t *random)
{
	struct dt_node_id target = {.bytes = {0}};
	uint64_t number = draw(random);

	/* Its hash is as good as random. */
	memcpy(target.bytes, &number, sizeof(number));
	return target;
}

static struct discovery_network *make_network(struct bench_result *result,
					      size_t nodes)
{
	size_t check_ms = nodes * CHECK_MS_A_NODE;
	struct discovery_network_options options = {
		.nodes = nodes,
		.bootnodes = nodes < BOOTNODES ? nodes : BOOTNODES,
		.hosts = (size_t)sysconf(_SC_NPROCESSORS_ONLN),
		.check_ms = check_ms > CHECK_MS_LEAST ? (int64_t)check_ms
						      : CHECK_MS_LEAST,
		.refresh_ms = REFRESH_MS,
		.max_queries = MAX_QUERIES,
	};
	struct dt_error error = {.text = ""};
	struct discovery_network *network =
		discovery_network_create(&options, &error);

	if (!network)
		bench_fail(result, "%s", error.text);
	return network;
}

/* ---- dialtone ---- */

/* What a node has sent and got for its own lookups, so far. */
static uint64_t packets_of(dt_discv4 *discv4)
{
	struct dt_discv4_counters counters;

	dt_discv4_counters(discv4, &counters, sizeof(counters));
	return counters.sent[DTI_PACKET_FIND_NODE] +
	       counters.accepted[DTI_PACKET_NEIGHBORS] +
	       PACKETS_BOND *
		       (counters.sent[DTI_PACKET_PING] - counters.checks);
}

static void look_up(struct account *account,
		    const struct discovery_network *network, uint64_t *random)
{
	size_t asker = (size_t)(draw(random) % discovery_network_size(network));
	dt_discv4 *discv4 = discovery_network_node(network, asker);
	struct dt_node_id target = draw_target(random);
	uint64_t packets = packets_of(discv4);
	int64_t begin_ns = bench_now_ns();
	struct dt_discv4_lookup_cost cost;
	struct dt_node found[RESULTS];
	size_t expected = discovery_network_size(network) - 1;
	size_t count = 0;
	size_t right;

	account->lookups++;
	if (dt_discv4_lookup(discv4, found, RESULTS, &count, &cost, &target,
			     TIMEOUT_MS)) {
		account->failed++;
		return;
	}
	account->ns += bench_now_ns() - begin_ns;
	account->packets += packets_of(discv4) - packets;
	account->asked += cost.asked;
	right = discovery_network_true_ones(network, &target, asker, found,
					    count);
	account->true_ones += right;
	account->exact += right == (expected < RESULTS ? expected : RESULTS);
}

static void report(struct bench_result *result, const struct account *account)
{
	double ended = (double)(account->lookups - account->failed);
	double *figures = result->figures;

	if (account->lookups == account->failed) {
		bench_fail(result, "no lookup ends within %d s",
			   TIMEOUT_MS / 1000);
		return;
	}
	/* One that does not end finds nobody. */
	figures[EXACT] = (double)account->exact / (double)account->lookups;
	figures[TRUE_ONES] =
		(double)account->true_ones / (double)account->lookups;
	figures[ASKED] = (double)account->asked / ended;
	figures[PACKETS] = (double)account->packets / ended;
	figures[DURATION] = (double)account->ns / 1e9 / ended;
}

static bool join(struct bench_result *result, const struct bench_run *run,
		 struct discovery_network *network)
{
	int64_t begin_ns = bench_now_ns();
	int64_t begin_cpu_ns = bench_usage().cpu_ns;
	struct dt_error error = {.text = ""};

	/* The harness waits for somewhat longer. */
	if (!discovery_network_join(network, JOIN_AT_ONCE,
				    run->seconds * 4 + 50, &error)) {
		bench_fail(result, "%s", error.text);
		return false;
	}
	result->figures[JOIN] = (double)(bench_now_ns() - begin_ns) / 1e9;
	result->figures[JOIN_CPU] =
		(double)(bench_usage().cpu_ns - begin_cpu_ns) / 1e9 /
		(double)discovery_network_size(network);
	return true;
}

static void measure_dialtone(struct bench_result *result,
			     const struct bench_run *run)
{
	int64_t before = bench_resident_bytes();
	struct discovery_network *network =
		make_network(result, (size_t)run->values[NODES]);
	struct account account = {.lookups = 0};
	uint64_t random = 1;
	int64_t end_ns;

	if (!network)
		return;
	if (join(result, run, network)) {
		end_ns = bench_now_ns() + (int64_t)(run->seconds * 1e9);
		while (bench_now_ns() < end_ns ||
		       account.lookups < LOOKUPS_LEAST)
			look_up(&account, network, &random);
		report(result, &account);
		result->figures[BYTES] =
			(double)(bench_resident_bytes() - before) /
			(double)run->values[NODES];
	}
	discovery_network_destroy(network);
}

/* ---- theory ---- */

/* How long one question takes, in the mean. */
struct question {
	double bonded_s;
	double strange_s; /* with the endpoint proof before it */
};

static bool ask_once(int64_t *ns, dt_discv4 *asker, const struct dt_node *node,
		     uint64_t *random)
{
	struct dt_node_id target = draw_target(random);
	int64_t begin_ns = bench_now_ns();
	struct dt_node found[RESULTS];
	size_t count;

	if (dt_discv4_find(asker, found, RESULTS, &count, node, &target,
			   TIMEOUT_MS))
		return false;
	*ns += bench_now_ns() - begin_ns;
	return true;
}

/* Somebody whom nobody knows asks nodes of a small network, each twice or more. */
static bool time_question(struct question *question,
			  const struct discovery_network *network,
			  dt_discv4 *asker)
{
	size_t nodes = discovery_network_size(network);
	int64_t strange_ns = 0;
	int64_t bonded_ns = 0;
	uint64_t random = 1;

	for (size_t i = 0; i < nodes; i++) {
		struct dt_node node =
			dt_discv4_self(discovery_network_node(network, i));

		if (!ask_once(&strange_ns, asker, &node, &random))
			return false;
		for (int j = 0; j < QUESTIONS; j++) {
			if (!ask_once(&bonded_ns, asker, &node, &random))
				return false;
		}
	}
	question->strange_s = (double)strange_ns / 1e9 / (double)nodes;
	question->bonded_s =
		(double)bonded_ns / 1e9 / (double)(nodes * QUESTIONS);
	return true;
}

static bool measure_question(struct bench_result *result,
			     struct question *question)
{
	enum {
		SMALL = 24, /* each can tell of sixteen */
	};
	struct discovery_network *network = make_network(result, SMALL);
	struct dt_error error = {.text = ""};
	struct dt_config config;
	dt_discv4 *asker = NULL;
	bool timed = false;

	if (!network)
		return false;
	dt_config_init(&config, sizeof(config));
	if (discovery_network_join(network, SMALL, 20, &error) &&
	    !dt_config_set(&config, "listen", "127.0.0.1:0", &error) &&
	    !dt_discv4_create(&asker, &config, NULL, &error)) {
		timed = !dt_discv4_start(asker, &error) &&
			time_question(question, network, asker);
		dt_discv4_destroy(asker);
	}
	if (!timed)
		bench_fail(result, "a question is not answered %s", error.text);
	dt_config_fini(&config);
	discovery_network_destroy(network);
	return timed;
}

static void measure_theory(struct bench_result *result,
			   const struct bench_run *run, bool is_bonded)
{
	double nodes = (double)run->values[NODES];
	double closest = nodes - 1 < RESULTS ? nodes - 1 : RESULTS;
	double hops = log2(nodes / RESULTS) / BITS_A_HOP;
	double asked = closest + (hops > 0 ? hops : 0);
	int packets = PACKETS_BONDED + (is_bonded ? 0 : PACKETS_BOND);
	struct question question;

	if (!measure_question(result, &question))
		return;
	result->figures[EXACT] = 1;
	result->figures[TRUE_ONES] = closest;
	result->figures[ASKED] = asked;
	result->figures[PACKETS] = asked * packets;
	result->figures[DURATION] =
		asked / ALPHA *
		(is_bonded ? question.bonded_s : question.strange_s);
}

static void measure_bonded(struct bench_result *result,
			   const struct bench_run *run)
{
	measure_theory(result, run, true);
}

static void measure_strangers(struct bench_result *result,
			      const struct bench_run *run)
{
	measure_theory(result, run, false);
}

/* What is true of a few nodes is in the table of each. */
static bool has_many(const int64_t *values)
{
	return values[NODES] > MANY;
}

static const char *const parameters[] = {"nodes", NULL};

static const struct bench_figure figures[] = {
	[EXACT] = {"exact", "with the true 16", "", BENCH_MORE_IS_BETTER},
	[TRUE_ONES] = {"true_ones", "of the true 16", "", BENCH_MORE_IS_BETTER},
	[ASKED] = {"asked", "nodes asked", "", BENCH_LESS_IS_BETTER},
	[PACKETS] = {"packets", "packets", "", BENCH_LESS_IS_BETTER},
	[DURATION] = {"lookup_s", "a lookup", "s", BENCH_LESS_IS_BETTER},
	[JOIN] = {"join_s", "all have joined", "s", BENCH_LESS_IS_BETTER},
	[JOIN_CPU] = {"join_cpu_s", "CPU a node to join", "s",
		      BENCH_LESS_IS_BETTER},
	[BYTES] = {"bytes_per_node", "a node", "B", BENCH_LESS_IS_BETTER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "dialtone", .title = "dialtone", .measure = measure_dialtone},
	{.name = "bonded",
	 .title = "theory, all are bonded",
	 .measure = measure_bonded,
	 .is_floor = true,
	 .runs_at = has_many},
	{.name = "strangers",
	 .title = "theory, none are bonded",
	 .measure = measure_strangers,
	 .runs_at = has_many},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {30}},
	{.values = {300}},
	{.values = {1000}, .only_long = true},
	{.values = {2000}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "asked",
	 .title = "Nodes that a lookup asks",
	 .figure = "asked",
	 .parameter = "nodes",
	 .log_x = true},
	{.name = "duration",
	 .title = "A lookup on loopback",
	 .figure = "lookup_s",
	 .parameter = "nodes",
	 .log_x = true,
	 .log_y = true},
	{.name = NULL},
};

static const struct bench_target targets[] = {
	{.figure = "exact",
	 .ours = "dialtone",
	 .bound = BENCH_AT_LEAST,
	 .ratio = TARGET_EXACT},
	{.figure = NULL},
};

static const struct bench bench = {
	.name = "lookups",
	.title = "Lookups",
	.question =
		"How often does a lookup in a network of our own nodes find "
		"the 16 closest that there are, and how many nodes, packets "
		"and seconds does it take?",
	.limits = "Theory: the result is the 16 closest only when all of "
		  "them were asked; on the way to them, a table with 16 "
		  "entries a bucket brings one 4 bits closer a question. So "
		  "asked >= 16 + log2(N / 16) / 4, in asked / 3 rounds, as "
		  "three are asked at once. A question is three packets "
		  "(FindNode, neighbours in two) if both are bonded, and "
		  "four more (a ping and a pong each way) if not; its times "
		  "are measured here, between two nodes."
		  "\n\n"
		  "The nodes that are asked are within one of that. The "
		  "time is the endpoint proofs': after its pong a node "
		  "waits 50 ms before it asks, as the other may still be "
		  "busy with that pong, which is what FindNode is refused "
		  "without. Of the 17 nodes that a lookup asks in a network "
		  "of 300, half are strangers, and three are asked at once: "
		  "three to four such rounds. Where all are bonded (30 "
		  "nodes) a lookup takes milliseconds."
		  "\n\n"
		  "With 1,000 nodes and more the two processors are busy "
		  "with the network itself: to join costs a node some 60 to "
		  "100 ms of processor time, seven tenths of it signatures "
		  "(four lookups: some 70 questions and 60 endpoint "
		  "proofs), and a young network looks up as much again "
		  "every half a minute or minute. A lookup then waits for "
		  "its turn at each hop."
		  "\n\n"
		  "No lookup missed one of the 16 here. In a network that "
		  "is asked while it forms, 20 to 30% do: nodes tell only "
		  "of nodes that they have proven themselves.",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 2,
	.seconds_long = 20,
	.rounds = 1,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
