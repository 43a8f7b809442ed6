/* SPDX-License-Identifier: MIT */
#include "bench/contenders/node_rotation.h"

#include <stdlib.h>
#include <string.h>

#include "lib/dialstate/dialstate.h"

#include "bench/contenders/counted_memory.h"

enum {
	IN_FLIGHT = 16,
};

/* A day: then also of a million nodes each leaves the history by itself. */
#define HISTORY_MS INT64_C(86400000)

struct node_rotation {
	struct dti_dialstate *state;
	struct dt_allocator allocator;
	struct counted_memory memory;
	size_t nodes;
	double bytes_a_node;
	uint64_t random; /* the generator's state */
	int64_t now_ms;
	int64_t step_ms;
	size_t next; /* the oldest of those in flight */
	struct dti_task in_flight[IN_FLIGHT + 1];
};

static const struct dti_task_result refused = {.outcome = DT_OUTCOME_REFUSED};

/* splitmix64. */
static uint64_t draw(struct node_rotation *rotation)
{
	uint64_t mixed = rotation->random += 0x9e3779b97f4a7c15u;

	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
	return mixed ^ (mixed >> 31);
}

static struct dt_node draw_node(struct node_rotation *rotation, size_t number)
{
	struct dt_node node = {
		.endpoint = {.ip = {10, (uint8_t)(number >> 16),
				    (uint8_t)(number >> 8), (uint8_t)number},
			     .family = 4,
			     .tcp_port = 30303,
			     .udp_port = 30303},
	};

	for (size_t i = 0; i < sizeof(node.id.bytes); i += sizeof(uint64_t)) {
		uint64_t part = draw(rotation);

		memcpy(&node.id.bytes[i], &part, sizeof(part));
	}
	return node;
}

static dt_err make_state(struct node_rotation *rotation)
{
	struct dti_dialstate_config config = {
		.limits = {.max_dyn_dials = 25,
			   .static_share = 75,
			   .history_expiration_ms = HISTORY_MS,
			   .fallback_interval_ms = 20000,
			   .lookup_max_age_ms = DTI_NEVER,
			   .resolve_delay_ms = 60000},
		.allocator = &rotation->allocator,
		.check_endpoints = true,
		.hash_key = {1, 2, 3, 4, 5, 6, 7, 8},
	};

	rotation->allocator = counted_memory_allocator(&rotation->memory);
	return dti_dialstate_create(&rotation->state, &config);
}

static dt_err add_nodes(struct node_rotation *rotation)
{
	size_t bytes = rotation->memory.live_bytes;
	dt_err err = DT_OK;

	for (size_t i = 0; i < rotation->nodes && !err; i++) {
		struct dt_node node = draw_node(rotation, i);

		err = dti_dialstate_add_static(rotation->state, &node);
	}
	rotation->bytes_a_node = (double)(rotation->memory.live_bytes - bytes) /
					 (double)rotation->nodes -
				 (double)(sizeof(struct dt_node_id) +
					  sizeof(struct dt_endpoint));
	return err;
}

static dt_err add_peers(struct node_rotation *rotation, size_t peers)
{
	dt_err err = DT_OK;

	for (size_t i = 0; i < peers && !err; i++) {
		struct dt_node node = draw_node(rotation, i);

		err = dti_dialstate_peer_added(rotation->state, &node.id,
					       DT_PEER_DYN);
	}
	return err;
}

static void shuffle(struct node_rotation *rotation, struct dti_task *tasks,
		    size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = (size_t)(draw(rotation) % i);
		struct dti_task task = tasks[i - 1];

		tasks[i - 1] = tasks[other];
		tasks[other] = task;
	}
}

/* Dial them all once, and let the dials end one after the other. */
static bool fill_history(struct node_rotation *rotation)
{
	size_t nodes = rotation->nodes;
	struct dti_task *tasks = calloc(nodes + 1, sizeof(*tasks));
	size_t count;

	if (!tasks)
		return false;
	count = dti_dialstate_new_tasks(rotation->state, tasks, 0, 0, NULL,
					nodes);
	shuffle(rotation, tasks, count);
	for (size_t i = 0; i + IN_FLIGHT < count; i++) {
		rotation->now_ms += rotation->step_ms;
		dti_dialstate_task_done(rotation->state, rotation->now_ms,
					&tasks[i], &refused);
	}
	if (count == nodes)
		memcpy(rotation->in_flight, &tasks[count - IN_FLIGHT],
		       IN_FLIGHT * sizeof(*tasks));
	free(tasks);
	return count == nodes;
}

struct node_rotation *node_rotation_create(size_t nodes, size_t peers)
{
	struct node_rotation *rotation = calloc(1, sizeof(*rotation));

	if (!rotation)
		return NULL;
	rotation->nodes = nodes;
	/* While all others are in the history once, one leaves it a step. */
	rotation->step_ms = HISTORY_MS / (int64_t)(nodes - IN_FLIGHT) + 1;
	if (make_state(rotation)) {
		free(rotation);
		return NULL;
	}
	if (add_nodes(rotation) || add_peers(rotation, peers) ||
	    !fill_history(rotation)) {
		node_rotation_destroy(rotation);
		return NULL;
	}
	return rotation;
}

bool node_rotation_run(struct node_rotation *rotation, uint64_t tasks)
{
	for (uint64_t i = 0; i < tasks; i++) {
		struct dti_task *task = &rotation->in_flight[rotation->next];
		struct dti_task begun[2];

		rotation->now_ms += rotation->step_ms;
		dti_dialstate_task_done(rotation->state, rotation->now_ms, task,
					&refused);
		if (dti_dialstate_new_tasks(rotation->state, begun,
					    rotation->now_ms, IN_FLIGHT - 1,
					    NULL, 1) != 1)
			return false;
		*task = begun[0];
		rotation->next = (rotation->next + 1) % IN_FLIGHT;
	}
	return true;
}

double node_rotation_bytes_a_node(const struct node_rotation *rotation)
{
	return rotation->bytes_a_node;
}

void node_rotation_destroy(struct node_rotation *rotation)
{
	dti_dialstate_destroy(rotation->state);
	free(rotation);
}
