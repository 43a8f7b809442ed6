/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "lib/container.h"
#include "lib/detail.h"

/* Events as lines of text. */

/* "3f2a..9c01@127.0.0.1:30303": enough of the id to tell nodes apart. */
static void append_node(struct dti_text *line, const struct dt_node *node)
{
	char endpoint[DT_ENDPOINT_TEXT_SIZE];
	const uint8_t *id;

	if (!node) {
		dti_text_append(line, " a node");
		return;
	}
	id = node->id.bytes;
	dti_text_append(line, " %02x%02x..%02x%02x", id[0], id[1], id[62],
			id[63]);
	if (node->endpoint.family != 0) {
		dt_endpoint_format(endpoint, &node->endpoint);
		dti_text_append(line, "@%s", endpoint);
	} else if (node->host_name) {
		dti_text_append(line, "@%s:%u", node->host_name,
				node->endpoint.tcp_port);
	}
}

static void append_detail(struct dti_text *line,
			  const struct dt_outcome_detail *detail)
{
	if (dti_detail_append(line, " (", detail))
		dti_text_append(line, ")");
}

static void append_flags(struct dti_text *line, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} known[] = {
		{DT_PEER_DYN, "dynamic"},
		{DT_PEER_STATIC, "static"},
		{DT_PEER_INBOUND, "inbound"},
		{DT_PEER_TRUSTED, "trusted"},
	};
	const char *before = " (";

	for (size_t i = 0; i < dti_array_length(known); i++) {
		if (!(flags & known[i].flag))
			continue;
		dti_text_append(line, "%s%s", before, known[i].name);
		before = ", ";
	}
	if (flags &
	    (DT_PEER_DYN | DT_PEER_STATIC | DT_PEER_INBOUND | DT_PEER_TRUSTED))
		dti_text_append(line, ")");
}

static const char *dial_kind(enum dt_task task)
{
	return task == DT_TASK_STATIC_DIAL ? "static" : "dynamic";
}

static void append_dial_ended(struct dti_text *line,
			      const struct dt_event *event)
{
	dti_text_append(line, "dial ended: %s", dial_kind(event->task));
	append_node(line, event->node);
	dti_text_append(line, " %s after %" PRId64 " ms",
			dt_outcome_name(event->outcome), event->duration_ms);
	append_detail(line, &event->detail);
}

static void append_lookup_ended(struct dti_text *line,
				const struct dt_event *event)
{
	dti_text_append(line,
			"lookup ended: %s, %" PRIu64 " nodes after %" PRId64
			" ms",
			dt_outcome_name(event->outcome), event->count,
			event->duration_ms);
	append_detail(line, &event->detail);
}

static void append_peer(struct dti_text *line, const struct dt_event *event)
{
	dti_text_append(line, "peer %s:",
			event->type == DT_EVENT_PEER_ADDED ? "added"
							   : "removed");
	append_node(line, event->node);
	append_flags(line, event->flags);
	(void)dti_detail_append(line, ": ", &event->detail);
}

static void append_local_fault(struct dti_text *line,
			       const struct dt_event *event)
{
	dti_text_append(line, "local fault: %s",
			dt_outcome_name(event->outcome));
	append_detail(line, &event->detail);
	dti_text_append(line, "; dials pause");
}

static void append_overdue(struct dti_text *line, const struct dt_event *event)
{
	dti_text_append(line, "worker overdue: %s", dt_task_name(event->task));
	if (event->node)
		append_node(line, event->node);
	dti_text_append(line, " ignores its deadline and cancel");
	if (event->duration_ms != 0)
		dti_text_append(line, " since %" PRId64 " ms",
				event->duration_ms);
}

static void append_event(struct dti_text *line, const struct dt_event *event)
{
	switch (event->type) {
	case DT_EVENT_DIAL_STARTED:
		dti_text_append(line, "dial started: %s",
				dial_kind(event->task));
		append_node(line, event->node);
		break;
	case DT_EVENT_DIAL_ENDED:
		append_dial_ended(line, event);
		break;
	case DT_EVENT_PEER_ADDED:
	case DT_EVENT_PEER_REMOVED:
		append_peer(line, event);
		break;
	case DT_EVENT_LOOKUP_STARTED:
		dti_text_append(line, "lookup started");
		break;
	case DT_EVENT_LOOKUP_ENDED:
		append_lookup_ended(line, event);
		break;
	case DT_EVENT_DIAL_NOW_REFUSED:
		dti_text_append(line, "dial now refused:");
		append_node(line, event->node);
		dti_text_append(line, " is skipped: %s",
				dt_skip_name(event->skip));
		break;
	case DT_EVENT_LOCAL_FAULT:
		append_local_fault(line, event);
		break;
	case DT_EVENT_LOCAL_RECOVERED:
		dti_text_append(line,
				"local fault over: dials work again, %" PRIu64
				" were lost",
				event->count);
		break;
	case DT_EVENT_WORKER_OVERDUE:
		append_overdue(line, event);
		break;
	case DT_EVENT_COMMAND_LOST:
		dti_text_append(line, "command lost for want of memory:");
		append_node(line, event->node);
		break;
	default:
		dti_text_append(line, "unknown event %d", (int)event->type);
		break;
	}
}

void dt_event_format(char *out, size_t size, const struct dt_event *event)
{
	struct dti_text line = dti_text_begin(out, size);

	append_event(&line, event);
	/* A table's host name may hold anything; this stays one line. */
	for (size_t i = 0; i < size && out[i] != '\0'; i++)
		if ((unsigned char)out[i] < ' ' || out[i] == '\x7f')
			out[i] = '?';
}
