/* SPDX-License-Identifier: MIT */
#include "workers/cmd/live_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "workers/cmd/ending_list.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/plot.h"

#define LABEL           "  %s%-11s%s"
#define LABEL_COLUMNS   13
#define COLUMNS_LEAST   24
#define COLUMNS_MAX     110 /* wider is not easier to read */
#define PLOT_ROWS       8
#define PLOT_ROWS_LEAST 3
#define PLOT_SPAN_MS    10000
#define TIME_SIZE       16

void cmd_recent_add(struct cmd_recent *recent, const char *line)
{
	char *to = recent->lines[recent->count++ % CMD_RECENT_LINES];

	(void)snprintf(to, CMD_RECENT_SIZE, "%s", line);
}

static const char *paint(const struct cmd_live_view *view,
			 enum cmd_colour colour)
{
	return cmd_style_paint(view->style, colour);
}

static void put_label(struct cmd_text *out, const struct cmd_live_view *view,
		      const char *label)
{
	cmd_text_printf(out, LABEL, paint(view, CMD_COLOUR_DIM), label,
			paint(view, CMD_COLOUR_PLAIN));
}

/* What the keys "t" and "p" do. */
static const char *table_hint(const struct cmd_live_view *view)
{
	if (!view->figures->discovery.present)
		return "";
	return view->table != NULL ? "t dials   " : "t table   ";
}

static const char *peers_hint(const struct cmd_live_view *view)
{
	if (!view->figures->peers.present)
		return "";
	return view->peers != NULL ? "p dials   " : "p peers   ";
}

/* In @room columns at the right: if need be without the time. */
static void put_hints(struct cmd_text *out, const struct cmd_live_view *view,
		      size_t room)
{
	int64_t s = view->figures->elapsed_ms / 1000;
	char elapsed[48];
	char keys[48];

	(void)snprintf(elapsed, sizeof(elapsed), "%" PRId64 ":%02d:%02d   ",
		       s / 3600, (int)(s / 60 % 60), (int)(s % 60));
	(void)snprintf(keys, sizeof(keys), "%s%sq quits", peers_hint(view),
		       table_hint(view));
	if (strlen(elapsed) + strlen(keys) < room)
		cmd_text_printf(out, "%*s%s", (int)(room - strlen(keys)),
				elapsed, keys);
	else if (strlen(keys) < room)
		cmd_text_printf(out, "%*s", (int)room, keys);
}

static void put_title(struct cmd_text *out, const struct cmd_live_view *view,
		      size_t columns)
{
	size_t used = 2 + strlen(view->title) + 2;

	cmd_text_printf(out, "  %s%s%s  ", paint(view, CMD_COLOUR_BOLD),
			view->title, paint(view, CMD_COLOUR_PLAIN));
	if (view->stage != NULL) {
		cmd_text_printf(out, "%s%s%s", paint(view, CMD_COLOUR_ACCENT),
				view->stage, paint(view, CMD_COLOUR_PLAIN));
		used += strlen(view->stage);
	}
	if (used < columns)
		put_hints(out, view, columns - used);
	cmd_text_add(out, "\n\n");
}

static void put_peers(struct cmd_text *out, const struct cmd_live_view *view,
		      size_t columns)
{
	const struct dt_counters *counters = &view->figures->counters;
	uint64_t target = view->figures->target;
	size_t width = columns > 60 ? columns - 46 : 14;
	bool full = counters->peers >= target;

	put_label(out, view, "peers");
	cmd_text_add(out,
		     paint(view, full ? CMD_COLOUR_GOOD : CMD_COLOUR_WARN));
	cmd_plot_bar(out, counters->peers, target, width, view->style);
	cmd_text_printf(
		out, " %s%" PRIu64 "%s of %" PRIu64 "  (%" PRIu64 " dynamic",
		paint(view, CMD_COLOUR_BOLD), counters->peers,
		paint(view, CMD_COLOUR_PLAIN), target, counters->dyn_peers);
	if (view->figures->peers.counters.peers_inbound > 0)
		cmd_text_printf(out, ", %" PRIu64 " inbound",
				view->figures->peers.counters.peers_inbound);
	cmd_text_add(out, ")\n");
}

static void put_dials(struct cmd_text *out, const struct cmd_live_view *view)
{
	const struct cmd_figures *figures = view->figures;
	char p50[TIME_SIZE] = "-";
	char p99[TIME_SIZE] = "-";

	if (figures->connect.samples > 0) {
		cmd_moment_format_ns(p50, sizeof(p50), figures->connect.p50_ns);
		cmd_moment_format_ns(p99, sizeof(p99), figures->connect.p99_ns);
	}
	put_label(out, view, "dials");
	cmd_text_printf(out,
			"%" PRIu64 " in flight, %" PRIu64 " queued, %" PRIu64
			" ended, %.1f/s; p50 %s, p99 %s\n",
			figures->in_flight, figures->queued,
			figures->dials_ended, figures->dials_per_second, p50,
			p99);
}

static void put_lookups(struct cmd_text *out, const struct cmd_live_view *view)
{
	const struct dt_counters *counters = &view->figures->counters;
	const struct dt_task_counters *task = &counters->tasks[DT_TASK_LOOKUP];

	put_label(out, view, "look-ups");
	cmd_text_printf(out,
			"%" PRIu64 " running, %" PRIu64 " found, %" PRIu64
			" empty, %" PRIu64 " failed; resolves %" PRIu64
			", found %" PRIu64 "\n",
			task->running, task->outcomes[DT_OUTCOME_FOUND],
			task->outcomes[DT_OUTCOME_EMPTY],
			task->outcomes[DT_OUTCOME_FAILED], counters->resolves,
			counters->resolves_found);
	put_label(out, view, "nodes");
	cmd_text_printf(out,
			"%" PRIu64 " in history, %" PRIu64
			" in the buffer, %" PRIu64 " static (%" PRIu64
			" ready), %" PRIu64 " known\n",
			counters->history, counters->lookup_buffer,
			counters->static_nodes, counters->static_ready,
			counters->records);
}

/* Returns how many lines. */
static size_t put_discovery(struct cmd_text *out,
			    const struct cmd_live_view *view)
{
	const struct cmd_discovery_figures *figures = &view->figures->discovery;
	const struct dt_discv4_counters *counters = &figures->counters;

	if (!figures->present)
		return 0;
	put_label(out, view, "discovery");
	cmd_text_printf(out,
			"table %" PRIu64 ", %" PRIu64
			" verified; %.1f/s in, %.1f/s out; %" PRIu64
			" requests, %" PRIu64 " queries\n",
			counters->entries, counters->verified,
			figures->in_per_second, figures->out_per_second,
			counters->requests,
			counters->queries - counters->queries_ended);
	return 1;
}

/* Returns how many lines. */
static size_t put_handshakes(struct cmd_text *out,
			     const struct cmd_live_view *view)
{
	const struct cmd_peer_figures *figures = &view->figures->peers;
	char opened[32];
	size_t used;

	if (!figures->present)
		return 0;
	(void)snprintf(opened, sizeof(opened), "%" PRIu64 " opened",
		       figures->counters.outbound.opened +
			       figures->counters.inbound.opened);
	put_label(out, view, "handshakes");
	cmd_text_add(out, opened);
	used = LABEL_COLUMNS + strlen(opened);
	if (used < view->columns)
		cmd_ending_list_put(out, view->figures->counters.setups,
				    view->columns - used);
	cmd_text_add(out, "\n");
	return 1;
}

static enum cmd_colour colour_of(enum dt_outcome outcome)
{
	if (outcome == DT_OUTCOME_CONNECTED)
		return CMD_COLOUR_GOOD;
	if (dt_outcome_is_local_fault(outcome))
		return CMD_COLOUR_WARN;
	return CMD_COLOUR_BAD;
}

/* Returns how many lines. */
static size_t put_outcomes(struct cmd_text *out,
			   const struct cmd_live_view *view, size_t columns)
{
	const struct cmd_figures *figures = view->figures;
	size_t width = columns > 60 ? columns - 46 : 14;
	uint64_t most = 1;
	size_t lines = 0;

	for (int i = 0; i < DT_OUTCOME_COUNT; i++)
		most = figures->outcomes[i] > most ? figures->outcomes[i]
						   : most;
	for (int i = 0; i < DT_OUTCOME_COUNT; i++) {
		enum dt_outcome outcome = (enum dt_outcome)i;

		if (figures->outcomes[i] == 0)
			continue;
		put_label(out, view, lines == 0 ? "outcomes" : "");
		cmd_text_printf(out, "%-18s %8" PRIu64 " %s",
				dt_outcome_name(outcome), figures->outcomes[i],
				paint(view, colour_of(outcome)));
		cmd_plot_bar(out, figures->outcomes[i], most, width,
			     view->style);
		cmd_text_add(out, "\n");
		lines++;
	}
	return lines;
}

static void put_recent(struct cmd_text *out, const struct cmd_live_view *view,
		       size_t rows)
{
	const struct cmd_recent *recent = view->recent;
	uint64_t count = recent->count < CMD_RECENT_LINES ? recent->count
							  : CMD_RECENT_LINES;

	count = count < rows ? count : rows;
	for (uint64_t i = recent->count - count; i < recent->count; i++) {
		put_label(out, view,
			  i + count == recent->count ? "latest" : "");
		cmd_text_printf(out, "%s\n",
				recent->lines[i % CMD_RECENT_LINES]);
	}
}

/* As large as there is room for; returns how many lines. */
static size_t put_plot(struct cmd_text *out, const struct cmd_live_view *view,
		       size_t columns, size_t room)
{
	size_t marks = view->timeline->mark_count;
	struct cmd_plot plot = {.columns = columns - 2,
				.rows = PLOT_ROWS,
				.target = view->figures->target,
				.span_ms = PLOT_SPAN_MS};

	/* An empty line, and the axis of time. */
	if (room < PLOT_ROWS_LEAST + 3)
		return 0;
	plot.bare = room < PLOT_ROWS + 3 + marks;
	if (room < PLOT_ROWS + 3)
		plot.rows = room - 3;
	cmd_text_add(out, "\n");
	cmd_plot_timeline(out, &plot, view->timeline, view->style);
	return plot.rows + 3 + (plot.bare ? 0 : marks);
}

static void put_peer_list(struct cmd_text *out,
			  const struct cmd_live_view *view)
{
	struct cmd_peer_view peers = *view->peers;

	peers.style = view->style;
	peers.rows = view->rows > 4 ? view->rows - 4 : 0;
	put_peers(out, view, view->columns);
	cmd_text_add(out, "\n");
	cmd_peer_view_put(out, &peers);
}

static void put_table(struct cmd_text *out, const struct cmd_live_view *view)
{
	struct cmd_table_view table = *view->table;
	size_t rows = 3 + put_discovery(out, view);

	cmd_text_add(out, "\n");
	table.style = view->style;
	table.columns = view->columns;
	table.rows = view->rows > rows ? view->rows - rows : 0;
	cmd_table_view_put(out, &table);
}

void cmd_live_view_put(struct cmd_text *out, const struct cmd_live_view *view)
{
	size_t columns =
		view->columns < COLUMNS_MAX ? view->columns : COLUMNS_MAX;
	size_t rows = 7; /* until the outcomes */

	if (columns < COLUMNS_LEAST)
		return;
	put_title(out, view, columns);
	if (view->table != NULL) {
		put_table(out, view);
		return;
	}
	if (view->peers != NULL) {
		put_peer_list(out, view);
		return;
	}
	put_peers(out, view, columns);
	put_dials(out, view);
	put_lookups(out, view);
	rows += put_discovery(out, view);
	rows += put_handshakes(out, view);
	cmd_text_add(out, "\n");
	rows += put_outcomes(out, view, columns);
	if (rows < view->rows)
		rows += put_plot(out, view, columns, view->rows - rows);
	if (rows + 2 < view->rows) {
		cmd_text_add(out, "\n");
		put_recent(out, view, view->rows - rows - 1);
	}
}
