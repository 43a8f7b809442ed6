/* SPDX-License-Identifier: MIT */
#include "workers/cmd/demo_verdict.h"

#include <inttypes.h>
#include <unistd.h>

#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/peer_fates.h"
#include "workers/cmd/plot.h"
#include "workers/cmd/terminal.h"

#define PLOT_ROWS        10
#define PLOT_COLUMNS_MAX 100

bool cmd_verdict_is_good(const struct cmd_verdict *verdict)
{
	return verdict->story->chapter == CMD_CHAPTER_END && verdict->adds_up &&
	       verdict->traffic.adds_up && !verdict->interrupted &&
	       verdict->left_descriptors == 0 && verdict->left_threads == 0;
}

static void put_line(struct cmd_text *out, bool good,
		     const struct cmd_style *style)
{
	const char *mark = good ? cmd_style_choose(style, "✓", "ok   ")
				: cmd_style_choose(style, "✗", "WRONG");

	cmd_text_printf(
		out, "  %s%s%s ",
		cmd_style_paint(style, good ? CMD_COLOUR_GOOD : CMD_COLOUR_BAD),
		mark, cmd_style_paint(style, CMD_COLOUR_PLAIN));
}

static double seconds(int64_t ms)
{
	return (double)ms / 1000.0;
}

static void put_fill(struct cmd_text *out, const struct cmd_story *story,
		     const struct cmd_style *style)
{
	put_line(out, story->filled_ms >= 0, style);
	if (story->filled_ms >= 0)
		cmd_text_printf(out,
				"target of %" PRIu64
				" peers reached after %.1f s\n",
				story->target, seconds(story->filled_ms));
	else
		cmd_text_printf(out,
				"target of %" PRIu64
				" peers not reached in %.1f s; a large network "
				"needs a longer --duration\n",
				story->target,
				seconds(story->watch->figures.elapsed_ms));
}

static void put_recovery(struct cmd_text *out, const struct cmd_story *story,
			 const struct cmd_style *style)
{
	put_line(out, story->recovered_ms >= 0, style);
	if (story->recovered_ms >= 0)
		cmd_text_printf(
			out,
			"%" PRIu64 " peers killed, recovery after %.1f s\n",
			story->killed,
			seconds(story->recovered_ms - story->killed_ms));
	else if (story->killed_ms >= 0)
		cmd_text_printf(out, "%" PRIu64 " peers killed, no recovery\n",
				story->killed);
	else
		cmd_text_add(out, "no peers killed: it did not come to that\n");
}

static void put_traffic(struct cmd_text *out, const struct cmd_verdict *verdict,
			const struct cmd_style *style)
{
	const struct cmd_network_traffic *traffic = &verdict->traffic;

	put_line(out, traffic->adds_up, style);
	cmd_text_printf(out, "the network's %" PRIu64 " datagrams %s\n",
			traffic->received,
			traffic->adds_up ? "add up" : "do not add up");
}

/* How many handshakes there were, and how many came to nothing. */
static void put_handshakes(struct cmd_text *out,
			   const struct cmd_peer_figures *peers,
			   const struct cmd_style *style)
{
	const struct dt_rlpx_counters *counters = &peers->counters;
	const struct dt_rlpx_setups *setups = &counters->outbound;
	bool adds_up = cmd_peers_add_up(counters);

	put_line(out, adds_up, style);
	cmd_text_printf(out,
			"%" PRIu64 " handshakes, %" PRIu64
			" of which made a peer, and %" PRIu64 " of %" PRIu64
			" pings answered: %s\n",
			setups->begun, counters->peers_added,
			counters->pongs_received, counters->pings_sent,
			adds_up ? "they add up" : "they do not add up");
}

static void put_rest(struct cmd_text *out, const struct cmd_verdict *verdict,
		     const struct cmd_style *style)
{
	bool closed =
		verdict->left_descriptors == 0 && verdict->left_threads == 0;

	put_line(out, verdict->adds_up, style);
	cmd_text_add(out, verdict->adds_up ? "the fates add up\n"
					   : "the fates do not add up\n");
	put_handshakes(out, &verdict->story->watch->figures.peers, style);
	put_traffic(out, verdict, style);
	put_line(out, closed, style);
	if (closed)
		cmd_text_add(out, "nothing is left open or running\n");
	else
		cmd_text_printf(out, "%zu descriptors and %zu threads left\n",
				verdict->left_descriptors,
				verdict->left_threads);
	if (!verdict->interrupted)
		return;
	put_line(out, false, style);
	cmd_text_add(out, "interrupted before its end\n");
}

static void put_text(struct cmd_text *out, const struct cmd_verdict *verdict,
		     const struct cmd_watch *watch)
{
	size_t columns = cmd_terminal_size().columns - 2;
	struct cmd_plot plot = {.columns = columns < PLOT_COLUMNS_MAX
						   ? columns
						   : PLOT_COLUMNS_MAX,
				.rows = PLOT_ROWS,
				.target = verdict->story->target};

	cmd_text_printf(out, "\n%speers over time%s\n",
			cmd_style_paint(&watch->style, CMD_COLOUR_BOLD),
			cmd_style_paint(&watch->style, CMD_COLOUR_PLAIN));
	if (columns >= 24)
		cmd_plot_timeline(out, &plot, &watch->timeline, &watch->style);
	cmd_text_printf(out, "\n%sverdict%s\n",
			cmd_style_paint(&watch->style, CMD_COLOUR_BOLD),
			cmd_style_paint(&watch->style, CMD_COLOUR_PLAIN));
	put_fill(out, verdict->story, &watch->style);
	put_recovery(out, verdict->story, &watch->style);
	put_rest(out, verdict, &watch->style);
}

/* -1 where it did not come to that. */
static void put_json(struct cmd_text *out, const struct cmd_verdict *verdict)
{
	const struct cmd_story *story = verdict->story;

	cmd_json_begin_line(out, "verdict", cmd_moment_now_ms());
	cmd_json_bool(out, "good", cmd_verdict_is_good(verdict));
	cmd_json_number(out, "target", story->target);
	cmd_json_signed(out, "first_peer_ms", story->met_ms);
	cmd_json_signed(out, "reached_ms", story->filled_ms);
	cmd_json_number(out, "killed", story->killed);
	cmd_json_signed(out, "killed_ms", story->killed_ms);
	cmd_json_signed(out, "recovered_ms", story->recovered_ms);
	cmd_json_bool(out, "adds_up", verdict->adds_up);
	cmd_json_number(out, "network_received", verdict->traffic.received);
	cmd_json_bool(out, "network_adds_up", verdict->traffic.adds_up);
	cmd_json_bool(out, "interrupted", verdict->interrupted);
	cmd_json_number(out, "left_descriptors", verdict->left_descriptors);
	cmd_json_number(out, "left_threads", verdict->left_threads);
	cmd_json_close(out);
	cmd_json_end_line(out);
}

void cmd_verdict_tell(const struct cmd_verdict *verdict,
		      const struct cmd_watch *watch)
{
	struct cmd_text out = {0};

	if (watch->output == CMD_OUTPUT_JSON)
		put_json(&out, verdict);
	else
		put_text(&out, verdict, watch);
	(void)cmd_text_write(&out, STDOUT_FILENO);
	cmd_text_fini(&out);
}
