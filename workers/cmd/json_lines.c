/* SPDX-License-Identifier: MIT */
#include "workers/cmd/json_lines.h"

#include "workers/cmd/json.h"
#include "workers/cmd/json_peers.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/node_text.h"

/* Which members of struct dt_event an event of each type fills. */
#define HAS_TASK     0x01u
#define HAS_OUTCOME  0x02u
#define HAS_SKIP     0x04u
#define HAS_FLAGS    0x08u
#define HAS_COUNT    0x10u
#define HAS_DURATION 0x20u
#define HAS_DETAIL   0x40u

static unsigned int members_of(enum dt_event_type type)
{
	switch (type) {
	case DT_EVENT_DIAL_STARTED:
	case DT_EVENT_WORKER_OVERDUE:
		return HAS_TASK;
	case DT_EVENT_DIAL_ENDED:
		return HAS_TASK | HAS_OUTCOME | HAS_DETAIL | HAS_DURATION;
	case DT_EVENT_PEER_ADDED:
		return HAS_FLAGS;
	case DT_EVENT_PEER_REMOVED:
		return HAS_FLAGS | HAS_DETAIL;
	case DT_EVENT_LOOKUP_ENDED:
		return HAS_OUTCOME | HAS_DETAIL | HAS_COUNT | HAS_DURATION;
	case DT_EVENT_DIAL_NOW_REFUSED:
		return HAS_SKIP;
	case DT_EVENT_LOCAL_FAULT:
		return HAS_TASK | HAS_OUTCOME | HAS_DETAIL;
	case DT_EVENT_LOCAL_RECOVERED:
		return HAS_COUNT;
	default:
		return 0;
	}
}

void cmd_json_begin_line(struct cmd_text *out, const char *type,
			 int64_t time_ms)
{
	char time[CMD_MOMENT_TEXT_SIZE];

	cmd_moment_format(time, time_ms);
	cmd_json_open(out, NULL);
	cmd_json_string(out, "type", type);
	cmd_json_string(out, "time", time);
}

void cmd_json_node(struct cmd_text *out, const struct dt_node *node)
{
	char endpoint[DT_ENDPOINT_TEXT_SIZE];
	char id[CMD_NODE_ID_SIZE];

	cmd_node_id_text(id, &node->id);
	cmd_json_string(out, "id", id);
	dt_endpoint_format(endpoint, &node->endpoint);
	if (node->endpoint.family != 0)
		cmd_json_string(out, "endpoint", endpoint);
	if (node->host_name != NULL)
		cmd_json_string(out, "host_name", node->host_name);
}

static void put_detail(struct cmd_text *out,
		       const struct dt_outcome_detail *detail)
{
	if (detail->sys_errno != 0)
		cmd_json_signed(out, "errno", detail->sys_errno);
	if (detail->reason == 0)
		return;
	cmd_json_signed(out, "reason", detail->reason);
	if (detail->reason > 0 && detail->reason < DT_ENDING_COUNT)
		cmd_json_string(out, "ending",
				dt_ending_name((enum dt_ending)detail->reason));
}

void cmd_json_event(struct cmd_text *out, const struct dt_event *event)
{
	unsigned int members = members_of(event->type);

	cmd_json_begin_line(out, "event", event->time_ms);
	cmd_json_string(out, "level", dt_level_name(event->level));
	cmd_json_string(out, "event", dt_event_name(event->type));
	if ((members & HAS_TASK) != 0)
		cmd_json_string(out, "task", dt_task_name(event->task));
	if (event->node != NULL)
		cmd_json_node(out, event->node);
	if ((members & HAS_OUTCOME) != 0)
		cmd_json_string(out, "outcome",
				dt_outcome_name(event->outcome));
	if ((members & HAS_DETAIL) != 0)
		put_detail(out, &event->detail);
	if ((members & HAS_SKIP) != 0)
		cmd_json_string(out, "skip", dt_skip_name(event->skip));
	if ((members & HAS_FLAGS) != 0)
		cmd_json_peer_flags(out, event->flags);
	if ((members & HAS_COUNT) != 0)
		cmd_json_number(out, "count", event->count);
	if ((members & HAS_DURATION) != 0)
		cmd_json_signed(out, "duration_ms", event->duration_ms);
	cmd_json_close(out);
	cmd_json_end_line(out);
}

void cmd_json_notice(struct cmd_text *out, int64_t time_ms, enum dt_level level,
		     const char *sentence)
{
	cmd_json_begin_line(out, "notice", time_ms);
	cmd_json_string(out, "level", dt_level_name(level));
	cmd_json_string(out, "text", sentence);
	cmd_json_close(out);
	cmd_json_end_line(out);
}
