/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/property/pair.h"

static void compare_counts(const struct pair *pair)
{
	const struct model *model = &pair->model;
	const struct dti_dialstate_counters *counters =
		dti_dialstate_counters(pair->state);
	uint64_t skipped = 0;
	uint64_t remembered = 0;

	for (int i = 0; i < DT_SOURCE_COUNT; i++) {
		pair_require(pair, counters->dialed[i] == model->dialed[i],
			     "as many dials of each source");
		pair_require(pair, counters->offered[i] == model->offered[i],
			     "as many candidates of each source");
	}
	for (int i = 0; i < DT_SKIP_COUNT; i++)
		skipped += counters->skipped[i];
	skipped -= counters->offered[DT_SOURCE_STATIC] -
		   counters->dialed[DT_SOURCE_STATIC];
	pair_require(pair, skipped == model->skipped, "as many skipped");
	for (int i = 0; i < MODEL_NODES; i++)
		remembered += model_is_remembered(model, i);
	pair_require(pair, counters->records == remembered,
		     "what nothing holds is forgotten");
	pair_require(pair, counters->history == (uint64_t)model->history_count,
		     "the histories have the same size");
	pair_require(pair,
		     counters->lookup_buffer == (uint64_t)model->buffer_count,
		     "the lookup buffers have the same size");
	pair_require(pair, counters->bootnodes == (uint64_t)model->ring_count,
		     "the rings have the same size");
	pair_require(pair,
		     counters->static_ready ==
			     (uint64_t)model_count_ready(model),
		     "as many static nodes stand ready");
}

static enum dt_waits_for waits_for(const struct model *model, int node)
{
	const struct model_node *n = &model->nodes[node];

	switch (model_check(model, node, n->place, true)) {
	case DT_SKIP_ALREADY_DIALING:
		return DT_WAITS_FOR_DIAL;
	case DT_SKIP_ALREADY_CONNECTED:
		return DT_WAITS_FOR_PEER;
	case DT_SKIP_PENDING_INBOUND:
		return DT_WAITS_FOR_INBOUND;
	case DT_SKIP_SELF:
		return DT_WAITS_FOR_NOTHING;
	case DT_SKIP_BANNED:
		return DT_WAITS_FOR_BAN;
	case DT_SKIP_NO_PORT:
	case DT_SKIP_BAD_ADDRESS:
		return DT_WAITS_FOR_PORT;
	case DT_SKIP_NOT_ALLOWED:
		return DT_WAITS_FOR_NETRESTRICT;
	case DT_SKIP_RECENTLY_DIALED:
		return DT_WAITS_FOR_HISTORY;
	default:
		return DT_WAITS_FOR_SLOT;
	}
}

static int64_t due_ms(const struct pair *pair, int node,
		      enum dt_waits_for waits_for)
{
	const struct model *model = &pair->model;
	int64_t until_ms;

	if (waits_for == DT_WAITS_FOR_HISTORY)
		until_ms = model_last_expiry(model, node);
	else if (waits_for == DT_WAITS_FOR_BAN)
		until_ms = model->nodes[node].banned_until_ms;
	else
		return 0;
	if (until_ms == DTI_NEVER)
		return -1;
	return until_ms < pair->now_ms ? 0 : until_ms - pair->now_ms + 1;
}

static void compare_explanations(const struct pair *pair)
{
	const struct model *model = &pair->model;

	for (int i = 0; i < MODEL_NODES; i++) {
		struct dt_node_id id = pair_id(i);
		struct dt_explanation explanation;
		bool found = dti_dialstate_explain(pair->state, &explanation,
						   pair->now_ms, &id);

		pair_require(pair,
			     found == (model_is_remembered(model, i) ||
				       i == model->self),
			     "explain finds what is remembered");
		pair_require(
			pair,
			explanation.peer_flags == model->nodes[i].flags &&
				explanation.inbound ==
					(uint32_t)model->nodes[i].inbound &&
				explanation.is_static ==
					model->nodes[i].is_static &&
				explanation.is_self == (i == model->self),
			"explain knows the node");
		if (!model->nodes[i].is_static)
			continue;
		pair_require(pair, explanation.waits_for == waits_for(model, i),
			     "explain knows what a static node waits for");
		pair_require(pair,
			     explanation.due_ms ==
				     due_ms(pair, i, explanation.waits_for),
			     "explain knows when it is due");
	}
}

void pair_compare(const struct pair *pair)
{
	const char *broken = dti_dialstate_verify(pair->state);

	pair_require(pair, broken == NULL, broken);
	compare_counts(pair);
	compare_explanations(pair);
	pair_require(pair,
		     dti_dialstate_deadline(pair->state) ==
			     model_deadline(&pair->model),
		     "the deadline is the same");
}

static size_t read_table(void *context, struct dt_node *out, size_t max)
{
	const struct pair *pair = context;
	size_t count = (size_t)pair->table.count;

	for (size_t i = 0; i < count && i < max; i++)
		out[i] = pair_node(pair->table.nodes[i].node,
				   pair->table.nodes[i].place);
	return count; /* may be more than max: to be clamped */
}

static bool is_same_task(const struct dti_task *task,
			 const struct model_task *expected)
{
	struct dt_node node;

	if (task->kind != expected->kind || task->wait_ms != expected->wait_ms)
		return false;
	if (task->kind == DT_TASK_LOOKUP || task->kind == DT_TASK_WAIT)
		return true;
	node = pair_node(expected->node, expected->place);
	return task->source == expected->source &&
	       memcmp(&task->node.id, &node.id, sizeof(node.id)) == 0 &&
	       memcmp(&task->node.endpoint, &node.endpoint,
		      sizeof(node.endpoint)) == 0 &&
	       (task->node.host_name != NULL) == (node.host_name != NULL);
}

static int by_id(const void *left, const void *right)
{
	const struct dti_task *a = left;
	const struct dti_task *b = right;

	return memcmp(&a->node.id, &b->node.id, sizeof(a->node.id));
}

static int by_node(const void *left, const void *right)
{
	const struct model_task *a = left;
	const struct model_task *b = right;

	return a->node - b->node;
}

/* Static dials of which the order does not matter, from index @first on. */
static size_t count_static(const struct dti_task *tasks, size_t first,
			   size_t count)
{
	size_t end = first;

	while (end < count && tasks[end].source == DT_SOURCE_STATIC &&
	       tasks[end].kind == DT_TASK_STATIC_DIAL)
		end++;
	return end - first;
}

static void compare_tasks(const struct pair *pair, struct dti_task *tasks,
			  size_t count, struct model_task *expected,
			  size_t expected_count)
{
	size_t first = 0;

	pair_require(pair, count == expected_count, "as many tasks");
	while (first < count && tasks[first].source == DT_SOURCE_DIAL_NOW)
		first++;
	if (!pair->limited) {
		size_t statics = count_static(tasks, first, count);

		qsort(tasks + first, statics, sizeof(*tasks), by_id);
		qsort(expected + first, statics, sizeof(*expected), by_node);
	}
	for (size_t i = 0; i < count; i++)
		pair_require(pair, is_same_task(&tasks[i], &expected[i]),
			     "the same tasks");
}

static void remember_dials(struct pair *pair, const struct dti_task *tasks,
			   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int node = tasks[i].node.id.bytes[0] - 1;
		struct dt_node_id id = tasks[i].node.id;

		if (tasks[i].kind == DT_TASK_LOOKUP ||
		    tasks[i].kind == DT_TASK_WAIT)
			continue;
		pair->dials[node] = tasks[i];
		pair->dials[node].node.host_name = NULL;
		pair->was_dialed[node] = true;
		pair_require(pair,
			     dti_dialstate_tag(pair->state, &id) == DTI_NO_TAG,
			     "a new dial has no tag");
		dti_dialstate_set_tag(&tasks[i], (uint32_t)node);
	}
}

static size_t ask(struct pair *pair, struct dti_task *tasks, bool running,
		  bool has_table, int max)
{
	struct dti_random_source source = {.read = read_table, .context = pair};

	return dti_dialstate_new_tasks(pair->state, tasks, pair->now_ms,
				       running ? 1 : 0,
				       has_table ? &source : NULL, (size_t)max);
}

void pair_tick(struct pair *pair)
{
	struct dti_task tasks[MODEL_TASKS_MAX];
	struct model_task expected[MODEL_TASKS_MAX];
	struct model_candidate nodes[20];
	bool running = random_chance(&pair->random, 50);
	bool has_table = random_chance(&pair->random, 90);
	int max = MODEL_UNLIMITED;
	size_t count;
	int expected_count;

	pair->table.nodes = nodes;
	pair->table.count = has_table ? random_below(&pair->random, 20) : 0;
	for (int i = 0; i < pair->table.count; i++)
		nodes[i] = (struct model_candidate){
			.node = random_below(&pair->random, MODEL_NODES),
			.place = pair_random_place(pair),
		};
	if (pair->limited)
		max = random_chance(&pair->random, 50)
			      ? random_below(&pair->random, 3)
			      : random_below(&pair->random, 10);
	count = ask(pair, tasks, running, has_table, max);
	expected_count = model_new_tasks(&pair->model, expected, pair->now_ms,
					 running, &pair->table, max);
	compare_tasks(pair, tasks, count, expected, (size_t)expected_count);
	remember_dials(pair, tasks, count);
	pair->table.nodes = NULL;
}
