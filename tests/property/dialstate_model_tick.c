/* SPDX-License-Identifier: MIT */
#include "tests/property/dialstate_model_tick.h"

#include <string.h>

#include "tests/require.h"

#define NONE DT_SKIP_COUNT

int model_least(int a, int b)
{
	return a < b ? a : b;
}

int model_tick_need(const struct model_tick *tick)
{
	int64_t need = model_need(tick->model);

	return need > 0 ? (int)need : 0;
}

void model_emit(struct model_tick *tick, struct model_task task)
{
	struct model *model = tick->model;
	struct model_node *n = &model->nodes[task.node];

	n->activity = task.kind == DT_TASK_STATIC_DIAL ? MODEL_STATIC_DIAL
						       : MODEL_DYN_DIAL;
	n->dial_serial = task.kind == DT_TASK_STATIC_DIAL ? n->serial : 0;
	model->offered[task.source]++;
	model->dialed[task.source]++;
	tick->out[tick->count++] = task;
	tick->slots--;
}

void model_skip(struct model_tick *tick, enum dt_source source)
{
	tick->model->offered[source]++;
	if (source != DT_SOURCE_STATIC)
		tick->model->skipped++;
}

void model_dial_static(struct model_tick *tick, int node, enum dt_source source)
{
	model_emit(tick, (struct model_task){
				 .kind = DT_TASK_STATIC_DIAL,
				 .source = source,
				 .node = node,
				 .place = tick->model->nodes[node].place,
			 });
	tick->model->nodes[node].ready_since = 0;
}

/* ---- step 3, and bans ---- */

static int first_expired(const struct model *model, int64_t now_ms)
{
	int first = -1;

	for (int i = 0; i < model->history_count; i++)
		if (model->history[i].expires_ms < now_ms &&
		    (first < 0 || model->history[i].expires_ms <
					  model->history[first].expires_ms))
			first = i;
	return first;
}

static int first_unbanned(const struct model *model, int64_t now_ms)
{
	int first = -1;

	for (int i = 0; i < MODEL_NODES; i++) {
		const struct model_node *n = &model->nodes[i];

		if (n->banned && n->banned_until_ms < now_ms &&
		    (first < 0 ||
		     n->banned_until_ms < model->nodes[first].banned_until_ms))
			first = i;
	}
	return first;
}

static void expire(struct model *model, int64_t now_ms)
{
	int index;

	while ((index = first_expired(model, now_ms)) >= 0) {
		int node = model->history[index].node;

		model->history[index] = model->history[--model->history_count];
		model_update_ready(model, node);
	}
	while ((index = first_unbanned(model, now_ms)) >= 0)
		model_unban(model, index);
}

/* ---- dial_now ---- */

static void dial_now(struct model_tick *tick)
{
	struct model *model = tick->model;

	while (tick->slots > 0 && model->now_count > 0) {
		int node = model->now[0];
		struct model_node *n = &model->nodes[node];
		enum dt_skip reason =
			model_check(model, node, n->place, n->is_static);

		memmove(&model->now[0], &model->now[1],
			(size_t)--model->now_count * sizeof(model->now[0]));
		if (reason != NONE)
			model_skip(tick, DT_SOURCE_DIAL_NOW);
		else if (n->is_static)
			model_dial_static(tick, node, DT_SOURCE_DIAL_NOW);
		else
			model_emit(tick, (struct model_task){
						 .kind = DT_TASK_DYN_DIAL,
						 .source = DT_SOURCE_DIAL_NOW,
						 .node = node,
						 .place = n->place,
					 });
		model_update_ready(model, node);
	}
}

/* ---- step 4 ---- */

static int take_static(struct model *model)
{
	int node;

	if (model->recheck == 0) {
		node = model_first_ready(model);
		if (node >= 0)
			model->nodes[node].ready_since = 0;
		return node;
	}
	model->recheck--;
	node = model->aside[0];
	memmove(&model->aside[0], &model->aside[1],
		(size_t)--model->aside_count * sizeof(model->aside[0]));
	return node;
}

static void dial_static_nodes(struct model_tick *tick, int quota)
{
	struct model *model = tick->model;
	int floor = tick->slots > quota ? tick->slots - quota : 0;

	while (tick->slots > floor) {
		int node = take_static(model);

		if (node < 0)
			return;
		if (model_check(model, node, model->nodes[node].place, true) ==
		    NONE) {
			model_dial_static(tick, node, DT_SOURCE_STATIC);
			continue;
		}
		model_skip(tick, DT_SOURCE_STATIC);
		if (!model_is_busy(model, node) &&
		    model_is_hopeless(model, node)) {
			model->nodes[node].serial = ++model->last_serial;
			model->aside[model->aside_count++] = node;
		}
		model_update_ready(model, node);
	}
}

/* Step 4 as the original has it: look at all of them. */
static bool all_static_nodes_are_dialed(const struct model *model)
{
	for (int i = 0; i < MODEL_NODES; i++)
		if (model->nodes[i].is_static &&
		    model_check(model, i, model->nodes[i].place, true) == NONE)
			return false;
	return true;
}

/* ---- the slots ---- */

/* The documented rule SHARE, slot by slot. */
static int slots_for_static(struct model_tick *tick)
{
	struct model *model = tick->model;
	int need = model_tick_need(tick);
	int ready = model_count_ready(model) + model->recheck;
	int wanted = (model_is_bootnodes_turn(model) ? 1 : 0) +
		     model_least(tick->random_count, need / 2) +
		     model->buffer_count;
	int mine = 0;
	int other;

	wanted = model_least(wanted, need);
	if (ready == 0 || wanted == 0 || ready + wanted <= tick->slots)
		return model_least(tick->slots, ready);
	for (int i = 0; i < tick->slots; i++) {
		model->credit += model->limits.static_share;
		if (model->credit >= 100) {
			model->credit -= 100;
			mine++;
		}
	}
	other = tick->slots - mine;
	if (wanted < other)
		mine = tick->slots - wanted;
	return model_least(mine, ready);
}

/* Static dials before dynamic ones; both keep their order. */
static void put_static_first(struct model_tick *tick, int first)
{
	struct model_task sorted[MODEL_TASKS_MAX];
	int count = 0;

	for (int pass = 0; pass < 2; pass++)
		for (int i = first; i < tick->count; i++)
			if ((tick->out[i].kind == DT_TASK_STATIC_DIAL) ==
			    (pass == 0))
				sorted[count++] = tick->out[i];
	memcpy(&tick->out[first], sorted, (size_t)count * sizeof(sorted[0]));
}

/* Step 8 */
static void make_lookup(struct model_tick *tick)
{
	struct model *model = tick->model;

	if (!model->has_lookup || model->lookup_running ||
	    model_need(model) <= model->buffer_count)
		return;
	model->lookup_running = true;
	tick->out[tick->count++] = (struct model_task){.kind = DT_TASK_LOOKUP};
}

/* Step 9 */
static void make_wait(struct model_tick *tick)
{
	const struct model *model = tick->model;
	int64_t expires_ms = DTI_NEVER;

	if (model->history_count == 0)
		return;
	for (int i = 0; i < model->history_count; i++)
		if (model->history[i].expires_ms < expires_ms)
			expires_ms = model->history[i].expires_ms;
	tick->out[tick->count++] = (struct model_task){
		.kind = DT_TASK_WAIT,
		.wait_ms = expires_ms - model->last_ms,
	};
}

int model_new_tasks(struct model *model, struct model_task *out, int64_t now_ms,
		    bool running, const struct model_table *table, int max)
{
	struct model_tick tick = {.model = model, .out = out, .slots = max};
	int first;

	if (!model->started)
		model->start_ms = now_ms;
	model->started = true;
	model->last_ms = now_ms;
	expire(model, now_ms);
	dial_now(&tick);
	first = tick.count;
	tick.random = table->nodes;
	if (tick.slots > 0 && model_tick_need(&tick) / 2 > 0)
		tick.random_count = model_least(
			table->count, (int)(model->limits.max_dyn_dials / 2));
	dial_static_nodes(&tick, slots_for_static(&tick));
	require(max != MODEL_UNLIMITED || all_static_nodes_are_dialed(model),
		"without a limit each static node that may be is dialed");
	model_dial_dyn(&tick);
	dial_static_nodes(&tick, tick.slots);
	put_static_first(&tick, first);
	make_lookup(&tick);
	if (tick.count == 0 && !running)
		make_wait(&tick);
	return tick.count;
}
