/* SPDX-License-Identifier: MIT */
#include "workers/cmd/log_lines.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "workers/cmd/moment.h"
#include "workers/cmd/peer_text.h"

#define EVENT_SIZE 512

static void put_start(struct cmd_text *out, int64_t time_ms,
		      enum dt_level level)
{
	char time[CMD_MOMENT_TEXT_SIZE];

	cmd_moment_format(time, time_ms);
	cmd_text_printf(out, "%s %-7s ", time, dt_level_name(level));
}

void cmd_log_event(struct cmd_text *out, const struct dt_event *event)
{
	char line[EVENT_SIZE];

	dt_event_format(line, sizeof(line), event);
	put_start(out, event->time_ms, event->level);
	cmd_text_printf(out, "%s\n", line);
}

void cmd_log_peer(struct cmd_text *out, const struct cmd_peer_record *record)
{
	put_start(out, record->time_ms, DT_LEVEL_INFO);
	cmd_peer_event_put(out, &record->event);
	cmd_text_add(out, "\n");
}

void cmd_log_notice(struct cmd_text *out, int64_t time_ms, enum dt_level level,
		    const char *sentence)
{
	put_start(out, time_ms, level);
	cmd_text_printf(out, "%s\n", sentence);
}

void cmd_log_printf(struct cmd_text *out, const char *format, ...)
{
	char sentence[EVENT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	cmd_log_notice(out, cmd_moment_now_ms(), DT_LEVEL_INFO, sentence);
}

static void put_discovery(struct cmd_text *out,
			  const struct cmd_discovery_figures *figures)
{
	const struct dt_discv4_counters *counters = &figures->counters;

	if (!figures->present)
		return;
	cmd_text_printf(
		out,
		" table=%" PRIu64 " verified=%" PRIu64
		" datagrams_in_per_s=%.1f datagrams_out_per_s=%.1f"
		" discovery_requests=%" PRIu64 " discovery_queries=%" PRIu64,
		counters->entries, counters->verified, figures->in_per_second,
		figures->out_per_second, counters->requests,
		counters->queries - counters->queries_ended);
}

static void put_peers(struct cmd_text *out,
		      const struct cmd_peer_figures *figures)
{
	const struct dt_rlpx_counters *counters = &figures->counters;

	if (!figures->present)
		return;
	cmd_text_printf(out,
			" peers_inbound=%" PRIu64 " handshakes_inbound=%" PRIu64
			" pings=%" PRIu64 " pongs=%" PRIu64,
			counters->peers_inbound, counters->inbound.begun,
			counters->pings_sent, counters->pongs_received);
}

/* Why set-ups came to nothing. */
static void put_endings(struct cmd_text *out,
			const struct dt_counters *counters)
{
	for (int i = DT_ENDING_NONE + 1; i < DT_ENDING_COUNT; i++) {
		if (counters->setups[i] > 0)
			cmd_text_printf(out, " setup_%s=%" PRIu64,
					dt_ending_name((enum dt_ending)i),
					counters->setups[i]);
	}
}

void cmd_log_status(struct cmd_text *out, const struct cmd_figures *figures)
{
	const struct dt_counters *counters = &figures->counters;

	put_start(out, cmd_moment_now_ms(), DT_LEVEL_INFO);
	cmd_text_printf(out,
			"status: peers=%" PRIu64 " target=%" PRIu64
			" in_flight=%" PRIu64 " queued=%" PRIu64
			" history=%" PRIu64 " lookups=%" PRIu64
			" dials=%" PRIu64 " dials_per_s=%.1f",
			counters->peers, figures->target, figures->in_flight,
			figures->queued, counters->history,
			counters->tasks[DT_TASK_LOOKUP].created,
			figures->dials_ended, figures->dials_per_second);
	for (int i = 0; i < DT_OUTCOME_COUNT; i++) {
		if (figures->outcomes[i] > 0)
			cmd_text_printf(out, " %s=%" PRIu64,
					dt_outcome_name((enum dt_outcome)i),
					figures->outcomes[i]);
	}
	put_endings(out, counters);
	put_discovery(out, &figures->discovery);
	put_peers(out, &figures->peers);
	if (figures->connect.samples > 0)
		cmd_text_printf(out, " connect_p50_ms=%.3f connect_p99_ms=%.3f",
				(double)figures->connect.p50_ns / 1e6,
				(double)figures->connect.p99_ns / 1e6);
	cmd_text_add(out, "\n");
}
