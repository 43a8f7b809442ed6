/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tests/property/dialstate_model_tick.h"

#define NONE DT_SKIP_COUNT

/* Steps 5 to 7. */

static void try_candidate(struct model_tick *tick,
			  const struct model_candidate *c,
			  enum dt_source source)
{
	struct model *model = tick->model;
	struct model_node *n = &model->nodes[c->node];
	struct model_task task = {
		.kind = DT_TASK_DYN_DIAL,
		.source = source,
		.node = c->node,
		.place = c->place,
	};

	if (n->ready_since != 0 &&
	    model_check(model, c->node, n->place, true) == NONE) {
		model_dial_static(tick, c->node, source);
		return;
	}
	if (model_check(model, c->node, c->place, false) != NONE) {
		model_skip(tick, source);
		return;
	}
	if (n->is_static)
		task.place.has_name = false; /* its name is its record's */
	else
		n->place = c->place;
	model_emit(tick, task);
	model_update_ready(model, c->node);
}

bool model_is_bootnodes_turn(const struct model *model)
{
	for (int i = 0; i < MODEL_NODES; i++)
		if (model->nodes[i].is_peer)
			return false;
	return model->ring_count > 0 && model_need(model) > 0 &&
	       model->last_ms - model->start_ms >
		       model->limits.fallback_interval_ms;
}

static void try_bootnode(struct model_tick *tick)
{
	struct model *model = tick->model;
	struct model_candidate head = model->ring[0];

	memmove(&model->ring[0], &model->ring[1],
		(size_t)(model->ring_count - 1) * sizeof(head));
	model->ring[model->ring_count - 1] = head;
	try_candidate(tick, &head, DT_SOURCE_BOOTNODE);
}

static void try_random(struct model_tick *tick, int most, int dials)
{
	int floor = tick->slots - dials;

	while (tick->random_looked < most && tick->slots > floor)
		try_candidate(tick, &tick->random[tick->random_looked++],
			      DT_SOURCE_RANDOM);
}

static void try_buffer(struct model_tick *tick)
{
	struct model *model = tick->model;

	while (tick->slots > 0 && model_tick_need(tick) > 0 &&
	       model->buffer_count > 0) {
		struct model_candidate head = model->buffer[0];

		memmove(&model->buffer[0], &model->buffer[1],
			(size_t)--model->buffer_count * sizeof(head));
		if (model->limits.lookup_max_age_ms != DTI_NEVER &&
		    model->last_ms - head.arrived_ms >
			    model->limits.lookup_max_age_ms)
			model_skip(tick, DT_SOURCE_LOOKUP);
		else
			try_candidate(tick, &head, DT_SOURCE_LOOKUP);
	}
}

/* The documented rule HALVES, slot by slot. */
static int slots_for_random(struct model_tick *tick, int most, int need)
{
	struct model *model = tick->model;
	int buffered = model_least(model->buffer_count, need - most);
	int mine = 0;
	int other = 0;

	if (most == 0 || buffered == 0 || most + buffered <= tick->slots)
		return model_least(tick->slots, most);
	mine = tick->slots / 2;
	other = tick->slots / 2;
	if (tick->slots % 2 == 1) {
		if (model->odd_to_buffer)
			other++;
		else
			mine++;
		model->odd_to_buffer = !model->odd_to_buffer;
	}
	while (other > buffered) {
		other--;
		mine++;
	}
	return model_least(mine, most);
}

void model_dial_dyn(struct model_tick *tick)
{
	int need;
	int most;

	if (tick->slots > 0 && model_is_bootnodes_turn(tick->model))
		try_bootnode(tick);
	need = model_tick_need(tick);
	most = model_least(tick->random_count, need / 2);
	try_random(tick, most, slots_for_random(tick, most, need));
	try_buffer(tick);
	try_random(tick, most, tick->slots);
}
