/* SPDX-License-Identifier: MIT */
#include "tests/replay/dial_replay.h"

/* FLAG[,FLAG...], in this order, each at most once */
static bool read_flags(struct trace *trace, size_t index, uint32_t *out)
{
	static const struct {
		const char *word;
		uint32_t flag;
	} flags[] = {
		{"dyn", DT_PEER_DYN},
		{"static", DT_PEER_STATIC},
		{"inbound", DT_PEER_INBOUND},
		{"trusted", DT_PEER_TRUSTED},
	};
	struct dti_span rest = trace->fields[index];
	size_t length = dti_span_find(rest, ',');

	*out = 0;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!dti_span_equal(dti_span_first(rest, length),
				    flags[i].word))
			continue;
		*out |= flags[i].flag;
		if (length == rest.length)
			return true;
		rest = dti_span_skip(rest, length + 1);
		length = dti_span_find(rest, ',');
	}
	return trace_refuse(trace, "the flags must be some of "
				   "dyn,static,inbound,trusted in this order");
}

/* peer+ nK FLAGS */
bool dial_replay_add_peer(struct dial_replay *replay)
{
	struct trace *trace = replay->trace;
	struct dt_node_id id;
	uint64_t number;
	uint32_t flags;

	if (!trace_want_fields(trace, 3) || !trace_name(trace, 1, &number) ||
	    !read_flags(trace, 2, &flags))
		return false;
	id = trace_id(number);
	return dti_dialstate_peer_added(replay->state, &id, flags) == DT_OK ||
	       trace_refuse(trace, "no memory");
}

/* peer- nK, static- nK */
bool dial_replay_remove(struct dial_replay *replay)
{
	struct trace *trace = replay->trace;
	struct dt_node_id id;
	uint64_t number;

	if (!trace_want_fields(trace, 2) || !trace_name(trace, 1, &number))
		return false;
	id = trace_id(number);
	if (trace_is(trace, 0, "peer-"))
		(void)dti_dialstate_peer_removed(replay->state, &id);
	else
		(void)dti_dialstate_remove_static(replay->state, &id);
	return true;
}

/* static+ nK HOST PORT */
bool dial_replay_add_static(struct dial_replay *replay)
{
	struct trace *trace = replay->trace;
	struct trace_node named;
	struct dt_node node;

	if (!trace_want_fields(trace, 4) ||
	    !trace_name(trace, 1, &named.number) ||
	    !trace_endpoint(trace, 2, &named.endpoint))
		return false;
	node = dial_replay_node(&named);
	return dti_dialstate_add_static(replay->state, &node) == DT_OK ||
	       trace_refuse(trace, "no memory");
}
