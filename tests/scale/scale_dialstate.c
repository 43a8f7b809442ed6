/* SPDX-License-Identifier: MIT */
/*
 * What does a decision cost with many static nodes, and what does a node cost?
 *
 *	scale_dialstate [NODES [TASKS]]
 *
 * All nodes are static, never connect, and go round: each is dialed as soon as
 * the history lets go of it. 16 slots are free at each call. Nothing is timed;
 * count instructions a task (divide by the tasks that it prints):
 *
 *	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
 *		--toggle-collect=run_steady scale_dialstate 1000000 200000
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/dialstate/dialstate.h"

#include "tests/counting_allocator.h"
#include "tests/require.h"

enum {
	SLOTS = 16,
	HISTORY_MS = 30000,
	PROMISED_BYTES = 200, /* a node, beyond its id and endpoint */
	NODES_MIN = 100000,   /* below, what is there once weighs too much */
};

struct rotation {
	struct dti_dialstate *state;
	uint64_t nodes;
	uint64_t begun; /* dials, ever */
	int64_t now_ms;
	uint64_t idle_calls;
};

static struct dt_node node_of(uint64_t number)
{
	struct dt_node node = {
		.endpoint = {.ip = {10, (uint8_t)(number >> 16),
				    (uint8_t)(number >> 8), (uint8_t)number},
			     .family = 4,
			     .tcp_port = 30303,
			     .udp_port = 30303},
	};

	for (size_t i = 0; i < sizeof(number); i++)
		node.id.bytes[i] = (uint8_t)(number >> (8 * i));
	return node;
}

static struct dti_dialstate *make_state(const struct dt_allocator *allocator)
{
	struct dti_dialstate_config config = {
		.limits = {.static_share = 75,
			   .history_expiration_ms = HISTORY_MS,
			   .fallback_interval_ms = 20000,
			   .lookup_max_age_ms = DTI_NEVER,
			   .resolve_delay_ms = 60000},
		.allocator = allocator,
		.check_endpoints = true,
		.hash_key = {1, 2, 3, 4, 5, 6, 7, 8},
	};
	struct dti_dialstate *state;

	require(dti_dialstate_create(&state, &config) == DT_OK, "made");
	return state;
}

/*
 * One call, and the end of its dials. Time goes so fast that as many nodes
 * leave the history as slots are free.
 */
static void run_call(struct rotation *rotation)
{
	const struct dti_task_result result = {.outcome = DT_OUTCOME_REFUSED};
	struct dti_task tasks[SLOTS + 1];
	size_t count;

	rotation->now_ms =
		(int64_t)(rotation->begun * (HISTORY_MS + 1) / rotation->nodes);
	count = dti_dialstate_new_tasks(rotation->state, tasks,
					rotation->now_ms, 1, NULL, SLOTS);
	for (size_t i = 0; i < count; i++)
		dti_dialstate_task_done(rotation->state, rotation->now_ms,
					&tasks[i], &result);
	rotation->begun += count > 0 ? count : 1;
	rotation->idle_calls += count == 0;
}

__attribute__((noinline)) static void run_steady(struct rotation *rotation,
						 uint64_t tasks)
{
	uint64_t end = rotation->begun + tasks;

	while (rotation->begun < end)
		run_call(rotation);
}

/* Twice round: all of them are in the history by then. */
static void warm_up(struct rotation *rotation)
{
	while (rotation->begun < 2 * rotation->nodes)
		run_call(rotation);
}

static uint64_t number_at(int argc, char **argv, int index, uint64_t initial)
{
	return argc > index ? strtoull(argv[index], NULL, 10) : initial;
}

int main(int argc, char **argv)
{
	uint64_t nodes = number_at(argc, argv, 1, 1000000);
	uint64_t tasks = number_at(argc, argv, 2, 1000000);
	size_t known = sizeof(struct dt_node_id) + sizeof(struct dt_endpoint);
	struct counting_allocator memory = {0};
	struct dt_allocator allocator = counting_allocator_functions(&memory);
	struct rotation rotation = {.nodes = nodes};
	double bytes;
	size_t calls;

	if (nodes == 0 || tasks == 0) {
		(void)fputs("usage: scale_dialstate [NODES [TASKS]]\n", stderr);
		return EXIT_FAILURE;
	}
	rotation.state = make_state(&allocator);
	for (uint64_t i = 0; i < nodes; i++) {
		struct dt_node node = node_of(i);

		require(dti_dialstate_add_static(rotation.state, &node) ==
				DT_OK,
			"a node is added");
	}
	warm_up(&rotation);
	calls = memory.calls;
	run_steady(&rotation, tasks);
	bytes = (double)memory.live_bytes / (double)nodes - (double)known;
	printf("nodes %" PRIu64 ", tasks %" PRIu64 ", in history %" PRIu64
	       "\nallocations in the steady state: %zu\n"
	       "bytes a node beyond id and endpoint: %.1f (at most %.1f)\n",
	       nodes, tasks - rotation.idle_calls,
	       dti_dialstate_counters(rotation.state)->history,
	       memory.calls - calls, bytes,
	       (double)memory.peak_bytes / (double)nodes - (double)known);
	require(memory.calls == calls, "the steady state allocates nothing");
	require(nodes < NODES_MIN || bytes < PROMISED_BYTES,
		"a node costs less than promised");
	dti_dialstate_destroy(rotation.state);
	require(memory.live_bytes == 0, "everything is freed");
	return EXIT_SUCCESS;
}
