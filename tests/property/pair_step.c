/* SPDX-License-Identifier: MIT */
#include "tests/property/pair.h"

static int random_node(struct pair *pair)
{
	return random_below(&pair->random, MODEL_NODES);
}

/*
 * Where the order of static nodes matters, no two holds end at the same time:
 * which of them goes first is not promised.
 */
static int64_t unused_end(const struct pair *pair, int64_t end_ms)
{
	const struct model *model = &pair->model;
	bool used = pair->limited;

	while (used) {
		used = false;
		for (int i = 0; i < model->history_count; i++)
			used = used || model->history[i].expires_ms == end_ms;
		for (int i = 0; i < MODEL_NODES; i++)
			used = used ||
			       (model->nodes[i].banned &&
				model->nodes[i].banned_until_ms == end_ms);
		end_ms += used ? 1 : 0;
	}
	return end_ms;
}

static void add_static(struct pair *pair)
{
	int number = random_node(pair);
	struct model_place place = pair_random_place(pair);
	struct dt_node node = pair_node(number, place);

	pair_require(pair,
		     dti_dialstate_add_static(pair->state, &node) == DT_OK,
		     "a static node is added");
	model_add_static(&pair->model, number, place);
}

static void remove_static(struct pair *pair)
{
	int number = random_node(pair);
	struct dt_node_id id = pair_id(number);

	pair_require(pair,
		     dti_dialstate_remove_static(pair->state, &id) ==
			     model_remove_static(&pair->model, number),
		     "both know whether it was static");
}

static void change_bootnodes(struct pair *pair)
{
	int number = random_node(pair);
	struct model_place place = pair_random_place(pair);
	struct dt_node node = pair_node(number, place);

	if (pair->model.ring_count < 8 && random_chance(&pair->random, 60)) {
		pair_require(pair,
			     dti_dialstate_add_bootnode(pair->state, &node) ==
				     DT_OK,
			     "a bootnode is added");
		model_add_bootnode(&pair->model, number, place);
		return;
	}
	pair_require(pair,
		     dti_dialstate_remove_bootnode(pair->state, &node.id) ==
			     model_remove_bootnode(&pair->model, number),
		     "both know whether it was a bootnode");
}

static void add_peer(struct pair *pair)
{
	int number = random_node(pair);
	struct dt_node_id id = pair_id(number);
	uint32_t flags = (uint32_t)random_below(&pair->random, 16);

	/* The nodes that are being dialed are the likely ones. */
	for (int i = 0; i < 4; i++)
		if (pair->model.nodes[number].activity == MODEL_IDLE)
			number = random_node(pair);
	id = pair_id(number);
	pair_require(pair,
		     dti_dialstate_peer_added(pair->state, &id, flags) == DT_OK,
		     "a peer is added");
	model_peer_added(&pair->model, number, flags);
}

static void remove_peer(struct pair *pair)
{
	int number = random_node(pair);
	struct dt_node_id id;

	for (int i = 0; i < 4; i++)
		if (!pair->model.nodes[number].is_peer)
			number = random_node(pair);
	id = pair_id(number);
	pair_require(pair,
		     dti_dialstate_peer_removed(pair->state, &id) ==
			     model_peer_removed(&pair->model, number),
		     "both know the peer's flags");
}

static void change_inbound(struct pair *pair)
{
	int number = random_node(pair);
	struct dt_node_id id = pair_id(number);

	if (random_chance(&pair->random, 40)) {
		pair_require(pair,
			     dti_dialstate_inbound_pending(pair->state, &id) ==
				     DT_OK,
			     "an inbound handshake begins");
		model_inbound_pending(&pair->model, number);
		return;
	}
	for (int i = 0; i < 8; i++)
		if (pair->model.nodes[number].inbound == 0)
			number = random_node(pair);
	id = pair_id(number);
	dti_dialstate_inbound_done(pair->state, &id);
	model_inbound_done(&pair->model, number);
}

static void change_ban(struct pair *pair)
{
	int number = random_node(pair);
	struct dt_node_id id = pair_id(number);
	int64_t until_ms = unused_end(
		pair, pair->now_ms + random_below(&pair->random, 60000));

	if (random_chance(&pair->random, 30))
		until_ms = DTI_NEVER;
	if (random_chance(&pair->random, 40)) {
		pair_require(pair,
			     dti_dialstate_ban(pair->state, &id, until_ms) ==
				     DT_OK,
			     "a node is banned");
		model_ban(&pair->model, number, until_ms);
		return;
	}
	dti_dialstate_unban(pair->state, &id);
	model_unban(&pair->model, number);
}

static void dial_now(struct pair *pair)
{
	int number = random_node(pair);
	struct model_place place = pair_random_place(pair);
	struct dt_node node = pair_node(number, place);
	enum dt_skip expected = model_dial_now(&pair->model, number, place);
	enum dt_skip refused = DT_SKIP_COUNT;
	dt_err err = dti_dialstate_dial_now(pair->state, &refused, &node);

	pair_require(pair, refused == expected, "refused for the same reason");
	pair_require(
		pair,
		err == (expected == DT_SKIP_COUNT ? DT_OK : DT_ERR_ARGUMENT),
		"refused with its code");
}

static void set_networks(struct pair *pair)
{
	int networks =
		random_chance(&pair->random, 60)
			? MODEL_ALL_NETWORKS
			: random_below(&pair->random, MODEL_NETWORKS_COUNT);

	dti_dialstate_set_netrestrict(pair->state, pair->networks[networks]);
	model_set_networks(&pair->model, (enum model_networks)networks);
}

static void set_limits(struct pair *pair)
{
	struct dti_dialstate_limits *limits = &pair->model.limits;

	limits->max_dyn_dials = (uint32_t)random_below(&pair->random, 13);
	limits->static_share = (uint32_t)random_below(&pair->random, 101);
	dti_dialstate_set_limits(pair->state, limits);
}

/* A dial that ends; rarely one that was not active, as in a quirk trace. */
static int node_to_end(struct pair *pair)
{
	int number = random_node(pair);
	bool odd = random_chance(&pair->random, 3);

	for (int i = 0; i < MODEL_NODES && !odd; i++) {
		int candidate = (number + i) % MODEL_NODES;

		if (pair->model.nodes[candidate].activity != MODEL_IDLE)
			return candidate;
	}
	return odd ? number : -1;
}

static void end_dial(struct pair *pair)
{
	int64_t expiration_ms = pair->model.limits.history_expiration_ms;
	int number = node_to_end(pair);
	bool fault = random_chance(&pair->random, 15);
	struct dti_task_result result = {
		.outcome = fault ? DT_OUTCOME_NO_PORTS : DT_OUTCOME_REFUSED,
		.has_endpoint = random_chance(&pair->random, 30),
	};
	struct model_place found = pair_random_place(pair);
	struct dti_task task = {.kind = DT_TASK_DYN_DIAL};
	uint64_t serial = 0;

	if (number < 0)
		return;
	task.node.id = pair_id(number);
	if (pair->was_dialed[number]) {
		task = pair->dials[number];
		serial = pair->model.nodes[number].dial_serial;
	}
	found.has_name = false;
	result.endpoint = pair_node(number, found).endpoint;
	pair->now_ms =
		unused_end(pair, pair->now_ms + expiration_ms) - expiration_ms;
	dti_dialstate_task_done(pair->state, pair->now_ms, &task, &result);
	model_dial_done(&pair->model, pair->now_ms, number, serial, fault,
			result.has_endpoint ? &found : NULL);
}

static void end_lookup(struct pair *pair)
{
	struct model_candidate candidates[16];
	struct dt_node nodes[16];
	struct dti_task task = {.kind = DT_TASK_LOOKUP};
	struct dti_task_result result = {.nodes = nodes};
	int count = random_below(&pair->random, 17);
	bool odd = random_chance(&pair->random, 2);

	if (!pair->model.lookup_running && !odd)
		return;
	if (pair->model.buffer_count > 100)
		count = 0;
	for (int i = 0; i < count; i++) {
		candidates[i] = (struct model_candidate){
			.node = random_node(pair),
			.place = pair_random_place(pair),
		};
		nodes[i] = pair_node(candidates[i].node, candidates[i].place);
	}
	result.node_count = (size_t)count;
	dti_dialstate_task_done(pair->state, pair->now_ms, &task, &result);
	model_lookup_done(&pair->model, pair->now_ms, candidates, count);
}

/* To the border where something ends, or to one of its neighbours. */
static void pass_to_border(struct pair *pair)
{
	int64_t deadline_ms = model_deadline(&pair->model);

	if (deadline_ms != DTI_NEVER && deadline_ms - 2 >= pair->now_ms)
		pair->now_ms = deadline_ms - 2 + random_below(&pair->random, 3);
}

/* Mostly small steps, some long ones; without a limit also back. */
static void pass_time(struct pair *pair)
{
	int kind = random_below(&pair->random, 100);

	if (kind < 30)
		return;
	if (kind < 70)
		pair->now_ms += random_below(&pair->random, 2000);
	else if (kind < 85)
		pass_to_border(pair);
	else if (kind < 98 || pair->limited)
		pair->now_ms += random_below(&pair->random, 40000);
	else
		pair->now_ms -= random_below(&pair->random, 10000);
	if (pair->now_ms < 0)
		pair->now_ms = 0;
}

void pair_step(struct pair *pair)
{
	static const struct {
		int weight;
		void (*apply)(struct pair *pair);
	} events[] = {
		{30, pair_tick},       {24, end_dial},   {6, end_lookup},
		{8, add_peer},         {8, remove_peer}, {6, add_static},
		{4, remove_static},    {2, dial_now},    {3, change_inbound},
		{2, change_bootnodes}, {3, change_ban},  {1, set_networks},
		{1, set_limits},
	};
	int choice = random_below(&pair->random, 98);
	size_t index = 0;

	pair->event++;
	pass_time(pair);
	while (choice >= events[index].weight)
		choice -= events[index++].weight;
	events[index].apply(pair);
	pair_compare(pair);
}
