/* SPDX-License-Identifier: MIT */
/* What a crawl's handshakes have brought, for people and as JSON. */
#include <inttypes.h>
#include <string.h>

#include "workers/cmd/fates.h"
#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/plot.h"
#include "workers/cmd/survey_summary.h"

#define ROWS_SHOWN  12
#define BAR_COLUMNS 32

static const char *dim(const struct cmd_style *style)
{
	return cmd_style_paint(style, CMD_COLOUR_DIM);
}

static const char *plain(const struct cmd_style *style)
{
	return cmd_style_paint(style, CMD_COLOUR_PLAIN);
}

/* What an ending means; an outcome says it itself. */
static const char *sentence_of(const char *name)
{
	for (int i = DT_ENDING_NONE + 1; i < DT_ENDING_COUNT; i++) {
		if (strcmp(dt_ending_name((enum dt_ending)i), name) == 0)
			return dt_ending_text((enum dt_ending)i);
	}
	return "";
}

static void put_failure(struct cmd_text *out,
			const struct cmd_tally_entry *failure,
			const struct cmd_style *style)
{
	const char *sentence = sentence_of(failure->name);

	cmd_text_printf(out, "    failed  %-18s %9zu", failure->name,
			failure->count);
	if (sentence[0] != '\0')
		cmd_text_printf(out, "  %s%s%s", dim(style), sentence,
				plain(style));
	cmd_text_add(out, "\n");
}

static void put_counts(struct cmd_text *out,
		       const struct cmd_survey_summary *summary,
		       const struct cmd_style *style)
{
	const size_t *handshakes = summary->counts.handshakes;

	cmd_text_printf(out,
			"  nodes: %zu found = %zu opened + %zu failed + %zu "
			"skipped + %zu without a TCP port + %zu not dialed   ",
			summary->counts.found, handshakes[CMD_HANDSHAKE_OPENED],
			handshakes[CMD_HANDSHAKE_FAILED],
			handshakes[CMD_HANDSHAKE_SKIPPED],
			handshakes[CMD_HANDSHAKE_NONE],
			handshakes[CMD_HANDSHAKE_WAITING]);
	cmd_fates_put_check(out, cmd_survey_adds_up(summary), style);
	cmd_text_add(out, "\n");
	for (size_t i = 0; i < summary->failures.count; i++)
		put_failure(out, &summary->failures.all[i], style);
	for (int i = 0; i < DT_SKIP_COUNT; i++) {
		if (summary->skips[i] > 0)
			cmd_text_printf(out, "    skipped %-18s %9zu\n",
					dt_skip_name((enum dt_skip)i),
					summary->skips[i]);
	}
}

static void put_tally(struct cmd_text *out, const char *what,
		      const struct cmd_tally *tally,
		      const struct cmd_style *style)
{
	if (tally->count == 0)
		return;
	cmd_text_printf(out, "\n  %s%-28s %8s%s\n", dim(style), what, "nodes",
			plain(style));
	for (size_t i = 0; i < tally->count && i < ROWS_SHOWN; i++) {
		cmd_text_printf(out, "  %-28.28s %8zu  %s", tally->all[i].name,
				tally->all[i].count,
				cmd_style_paint(style, CMD_COLOUR_ACCENT));
		cmd_plot_bar(out, tally->all[i].count, tally->all[0].count,
			     BAR_COLUMNS, style);
		cmd_text_add(out, "\n");
	}
	if (tally->count > ROWS_SHOWN)
		cmd_text_printf(out, "  %sand %zu others%s\n", dim(style),
				tally->count - ROWS_SHOWN, plain(style));
}

static void put_latencies(struct cmd_text *out,
			  const struct cmd_survey_summary *summary,
			  const struct cmd_style *style)
{
	static const char *const labels[CMD_SURVEY_STEP_COUNT] = {
		[CMD_SURVEY_TCP] = "TCP connect",
		[CMD_SURVEY_AUTH] = "until ack",
		[CMD_SURVEY_HELLO] = "until Hello",
		[CMD_SURVEY_ALL] = "all of it",
	};

	if (summary->measured == 0)
		return;
	cmd_text_printf(out, "\n  %s%-28s %8s %8s %8s %8s%s\n", dim(style),
			"latency in ms", "p50", "p90", "p99", "max",
			plain(style));
	for (int i = 0; i < CMD_SURVEY_STEP_COUNT; i++) {
		const struct cmd_survey_latency *latency =
			&summary->latencies[i];

		cmd_text_printf(out,
				"  %-28s %8" PRId64 " %8" PRId64 " %8" PRId64
				" %8" PRId64 "\n",
				labels[i], latency->p50_ms, latency->p90_ms,
				latency->p99_ms, latency->max_ms);
	}
}

void cmd_survey_summary_put(struct cmd_text *out,
			    const struct cmd_survey_summary *summary,
			    const struct cmd_style *style)
{
	cmd_text_printf(out, "\n%shandshakes%s\n",
			cmd_style_paint(style, CMD_COLOUR_BOLD), plain(style));
	put_counts(out, summary, style);
	put_tally(out, "client", &summary->clients, style);
	put_tally(out, "version", &summary->versions, style);
	put_tally(out, "capability", &summary->capabilities, style);
	put_latencies(out, summary, style);
}

static void put_tally_json(struct cmd_text *out, const char *key,
			   const struct cmd_tally *tally)
{
	cmd_json_open_array(out, key);
	for (size_t i = 0; i < tally->count; i++) {
		cmd_json_open(out, NULL);
		cmd_json_string(out, "name", tally->all[i].name);
		cmd_json_number(out, "nodes", tally->all[i].count);
		cmd_json_close(out);
	}
	cmd_json_close_array(out);
}

static void put_latencies_json(struct cmd_text *out,
			       const struct cmd_survey_summary *summary)
{
	cmd_json_open(out, "latency");
	for (int i = 0; summary->measured > 0 && i < CMD_SURVEY_STEP_COUNT;
	     i++) {
		const struct cmd_survey_latency *latency =
			&summary->latencies[i];

		cmd_json_open(out,
			      cmd_survey_step_name((enum cmd_survey_step)i));
		cmd_json_signed(out, "p50_ms", latency->p50_ms);
		cmd_json_signed(out, "p90_ms", latency->p90_ms);
		cmd_json_signed(out, "p99_ms", latency->p99_ms);
		cmd_json_signed(out, "max_ms", latency->max_ms);
		cmd_json_close(out);
	}
	cmd_json_close(out);
}

void cmd_survey_summary_json(struct cmd_text *out,
			     const struct cmd_survey_summary *summary)
{
	const size_t *handshakes = summary->counts.handshakes;

	cmd_json_begin_line(out, "survey", cmd_moment_now_ms());
	cmd_json_bool(out, "adds_up", cmd_survey_adds_up(summary));
	cmd_json_number(out, "found", summary->counts.found);
	cmd_json_number(out, "opened", handshakes[CMD_HANDSHAKE_OPENED]);
	cmd_json_number(out, "failed", handshakes[CMD_HANDSHAKE_FAILED]);
	cmd_json_number(out, "skipped", handshakes[CMD_HANDSHAKE_SKIPPED]);
	cmd_json_number(out, "no_port", handshakes[CMD_HANDSHAKE_NONE]);
	cmd_json_number(out, "not_dialed", handshakes[CMD_HANDSHAKE_WAITING]);
	put_tally_json(out, "failures", &summary->failures);
	put_tally_json(out, "clients", &summary->clients);
	put_tally_json(out, "versions", &summary->versions);
	put_tally_json(out, "by_capability", &summary->capabilities);
	put_latencies_json(out, summary);
	cmd_json_close(out);
	cmd_json_end_line(out);
}
