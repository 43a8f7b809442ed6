/* SPDX-License-Identifier: MIT */
/*
 * Question: what does it cost to decide which node to dial next, while many
 * static nodes go round and all but those that are being dialed are in the
 * history? And what does a node weigh? Control: the same decisions with nothing
 * around them, two rings of numbers.
 *
 * `times` is the cost of a task by that of one among a thousand static nodes,
 * measured in the same process, in slices that take turns.
 */
#include <math.h>

#include "bench/contenders/node_rotation.h"
#include "bench/contenders/ready_ring.h"
#include "bench/harness/bench.h"
#include "bench/harness/measure.h"

enum {
	STATIC_NODES, /* the parameters */
	PEERS,
};

enum figure {
	TASK,
	TASKS,
	BYTES,
	TIMES,
};

enum {
	FEW_NODES = 1000, /* what `times` compares with */
	SLICE_NS = 30000000,
	TASKS_BETWEEN_CLOCKS = 64,
	SEARCHES_MOST = 100000, /* static nodes: 30 us a task */
	BYTES_LEAST = 100000,   /* below, what is there once weighs too much */
	SIZE_MOST = 1000000,
};

/* A contender with a number of nodes. */
struct subject {
	bool (*run)(void *context, uint64_t tasks);
	void *context;
	uint64_t tasks; /* so far */
	int64_t ns;     /* that they took */
};

static bool run_slice(struct subject *subject)
{
	int64_t begin_ns = bench_now_ns();
	int64_t now_ns;

	do {
		if (!subject->run(subject->context, TASKS_BETWEEN_CLOCKS))
			return false;
		subject->tasks += TASKS_BETWEEN_CLOCKS;
		now_ns = bench_now_ns();
	} while (now_ns - begin_ns < SLICE_NS);
	subject->ns += now_ns - begin_ns;
	return true;
}

static double task_s(const struct subject *subject)
{
	return (double)subject->ns / 1e9 / (double)subject->tasks;
}

/* The first slice of each warms up. */
static void measure(struct bench_result *result, const struct bench_run *run,
		    struct subject *many, struct subject *few)
{
	int64_t end_ns = bench_now_ns() + (int64_t)(run->seconds * 1e9);
	bool steady = run_slice(many) && run_slice(few);

	many->tasks = few->tasks = 0;
	many->ns = few->ns = 0;
	do {
		steady = steady && run_slice(many) && run_slice(few);
	} while (steady && bench_now_ns() < end_ns);
	if (!steady) {
		bench_fail(result, "a task without a dial: no steady state");
		return;
	}
	result->figures[TASK] = task_s(many);
	result->figures[TASKS] = 1 / task_s(many);
	result->figures[TIMES] = task_s(many) / task_s(few);
}

static bool run_rotation(void *context, uint64_t tasks)
{
	return node_rotation_run(context, tasks);
}

static void measure_dial_state(struct bench_result *result,
			       const struct bench_run *run)
{
	size_t nodes = (size_t)run->values[STATIC_NODES];
	size_t peers = (size_t)run->values[PEERS];
	struct node_rotation *few = node_rotation_create(FEW_NODES, peers);
	struct node_rotation *many = node_rotation_create(nodes, peers);

	if (few && many) {
		measure(result, run,
			&(struct subject){.run = run_rotation, .context = many},
			&(struct subject){.run = run_rotation, .context = few});
		result->figures[BYTES] = node_rotation_bytes_a_node(many);
	} else {
		bench_fail(result, "no memory for %zu nodes", nodes);
	}
	if (few)
		node_rotation_destroy(few);
	if (many)
		node_rotation_destroy(many);
}

static void measure_ring(struct bench_result *result,
			 const struct bench_run *run,
			 bool (*run_ring)(void *context, uint64_t tasks))
{
	size_t nodes = (size_t)run->values[STATIC_NODES];
	struct ready_ring *few = ready_ring_create(FEW_NODES);
	struct ready_ring *many = ready_ring_create(nodes);

	if (few && many) {
		measure(result, run,
			&(struct subject){.run = run_ring, .context = many},
			&(struct subject){.run = run_ring, .context = few});
		result->figures[BYTES] = ready_ring_bytes_a_node(many);
	} else {
		bench_fail(result, "no memory for %zu nodes", nodes);
	}
	if (few)
		ready_ring_destroy(few);
	if (many)
		ready_ring_destroy(many);
}

static bool run_ready_ring(void *context, uint64_t tasks)
{
	return ready_ring_run(context, tasks);
}

static void measure_ready_ring(struct bench_result *result,
			       const struct bench_run *run)
{
	measure_ring(result, run, run_ready_ring);
}

static bool search_ready_ring(void *context, uint64_t tasks)
{
	return ready_ring_search(context, tasks);
}

static void measure_search(struct bench_result *result,
			   const struct bench_run *run)
{
	measure_ring(result, run, search_ready_ring);
}

static bool has_no_peers(const int64_t *values)
{
	return values[PEERS] == 0;
}

static bool can_be_searched(const int64_t *values)
{
	return values[PEERS] == 0 && values[STATIC_NODES] <= SEARCHES_MOST;
}

/* With more, filling its history alone takes minutes. */
static bool go_ends(const int64_t *values)
{
	return values[STATIC_NODES] <= FEW_NODES;
}

static bool has_a_thousand(const int64_t *values)
{
	return values[STATIC_NODES] == FEW_NODES;
}

static bool has_a_million(const int64_t *values)
{
	return values[STATIC_NODES] == SIZE_MOST;
}

static bool has_many(const int64_t *values)
{
	return values[STATIC_NODES] >= BYTES_LEAST;
}

static const char *const parameters[] = {"static_nodes", "peers", NULL};

static const struct bench_figure figures[] = {
	[TASK] = {"task_s", "a task", "s", BENCH_LESS_IS_BETTER},
	[TASKS] = {"tasks_per_s", "tasks/s", "", BENCH_MORE_IS_BETTER},
	[BYTES] = {"bytes_per_node", "a node beyond id and endpoint", "B",
		   BENCH_LESS_IS_BETTER},
	[TIMES] = {"times", "by a task among 1,000", "", BENCH_LESS_IS_BETTER},
	{.name = NULL},
};

static const struct bench_contender contenders[] = {
	{.name = "dialtone",
	 .title = "dialtone's dial state",
	 .measure = measure_dial_state},
	{.name = "rings",
	 .title = "two rings of numbers",
	 .measure = measure_ready_ring,
	 .is_floor = true,
	 .runs_at = has_no_peers},
	{.name = "search",
	 .title = "search all nodes, in C",
	 .measure = measure_search,
	 .runs_at = can_be_searched},
	{.name = "go_maps",
	 .title = "Go maps, as go-ethereum's original",
	 .command = "decisions",
	 .runs_at = go_ends},
	{.name = NULL},
};

static const struct bench_point points[] = {
	{.values = {100, 0}},
	{.values = {1000, 0}},
	{.values = {10000, 0}},
	{.values = {100000, 0}, .only_long = true},
	{.values = {1000000, 0}},
	{.values = {100, 100}, .only_long = true},
	{.values = {1000, 100}, .only_long = true},
	{.values = {1000000, 100}, .only_long = true},
	{.values = {100, 1000}, .only_long = true},
	{.values = {1000, 1000}},
	{.values = {1000000, 1000}, .only_long = true},
};

static const struct bench_plot plots[] = {
	{.name = "task",
	 .title = "A task: new_tasks and task_done (no peers)",
	 .figure = "task_s",
	 .parameter = "static_nodes",
	 .log_x = true,
	 .log_y = true},
	{.name = "peers",
	 .title = "A task, by connected peers (1,000 static nodes)",
	 .figure = "task_s",
	 .parameter = "peers",
	 .values = {FEW_NODES, 0},
	 .log_y = true},
	{.name = NULL},
};

static const struct bench_target targets[] = {
	{.figure = "task_s",
	 .ours = "dialtone",
	 .bound = BENCH_AT_MOST,
	 .ratio = 1e-6,
	 .holds_at = has_a_thousand},
	{.figure = "times",
	 .ours = "dialtone",
	 .bound = BENCH_AT_MOST,
	 .ratio = 3,
	 .holds_at = has_a_million},
	{.figure = "bytes_per_node",
	 .ours = "dialtone",
	 .bound = BENCH_AT_MOST,
	 .ratio = 200,
	 .holds_at = has_many},
	{.figure = NULL},
};

static const struct bench bench = {
	.name = "decisions",
	.title = "Decisions",
	.question = "What does a decision (new_tasks and task_done of one "
		    "task) cost while many static nodes go round, and what "
		    "does a node weigh?",
	.limits =
		"The floor has no ids, no hash and no records: two rings of "
		"numbers, read from front to back. Up to 10,000 nodes a task "
		"of ours is as good as free of cache misses and costs some 12 "
		"of the floor's: the record's lists, the history, the checks, "
		"the reasons and the task that is copied out."
		"\n\n"
		"With a million, the record that a task touches is in no "
		"cache. The nodes go round in an order that has nothing to do "
		"with their places in memory, so the processor does not fetch "
		"them ahead; the history, which knows who comes next, does. "
		"As a heap, whose places were written into other records, it "
		"made a million cost 4.6 times what a thousand did, as a ring "
		"it is 2.3 to 2.9 times."
		"\n\n"
		"The original's task costs O(static nodes x history): each "
		"new_tasks looks at every static node, and for each of them "
		"through the history from its beginning. go-ethereum's "
		"current scheduler no longer looks at every static node, but "
		"still through the history for each candidate.",
	.parameters = parameters,
	.figures = figures,
	.contenders = contenders,
	.points = points,
	.point_count = sizeof(points) / sizeof(points[0]),
	.plots = plots,
	.targets = targets,
	.seconds = 0.3,
	.seconds_long = 2,
};

int main(int argc, char **argv)
{
	return bench_main(&bench, argc, argv);
}
