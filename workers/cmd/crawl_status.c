/* SPDX-License-Identifier: MIT */
#include "workers/cmd/crawl_status.h"

#include <inttypes.h>
#include <stdio.h>

#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/log_lines.h"
#include "workers/cmd/moment.h"

static void put_handshakes_json(struct cmd_text *out,
				const struct cmd_crawl_status *status)
{
	const size_t *handshakes = status->counts.handshakes;

	cmd_json_open(out, "handshakes");
	cmd_json_number(out, "opened", handshakes[CMD_HANDSHAKE_OPENED]);
	cmd_json_number(out, "failed", handshakes[CMD_HANDSHAKE_FAILED]);
	cmd_json_number(out, "skipped", handshakes[CMD_HANDSHAKE_SKIPPED]);
	cmd_json_number(out, "no_port", handshakes[CMD_HANDSHAKE_NONE]);
	cmd_json_number(out, "waiting", handshakes[CMD_HANDSHAKE_WAITING]);
	cmd_json_number(out, "in_flight", status->dials_in_flight);
	cmd_json_close(out);
}

void cmd_crawl_status_json(struct cmd_text *out,
			   const struct cmd_crawl_status *status)
{
	const size_t *fates = status->counts.fates;

	cmd_json_begin_line(out, "status", cmd_moment_now_ms());
	cmd_json_signed(out, "elapsed_ms", status->elapsed_ms);
	cmd_json_number(out, "found", status->counts.found);
	cmd_json_number(out, "answered", fates[CMD_CRAWL_ANSWERED]);
	cmd_json_number(out, "silent", fates[CMD_CRAWL_SILENT]);
	cmd_json_number(out, "skipped", fates[CMD_CRAWL_SKIPPED]);
	cmd_json_number(out, "waiting", fates[CMD_CRAWL_WAITING]);
	cmd_json_number(out, "in_flight", status->in_flight);
	cmd_json_decimal(out, "nodes_per_second", status->per_second);
	if (status->handshakes)
		put_handshakes_json(out, status);
	cmd_json_close(out);
	cmd_json_end_line(out);
}

void cmd_crawl_status_log(struct cmd_text *out,
			  const struct cmd_crawl_status *status)
{
	const size_t *handshakes = status->counts.handshakes;
	const size_t *fates = status->counts.fates;
	char more[128] = "";

	if (status->handshakes)
		(void)snprintf(more, sizeof(more),
			       " opened=%zu failed=%zu to_dial=%zu "
			       "dials_in_flight=%" PRIu64,
			       handshakes[CMD_HANDSHAKE_OPENED],
			       handshakes[CMD_HANDSHAKE_FAILED],
			       handshakes[CMD_HANDSHAKE_WAITING],
			       status->dials_in_flight);
	cmd_log_printf(out,
		       "status: found=%zu answered=%zu silent=%zu skipped=%zu "
		       "waiting=%zu in_flight=%" PRIu64 " nodes_per_s=%.1f%s",
		       status->counts.found, fates[CMD_CRAWL_ANSWERED],
		       fates[CMD_CRAWL_SILENT], fates[CMD_CRAWL_SKIPPED],
		       fates[CMD_CRAWL_WAITING], status->in_flight,
		       status->per_second, more);
}

/* Those that wait, without those that are being asked. */
static uint64_t to_ask(const struct cmd_crawl_status *status)
{
	uint64_t waiting = status->counts.fates[CMD_CRAWL_WAITING];

	return waiting > status->in_flight ? waiting - status->in_flight : 0;
}

/* In place of what else there is to say: a line has 80 columns. */
static void put_handshakes(struct cmd_text *out, const struct cmd_style *style,
			   const struct cmd_crawl_status *status)
{
	const size_t *handshakes = status->counts.handshakes;

	cmd_text_printf(out,
			", %" PRIu64
			" to ask; %s%zu opened%s, %zu failed, %zu left",
			to_ask(status), cmd_style_paint(style, CMD_COLOUR_GOOD),
			handshakes[CMD_HANDSHAKE_OPENED],
			cmd_style_paint(style, CMD_COLOUR_PLAIN),
			handshakes[CMD_HANDSHAKE_FAILED],
			handshakes[CMD_HANDSHAKE_WAITING]);
}

void cmd_crawl_status_show(struct cmd_progress *progress,
			   const struct cmd_crawl_status *status)
{
	const struct cmd_style *style = &progress->style;
	const char *plain = cmd_style_paint(style, CMD_COLOUR_PLAIN);
	int64_t s = status->elapsed_ms / 1000;

	if (!progress->live)
		return;
	cmd_text_printf(&progress->line,
			"%s %" PRId64 ":%02d  %s%zu%s found, %s%zu answered%s",
			cmd_progress_spinner(progress), s / 60, (int)(s % 60),
			cmd_style_paint(style, CMD_COLOUR_BOLD),
			status->counts.found, plain,
			cmd_style_paint(style, CMD_COLOUR_GOOD),
			status->counts.fates[CMD_CRAWL_ANSWERED], plain);
	if (status->handshakes)
		put_handshakes(&progress->line, style, status);
	else
		cmd_text_printf(&progress->line,
				", %zu silent, %" PRIu64 " to ask, %" PRIu64
				" being asked, %.0f/s",
				status->counts.fates[CMD_CRAWL_SILENT],
				to_ask(status), status->in_flight,
				status->per_second);
	cmd_progress_show(progress);
}
