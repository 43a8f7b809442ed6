/* SPDX-License-Identifier: MIT */
#include "workers/cmd/watch_output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "workers/cmd/json_lines.h"
#include "workers/cmd/json_peers.h"
#include "workers/cmd/log_lines.h"
#include "workers/cmd/metrics_file.h"
#include "workers/cmd/moment.h"

void cmd_watch_flush(struct cmd_watch *watch)
{
	if (!watch->output_gone && !cmd_text_write(&watch->text, STDOUT_FILENO))
		watch->output_gone = true;
	cmd_text_clear(&watch->text);
}

static void remember(struct cmd_watch *watch)
{
	/* "2026-01-31T13:37:00.123Z text": the date and the zone say nothing */
	char line[CMD_RECENT_SIZE];
	size_t length = strcspn(watch->text.bytes, "\n");

	if (length > 24)
		(void)snprintf(line, sizeof(line), "%.12s%.*s",
			       watch->text.bytes + 11, (int)(length - 24),
			       watch->text.bytes + 24);
	else
		line[0] = '\0';
	cmd_recent_add(&watch->recent, line);
	cmd_text_clear(&watch->text);
}

/* A peer's own event, which follows, says more. */
static bool is_told_twice(const struct cmd_watch *watch,
			  const struct dt_event *event)
{
	return watch->meter.rlpx != NULL &&
	       (event->type == DT_EVENT_PEER_ADDED ||
		event->type == DT_EVENT_PEER_REMOVED);
}

static void show_event(struct cmd_watch *watch, const struct dt_event *event)
{
	if (watch->output != CMD_OUTPUT_JSON && is_told_twice(watch, event))
		return;
	switch (watch->output) {
	case CMD_OUTPUT_LIVE:
		cmd_log_event(&watch->text, event);
		remember(watch);
		break;
	case CMD_OUTPUT_LINES:
		if (!watch->hide_events)
			cmd_log_event(&watch->text, event);
		break;
	case CMD_OUTPUT_JSON:
		cmd_json_event(&watch->text, event);
		break;
	}
}

static void show_peer(struct cmd_watch *watch,
		      const struct cmd_peer_record *record)
{
	switch (watch->output) {
	case CMD_OUTPUT_LIVE:
		cmd_log_peer(&watch->text, record);
		remember(watch);
		break;
	case CMD_OUTPUT_LINES:
		if (!watch->hide_events)
			cmd_log_peer(&watch->text, record);
		break;
	case CMD_OUTPUT_JSON:
		cmd_json_peer(&watch->text, record);
		break;
	}
}

void cmd_watch_say(struct cmd_watch *watch, enum dt_level level,
		   const char *format, ...)
{
	int64_t now_ms = cmd_moment_now_ms();
	char sentence[1024];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	if (watch->output == CMD_OUTPUT_JSON)
		cmd_json_notice(&watch->text, now_ms, level, sentence);
	else
		cmd_log_notice(&watch->text, now_ms, level, sentence);
	if (watch->output == CMD_OUTPUT_LIVE && watch->terminal.entered)
		remember(watch);
	else
		cmd_watch_flush(watch);
}

void cmd_watch_show_notices(struct cmd_watch *watch)
{
	char sentence[CMD_NOTICE_SIZE];

	while (cmd_notices_take(watch->notices, sentence))
		cmd_watch_say(watch, DT_LEVEL_WARNING, "%s", sentence);
}

#define FLUSH_AT 65536 /* bytes: events may come faster than they go out */

static void show_dialer_events(struct cmd_watch *watch)
{
	struct cmd_event_record record;

	cmd_ring_woken(watch->events);
	while (cmd_event_ring_take(watch->events, &record)) {
		show_event(watch, &record.event);
		if (watch->text.length > FLUSH_AT)
			cmd_watch_flush(watch);
	}
}

static void show_peer_events(struct cmd_watch *watch)
{
	struct cmd_peer_record record;

	cmd_ring_woken(watch->peer_events);
	while (cmd_peer_ring_take(watch->peer_events, &record)) {
		show_peer(watch, &record);
		if (watch->text.length > FLUSH_AT)
			cmd_watch_flush(watch);
	}
}

void cmd_watch_show_events(struct cmd_watch *watch)
{
	uint64_t lost;

	cmd_watch_show_notices(watch);
	show_dialer_events(watch);
	show_peer_events(watch);
	cmd_watch_flush(watch);
	lost = cmd_ring_lost(watch->events) + cmd_ring_lost(watch->peer_events);
	if (lost > 0 && watch->output != CMD_OUTPUT_LIVE && !watch->hide_events)
		cmd_watch_say(watch, DT_LEVEL_WARNING,
			      "%" PRIu64
			      " events are missing here: they came faster "
			      "than they could be written",
			      lost);
}

void cmd_watch_draw(struct cmd_watch *watch)
{
	struct dt_node self;
	struct cmd_table_view table = {.entries = watch->entries,
				       .self = &self};
	struct cmd_peer_view peers = {.peers = watch->shown_peers};
	struct cmd_terminal_size size = cmd_terminal_size();
	struct cmd_live_view view = {
		.title = watch->title,
		.stage = watch->stage,
		.figures = &watch->figures,
		.timeline = &watch->timeline,
		.recent = &watch->recent,
		.style = &watch->style,
		.columns = size.columns,
		.rows = size.rows,
	};

	if (watch->shown == CMD_SHOWN_PEERS) {
		peers.count = dt_rlpx_peers(
			watch->meter.rlpx, watch->shown_peers, CMD_PEERS_SHOWN);
		view.peers = &peers;
	}
	if (watch->shown == CMD_SHOWN_TABLE) {
		self = dt_discv4_self(watch->meter.discv4);
		table.count =
			dt_discv4_entries(watch->meter.discv4, watch->entries,
					  (size_t)DT_DISCV4_ENTRIES);
		view.table = &table;
	}
	cmd_text_clear(&watch->text);
	cmd_live_view_put(&watch->text, &view);
	if (!cmd_terminal_show(&watch->text, &watch->frame))
		watch->output_gone = true;
	cmd_text_clear(&watch->text);
}

void cmd_watch_show_status(struct cmd_watch *watch)
{
	if (watch->output == CMD_OUTPUT_JSON)
		cmd_json_status(&watch->text, &watch->figures);
	else if (watch->output == CMD_OUTPUT_LINES)
		cmd_log_status(&watch->text, &watch->figures);
	cmd_watch_flush(watch);
}

void cmd_watch_write_metrics(struct cmd_watch *watch)
{
	if (cmd_metrics_file_write(watch->metrics_path, &watch->figures)) {
		watch->metrics_failed = false;
		return;
	}
	/* Once, until it works again. */
	if (!watch->metrics_failed)
		cmd_watch_say(watch, DT_LEVEL_WARNING,
			      "%s: the metrics cannot be written: %s",
			      watch->metrics_path, strerrordesc_np(errno));
	watch->metrics_failed = true;
}
