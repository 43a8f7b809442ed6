/* SPDX-License-Identifier: MIT */
#include "tests/dial_script.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/require.h"

struct dt_node_id script_id(unsigned int number)
{
	struct dt_node_id id = {{0}};

	id.bytes[62] = (uint8_t)(number >> 8);
	id.bytes[63] = (uint8_t)number;
	return id;
}

static unsigned int number_of(const struct dt_node_id *id)
{
	return (unsigned int)(id->bytes[62] << 8 | id->bytes[63]);
}

struct dt_node script_node(const char *name)
{
	unsigned int number = (unsigned int)strtoul(name, NULL, 10);
	struct dt_node node = {
		.id = script_id(number),
		.endpoint = {.ip = {10, 0, 0, (uint8_t)number},
			     .family = 4,
			     .tcp_port = 30303},
	};

	if (strchr(name, '!') != NULL)
		node.endpoint.tcp_port = 0;
	if (strchr(name, '?') != NULL)
		node.endpoint = (struct dt_endpoint){.family = 0};
	if (strchr(name, '~') != NULL)
		node.endpoint.ip[0] = 11;
	if (strchr(name, '*') != NULL)
		node.endpoint.ip[0] = 224;
	return node;
}

void script_init(struct dial_script *script)
{
	static const struct dt_node_id self = {{0}};

	memset(script, 0, sizeof(*script));
	script->max = SCRIPT_TASKS_MAX - 1;
	script->running = 1;
	script->config = (struct dti_dialstate_config){
		.limits = {.max_dyn_dials = 4,
			   .static_share = 75,
			   .history_expiration_ms = 30000,
			   .fallback_interval_ms = 20000,
			   .lookup_max_age_ms = DTI_NEVER,
			   .resolve_delay_ms = 60000},
		.allocator = &script->allocator,
		.self = &self,
		.has_lookup = true,
	};
}

void script_fini(struct dial_script *script)
{
	dti_dialstate_destroy(script->state);
	dti_netrestrict_destroy(script->networks, &script->allocator);
}

void script_make(struct dial_script *script)
{
	if (script->state == NULL)
		require(dti_dialstate_create(&script->state, &script->config) ==
				DT_OK,
			"the dial state is made");
}

/* The names in @text, separated by spaces. */
static size_t read_nodes(const char *text, struct dt_node *out)
{
	size_t count = 0;
	char copy[512];
	char *rest = NULL;

	(void)snprintf(copy, sizeof(copy), "%s", text);
	for (char *name = strtok_r(copy, " ", &rest); name != NULL;
	     name = strtok_r(NULL, " ", &rest))
		out[count++] = script_node(name);
	return count;
}

static size_t read_random(void *context, struct dt_node *out, size_t max)
{
	const struct dial_script *script = context;
	size_t count = script->random_count < max ? script->random_count : max;

	memcpy(out, script->random, count * sizeof(*out));
	return count;
}

static void write_task(char *out, size_t size, const struct dti_task *task)
{
	switch (task->kind) {
	case DT_TASK_STATIC_DIAL:
		(void)snprintf(out, size, "s%u", number_of(&task->node.id));
		break;
	case DT_TASK_DYN_DIAL:
		(void)snprintf(out, size, "d%u", number_of(&task->node.id));
		break;
	case DT_TASK_LOOKUP:
		(void)snprintf(out, size, "L");
		break;
	case DT_TASK_WAIT:
	case DT_TASK_COUNT:
		(void)snprintf(out, size, "w%" PRId64, task->wait_ms);
		break;
	}
}

static void require_text(const struct script_line *line, const char *got)
{
	char what[1200];

	(void)snprintf(what, sizeof(what),
		       "%" PRId64 " ms, %s %s: expected \"%s\", got \"%s\"",
		       line->at_ms, line->event, line->text, line->expect, got);
	require(strcmp(line->expect, got) == 0, what);
}

static void tick(struct dial_script *script, const struct script_line *line)
{
	struct dti_random_source random = {.read = read_random,
					   .context = script};
	char got[1000] = "";

	script->random_count = read_nodes(line->text, script->random);
	script->task_count = dti_dialstate_new_tasks(
		script->state, script->tasks, line->at_ms, script->running,
		&random, script->max);
	for (size_t i = 0; i < script->task_count; i++) {
		const struct dti_task *task = &script->tasks[i];
		size_t length = strlen(got);

		if (i > 0)
			got[length++] = ' ';
		write_task(got + length, sizeof(got) - length, task);
		if (task->kind != DT_TASK_LOOKUP && task->kind != DT_TASK_WAIT)
			script->dials[number_of(&task->node.id)] = *task;
	}
	require_text(line, got);
}

static void end_dials(struct dial_script *script,
		      const struct script_line *line, enum dt_outcome outcome)
{
	struct dt_node nodes[SCRIPT_NODES_MAX];
	size_t count = read_nodes(line->text, nodes);

	for (size_t i = 0; i < count; i++) {
		const struct dti_task *task =
			&script->dials[number_of(&nodes[i].id)];
		struct dti_task_result result = {
			.outcome = outcome,
			.has_backoff = true,
			.backoff = task->backoff,
		};

		dti_dialstate_task_done(script->state, line->at_ms, task,
					&result);
	}
}

static void done(struct dial_script *script, const struct script_line *line)
{
	end_dials(script, line, DT_OUTCOME_REFUSED);
}

static void fault(struct dial_script *script, const struct script_line *line)
{
	end_dials(script, line, DT_OUTCOME_NO_DESCRIPTORS);
}

static void found(struct dial_script *script, const struct script_line *line)
{
	struct dt_node nodes[SCRIPT_NODES_MAX];
	struct dti_task task = {.kind = DT_TASK_LOOKUP};
	struct dti_task_result result = {
		.outcome = DT_OUTCOME_FOUND,
		.nodes = nodes,
		.node_count = read_nodes(line->text, nodes),
	};

	dti_dialstate_task_done(script->state, line->at_ms, &task, &result);
}

static void add_static(struct dial_script *script, const struct dt_node *node)
{
	require(dti_dialstate_add_static(script->state, node) == DT_OK,
		"static");
}

static void remove_static(struct dial_script *script,
			  const struct dt_node *node)
{
	require(dti_dialstate_remove_static(script->state, &node->id),
		"unstatic");
}

static void add_bootnode(struct dial_script *script, const struct dt_node *node)
{
	require(dti_dialstate_add_bootnode(script->state, node) == DT_OK,
		"bootnode");
}

static void remove_bootnode(struct dial_script *script,
			    const struct dt_node *node)
{
	require(dti_dialstate_remove_bootnode(script->state, &node->id),
		"unbootnode");
}

static void add_dyn_peer(struct dial_script *script, const struct dt_node *node)
{
	require(dti_dialstate_peer_added(script->state, &node->id,
					 DT_PEER_DYN) == DT_OK,
		"dyn peer");
}

static void add_inbound_peer(struct dial_script *script,
			     const struct dt_node *node)
{
	require(dti_dialstate_peer_added(script->state, &node->id,
					 DT_PEER_INBOUND) == DT_OK,
		"inbound peer");
}

static void remove_peer(struct dial_script *script, const struct dt_node *node)
{
	require(dti_dialstate_peer_removed(script->state, &node->id) != 0,
		"peer removed");
}

static void begin_inbound(struct dial_script *script,
			  const struct dt_node *node)
{
	require(dti_dialstate_inbound_pending(script->state, &node->id) ==
			DT_OK,
		"pending");
}

static void end_inbound(struct dial_script *script, const struct dt_node *node)
{
	dti_dialstate_inbound_done(script->state, &node->id);
}

static void ban(struct dial_script *script, const struct dt_node *node)
{
	require(dti_dialstate_ban(script->state, &node->id, DTI_NEVER) == DT_OK,
		"ban");
}

/* Until 100 s */
static void ban_for_a_while(struct dial_script *script,
			    const struct dt_node *node)
{
	require(dti_dialstate_ban(script->state, &node->id, 100000) == DT_OK,
		"ban until");
}

static void unban(struct dial_script *script, const struct dt_node *node)
{
	dti_dialstate_unban(script->state, &node->id);
}

static void dial_now(struct dial_script *script, const struct script_line *line)
{
	struct dt_node node = script_node(line->text);
	enum dt_skip refused = DT_SKIP_COUNT;
	dt_err err = dti_dialstate_dial_now(script->state, &refused, &node);

	require_text(line, err == DT_OK ? "" : dt_skip_name(refused));
	require(err == DT_OK || err == DT_ERR_ARGUMENT, "refused as it is");
}

static void netrestrict(struct dial_script *script,
			const struct script_line *line)
{
	struct dti_netrestrict *old = script->networks;

	require(dti_netrestrict_parse(&script->networks, line->text,
				      &script->allocator, NULL) == DT_OK,
		"netrestrict");
	dti_dialstate_set_netrestrict(script->state, script->networks);
	dti_netrestrict_destroy(old, &script->allocator);
}

static void set_max(struct dial_script *script, const struct script_line *line)
{
	script->max = strtoul(line->text, NULL, 10);
}

static void set_running(struct dial_script *script,
			const struct script_line *line)
{
	script->running = strtoul(line->text, NULL, 10);
}

static void set_max_dyn(struct dial_script *script,
			const struct script_line *line)
{
	script->config.limits.max_dyn_dials =
		(uint32_t)strtoul(line->text, NULL, 10);
	dti_dialstate_set_limits(script->state, &script->config.limits);
}

static void deadline(struct dial_script *script, const struct script_line *line)
{
	char got[32] = "never";
	int64_t deadline_ms = dti_dialstate_deadline(script->state);

	if (deadline_ms != DTI_NEVER)
		(void)snprintf(got, sizeof(got), "%" PRId64, deadline_ms);
	require_text(line, got);
}

static const struct {
	const char *name;
	void (*line)(struct dial_script *script,
		     const struct script_line *line);
	void (*node)(struct dial_script *script, const struct dt_node *node);
} events[] = {
	{"tick", tick, NULL},
	{"done", done, NULL},
	{"fault", fault, NULL},
	{"found", found, NULL},
	{"now", dial_now, NULL},
	{"netrestrict", netrestrict, NULL},
	{"max", set_max, NULL},
	{"running", set_running, NULL},
	{"max_dyn", set_max_dyn, NULL},
	{"deadline", deadline, NULL},
	{"static", NULL, add_static},
	{"unstatic", NULL, remove_static},
	{"boot", NULL, add_bootnode},
	{"unboot", NULL, remove_bootnode},
	{"peer", NULL, add_dyn_peer},
	{"inbound", NULL, add_inbound_peer},
	{"gone", NULL, remove_peer},
	{"pending", NULL, begin_inbound},
	{"ended", NULL, end_inbound},
	{"ban", NULL, ban},
	{"ban100", NULL, ban_for_a_while},
	{"unban", NULL, unban},
};

static void run_line(struct dial_script *script, const struct script_line *line)
{
	struct dt_node nodes[SCRIPT_NODES_MAX];

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		size_t count;

		if (strcmp(events[i].name, line->event) != 0)
			continue;
		if (events[i].line != NULL) {
			events[i].line(script, line);
			return;
		}
		count = read_nodes(line->text, nodes);
		for (size_t n = 0; n < count; n++)
			events[i].node(script, &nodes[n]);
		return;
	}
	require(false, "an event has a known name");
}

void script_run(struct dial_script *script, const struct script_line *lines,
		size_t count)
{
	script_make(script);
	for (size_t i = 0; i < count; i++) {
		const char *broken;

		run_line(script, &lines[i]);
		broken = dti_dialstate_verify(script->state);
		require(broken == NULL, broken);
	}
}
