/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tests/property/dialstate_model.h"

#define NONE DT_SKIP_COUNT

static void remove_at(int *list, int *count, int index)
{
	memmove(&list[index], &list[index + 1],
		(size_t)(*count - index - 1) * sizeof(*list));
	(*count)--;
}

static void leave_aside(struct model *model, int node)
{
	int index = model_position(model->aside, model->aside_count, node);

	if (index < 0)
		return;
	remove_at(model->aside, &model->aside_count, index);
	if (model->recheck > model->aside_count)
		model->recheck = model->aside_count;
}

void model_add_static(struct model *model, int node, struct model_place place)
{
	struct model_node *n = &model->nodes[node];

	n->is_static = true;
	n->place = place;
	n->serial = ++model->last_serial;
	leave_aside(model, node);
	model_update_ready(model, node);
}

bool model_remove_static(struct model *model, int node)
{
	struct model_node *n = &model->nodes[node];

	if (!n->is_static)
		return false;
	n->is_static = false;
	n->serial = 0;
	leave_aside(model, node);
	model_update_ready(model, node);
	return true;
}

void model_add_bootnode(struct model *model, int node, struct model_place place)
{
	model->ring[model->ring_count++] = (struct model_candidate){
		.node = node,
		.place = place,
	};
}

bool model_remove_bootnode(struct model *model, int node)
{
	int kept = 0;
	bool removed;

	for (int i = 0; i < model->ring_count; i++)
		if (model->ring[i].node != node)
			model->ring[kept++] = model->ring[i];
	removed = kept != model->ring_count;
	model->ring_count = kept;
	return removed;
}

void model_peer_added(struct model *model, int node, uint32_t flags)
{
	model->nodes[node].is_peer = true;
	model->nodes[node].flags = flags;
	model_update_ready(model, node);
}

uint32_t model_peer_removed(struct model *model, int node)
{
	uint32_t flags = model->nodes[node].flags;

	if (!model->nodes[node].is_peer)
		return 0;
	model->nodes[node].is_peer = false;
	model->nodes[node].flags = 0;
	model_update_ready(model, node);
	return flags;
}

void model_inbound_pending(struct model *model, int node)
{
	model->nodes[node].inbound++;
	model_update_ready(model, node);
}

void model_inbound_done(struct model *model, int node)
{
	if (model->nodes[node].inbound == 0)
		return;
	model->nodes[node].inbound--;
	model_update_ready(model, node);
}

void model_ban(struct model *model, int node, int64_t until_ms)
{
	model->nodes[node].banned = true;
	model->nodes[node].banned_until_ms = until_ms;
	model_update_ready(model, node);
}

void model_unban(struct model *model, int node)
{
	model->nodes[node].banned = false;
	model_update_ready(model, node);
}

enum dt_skip model_dial_now(struct model *model, int node,
			    struct model_place place)
{
	struct model_node *n = &model->nodes[node];
	enum dt_skip reason;
	int kept = 0;

	if (n->is_static)
		place = n->place;
	reason = model_check_but_history(model, node, place, n->is_static);
	if (reason != NONE) {
		model->offered[DT_SOURCE_DIAL_NOW]++;
		model->skipped++;
		return reason;
	}
	n->place = place;
	for (int i = 0; i < model->history_count; i++)
		if (model->history[i].node != node)
			model->history[kept++] = model->history[i];
	model->history_count = kept;
	leave_aside(model, node);
	if (!model_in_now(model, node))
		model->now[model->now_count++] = node;
	model_update_ready(model, node);
	return NONE;
}

void model_set_networks(struct model *model, enum model_networks networks)
{
	model->networks = networks;
	model->recheck = model->aside_count;
}

void model_dial_done(struct model *model, int64_t now_ms, int node,
		     uint64_t serial, bool local_fault,
		     const struct model_place *found)
{
	struct model_node *n = &model->nodes[node];

	n->activity = MODEL_IDLE;
	if (found != NULL && serial != 0 && serial == n->serial) {
		bool has_name = n->place.has_name;

		n->place = *found;
		n->place.has_name = has_name;
	}
	if (!local_fault)
		model->history[model->history_count++] = (struct model_entry){
			.node = node,
			.expires_ms =
				now_ms + model->limits.history_expiration_ms,
		};
	model_update_ready(model, node);
}

void model_lookup_done(struct model *model, int64_t now_ms,
		       const struct model_candidate *nodes, int count)
{
	model->lookup_running = false;
	for (int i = 0; i < count; i++) {
		model->buffer[model->buffer_count] = nodes[i];
		model->buffer[model->buffer_count++].arrived_ms = now_ms;
	}
}
