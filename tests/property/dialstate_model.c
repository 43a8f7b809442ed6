/* SPDX-License-Identifier: MIT */
#include "tests/property/dialstate_model.h"

#include <string.h>

#define NONE DT_SKIP_COUNT

void model_init(struct model *model)
{
	memset(model, 0, sizeof(*model));
	model->self = -1;
	model->credit = 99;
	for (int i = 0; i < MODEL_NODES; i++)
		model->nodes[i].banned_until_ms = DTI_NEVER;
}

/* ---- questions ---- */

static int count_peers(const struct model *model, bool only_dyn)
{
	int count = 0;

	for (int i = 0; i < MODEL_NODES; i++)
		if (model->nodes[i].is_peer &&
		    (!only_dyn || (model->nodes[i].flags & DT_PEER_DYN)))
			count++;
	return count;
}

int64_t model_need(const struct model *model)
{
	int64_t need = model->limits.max_dyn_dials;

	need -= count_peers(model, true);
	for (int i = 0; i < MODEL_NODES; i++)
		if (model->nodes[i].activity == MODEL_DYN_DIAL)
			need--;
	return need;
}

bool model_is_in_history(const struct model *model, int node)
{
	for (int i = 0; i < model->history_count; i++)
		if (model->history[i].node == node)
			return true;
	return false;
}

int64_t model_last_expiry(const struct model *model, int node)
{
	int64_t last_ms = INT64_MIN;

	for (int i = 0; i < model->history_count; i++)
		if (model->history[i].node == node &&
		    model->history[i].expires_ms > last_ms)
			last_ms = model->history[i].expires_ms;
	return last_ms;
}

int model_position(const int *list, int count, int node)
{
	for (int i = 0; i < count; i++)
		if (list[i] == node)
			return i;
	return -1;
}

bool model_in_now(const struct model *model, int node)
{
	return model_position(model->now, model->now_count, node) >= 0;
}

static bool in_aside(const struct model *model, int node)
{
	return model_position(model->aside, model->aside_count, node) >= 0;
}

bool model_is_remembered(const struct model *model, int node)
{
	const struct model_node *n = &model->nodes[node];

	return n->is_static || n->activity != MODEL_IDLE || n->is_peer ||
	       n->inbound > 0 || n->banned ||
	       model_is_in_history(model, node) || model_in_now(model, node);
}

static bool net_is_allowed(const struct model *model, uint8_t net)
{
	switch (model->networks) {
	case MODEL_ALL_NETWORKS:
		return true;
	case MODEL_NET_10:
		return net == 10;
	case MODEL_NET_11:
		return net == 11;
	case MODEL_NO_NETWORK:
	case MODEL_NETWORKS_COUNT:
		break;
	}
	return false;
}

static enum dt_skip check_place(const struct model *model,
				struct model_place place, bool is_static)
{
	if (model->check_endpoints) {
		if ((place.net != 0 || place.has_name) && !place.has_port)
			return DT_SKIP_NO_PORT;
		if (place.net == 224)
			return DT_SKIP_BAD_ADDRESS;
	}
	if (model->networks == MODEL_ALL_NETWORKS)
		return NONE;
	if (place.net == 0)
		return is_static || place.has_name ? NONE : DT_SKIP_NOT_ALLOWED;
	return net_is_allowed(model, place.net) ? NONE : DT_SKIP_NOT_ALLOWED;
}

enum dt_skip model_check_but_history(const struct model *model, int node,
				     struct model_place place, bool is_static)
{
	const struct model_node *n = &model->nodes[node];

	if (n->activity != MODEL_IDLE)
		return DT_SKIP_ALREADY_DIALING;
	if (n->is_peer)
		return DT_SKIP_ALREADY_CONNECTED;
	if (n->inbound > 0)
		return DT_SKIP_PENDING_INBOUND;
	if (node == model->self)
		return DT_SKIP_SELF;
	if (n->banned)
		return DT_SKIP_BANNED;
	return check_place(model, place, is_static);
}

enum dt_skip model_check(const struct model *model, int node,
			 struct model_place place, bool is_static)
{
	enum dt_skip reason =
		model_check_but_history(model, node, place, is_static);

	if (reason == NONE && model_is_in_history(model, node))
		return DT_SKIP_RECENTLY_DIALED;
	return reason;
}

/* Only another endpoint or another netrestrict list can help it. */
bool model_is_hopeless(const struct model *model, int node)
{
	return node == model->self ||
	       check_place(model, model->nodes[node].place, true) != NONE;
}

bool model_is_busy(const struct model *model, int node)
{
	const struct model_node *n = &model->nodes[node];

	return n->activity != MODEL_IDLE || n->is_peer || n->inbound > 0;
}

static int64_t fallback_ms(const struct model *model)
{
	return model->start_ms + model->limits.fallback_interval_ms + 1;
}

int64_t model_deadline(const struct model *model)
{
	int64_t first_ms = DTI_NEVER;

	for (int i = 0; i < model->history_count; i++)
		if (model->history[i].expires_ms < first_ms)
			first_ms = model->history[i].expires_ms;
	for (int i = 0; i < MODEL_NODES; i++)
		if (model->nodes[i].banned &&
		    model->nodes[i].banned_until_ms < first_ms)
			first_ms = model->nodes[i].banned_until_ms;
	if (first_ms != DTI_NEVER)
		first_ms++;
	if (model->started && count_peers(model, false) == 0 &&
	    model->ring_count > 0 && model_need(model) > 0 &&
	    fallback_ms(model) > model->last_ms &&
	    fallback_ms(model) < first_ms)
		first_ms = fallback_ms(model);
	return first_ms;
}

/* ---- the order of static nodes ---- */

/* After each event on a node: does it stand ready, and since when? */
void model_update_ready(struct model *model, int node)
{
	struct model_node *n = &model->nodes[node];
	bool waits = model_is_busy(model, node) || n->banned ||
		     (model_is_in_history(model, node) &&
		      !model_is_hopeless(model, node));

	if (!n->is_static || in_aside(model, node) ||
	    model_in_now(model, node) || waits)
		n->ready_since = 0;
	else if (n->ready_since == 0)
		n->ready_since = ++model->last_ready;
}

int model_first_ready(const struct model *model)
{
	int first = -1;

	for (int i = 0; i < MODEL_NODES; i++)
		if (model->nodes[i].ready_since != 0 &&
		    (first < 0 || model->nodes[i].ready_since <
					  model->nodes[first].ready_since))
			first = i;
	return first;
}

int model_count_ready(const struct model *model)
{
	int count = 0;

	for (int i = 0; i < MODEL_NODES; i++)
		count += model->nodes[i].ready_since != 0;
	return count;
}
