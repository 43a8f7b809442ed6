/* SPDX-License-Identifier: MIT */
#include "tests/replay/dial_replay.h"

static const struct dt_allocator libc = {.context = NULL};

enum {
	HISTORY_EXPIRATION_MS = 30000,
	FALLBACK_INTERVAL_MS = 20000,
	RESOLVE_DELAY_MS = 60000
};

struct dt_node dial_replay_node(const struct trace_node *node)
{
	return (struct dt_node){
		.id = trace_id(node->number),
		.endpoint = node->endpoint,
	};
}

/* Go to the next line, which begins with @word and has @fields fields. */
static bool next(struct trace *trace, const char *word, size_t fields)
{
	return trace_next(trace) && trace_want(trace, 0, word) &&
	       trace_want_fields(trace, fields);
}

static bool read_maxdyn(struct trace *trace, uint32_t *out)
{
	uint64_t value;

	if (!next(trace, "maxdyn", 2) ||
	    !trace_number(trace, 1, UINT32_MAX, &value))
		return false;
	*out = (uint32_t)value;
	return true;
}

static bool read_self(struct trace *trace, bool *has_self,
		      struct dt_node_id *out)
{
	uint64_t number;

	if (!next(trace, "self", 2))
		return false;
	*has_self = !trace_is(trace, 1, "-");
	if (!*has_self)
		return true;
	if (!trace_name(trace, 1, &number))
		return false;
	*out = trace_id(number);
	return true;
}

/* The library's own form of an option: "" is no limit, "none" nothing. */
static bool read_netrestrict(struct dial_replay *replay)
{
	struct trace *trace = replay->trace;
	struct dt_error error;
	char text[TRACE_LINE_MAX] = "none";

	if (!next(trace, "netrestrict", 2))
		return false;
	if (trace_is(trace, 1, "-"))
		return true;
	if (!trace_is(trace, 1, "empty")) {
		struct dti_span networks = trace->fields[1];

		if (dti_span_find(networks, '/') == networks.length)
			return trace_refuse(trace, "neither \"-\" nor "
						   "\"empty\" nor networks");
		memcpy(text, networks.text, networks.length);
		text[networks.length] = '\0';
	}
	if (dti_netrestrict_parse(&replay->netrestrict, text, &libc, &error) ==
	    DT_OK)
		return true;
	return trace_refuse(trace, "%s", error.text);
}

static bool make_state(struct dial_replay *replay, uint32_t maxdyn,
		       const struct dt_node_id *self)
{
	struct dti_dialstate_config config = {
		.limits = {.max_dyn_dials = maxdyn,
			   .static_share = 75,
			   .history_expiration_ms = HISTORY_EXPIRATION_MS,
			   .fallback_interval_ms = FALLBACK_INTERVAL_MS,
			   .lookup_max_age_ms = DTI_NEVER,
			   .resolve_delay_ms = RESOLVE_DELAY_MS},
		.allocator = &libc,
		.self = self,
		.has_lookup = true,
	};

	replay->has_table = self != NULL;
	if (dti_dialstate_create(&replay->state, &config) != DT_OK)
		return trace_refuse(replay->trace, "no memory");
	dti_dialstate_set_netrestrict(replay->state, replay->netrestrict);
	return true;
}

/* nK HOST PORT */
static bool read_node(struct trace *trace, struct dt_node *out)
{
	struct trace_node node;

	if (!trace_want_fields(trace, 4) ||
	    !trace_name(trace, 1, &node.number) ||
	    !trace_endpoint(trace, 2, &node.endpoint))
		return false;
	*out = dial_replay_node(&node);
	return true;
}

typedef dt_err (*add_node)(struct dti_dialstate *state,
			   const struct dt_node *node);

/* Take the lines that begin with @word; afterwards another one is current. */
static bool read_nodes(struct dial_replay *replay, const char *word,
		       add_node add)
{
	struct trace *trace = replay->trace;

	while (trace_is(trace, 0, word)) {
		struct dt_node node;

		if (!read_node(trace, &node))
			return false;
		if (add(replay->state, &node) != DT_OK)
			return trace_refuse(trace, "no memory");
		if (!trace_next(trace))
			return false;
	}
	return true;
}

bool dial_replay_header(struct dial_replay *replay)
{
	struct trace *trace = replay->trace;
	struct dt_node_id self;
	bool has_self;
	uint32_t maxdyn;

	return read_maxdyn(trace, &maxdyn) &&
	       read_self(trace, &has_self, &self) && read_netrestrict(replay) &&
	       make_state(replay, maxdyn, has_self ? &self : NULL) &&
	       trace_next(trace) &&
	       read_nodes(replay, "bootnode", dti_dialstate_add_bootnode) &&
	       read_nodes(replay, "static", dti_dialstate_add_static) &&
	       trace_want(trace, 0, "begin") && trace_want_fields(trace, 1);
}
