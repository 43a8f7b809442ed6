/* SPDX-License-Identifier: MIT */
#include "workers/cmd/survey_plot.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "workers/cmd/complain.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/svg.h"

/*
 *	title
 *	clients			what came of the dials
 *	versions		capabilities
 *	latencies
 */
#define WIDTH       1000
#define MARGIN      32
#define PANEL_WIDTH 452
#define GUTTER      32 /* between panels */
#define HEAD        72 /* above the panels */
#define FOOT        72 /* below them: latencies */
#define ROW         22
#define BAR         14
#define LABEL_WIDTH 168
#define LABEL_SIZE  25 /* characters that fit, and a NUL */
#define COUNT_WIDTH 96
#define ROWS_SHOWN  12
#define PANEL_ROWS  (ROWS_SHOWN + 1) /* and the others */

#define INK        "#1f2933"
#define FAINT      "#7b8794"
#define TRACK      "#eef1f4"
#define BLUE       "#3b7dd8"
#define GREEN      "#2f9e6e"
#define RED        "#d9644a"
#define VIOLET     "#7a5fc0"
#define TITLE_SIZE 20
#define HEAD_SIZE  14
#define TEXT_SIZE  12

/* A chart of bars. */
struct panel {
	double x;
	double y;
	const char *title;
	const struct cmd_tally *tally;
	const char *colour;
	const char *first_colour; /* of the first bar; NULL: as all */
};

static void put_text(struct cmd_text *out, double x, double y, const char *text,
		     const char *colour, enum cmd_svg_anchor anchor)
{
	const struct cmd_svg_text label = {.x = x,
					   .y = y,
					   .text = text,
					   .colour = colour,
					   .size = TEXT_SIZE,
					   .anchor = anchor};

	cmd_svg_text(out, &label);
}

static size_t most_of(const struct cmd_tally *tally)
{
	size_t most = 0;

	for (size_t i = 0; i < tally->count; i++)
		most = tally->all[i].count > most ? tally->all[i].count : most;
	return most;
}

static void put_row(struct cmd_text *out, const struct panel *panel, double y,
		    const struct cmd_tally_entry *entry, const char *colour,
		    size_t whole)
{
	double room = PANEL_WIDTH - LABEL_WIDTH - COUNT_WIDTH;
	double most = (double)most_of(panel->tally);
	char label[LABEL_SIZE];
	struct cmd_svg_bar bar = {.x = panel->x + LABEL_WIDTH,
				  .y = y - BAR + 3,
				  .width = room,
				  .height = BAR,
				  .colour = TRACK};
	char count[48];

	(void)snprintf(count, sizeof(count), "%zu  (%.1f%%)", entry->count,
		       100.0 * (double)entry->count / (double)whole);
	(void)snprintf(label, sizeof(label), "%.*s", LABEL_SIZE - 1,
		       entry->name);
	put_text(out, panel->x + LABEL_WIDTH - 8, y, label, INK, CMD_SVG_END);
	cmd_svg_bar(out, &bar);
	bar.width = room * (double)entry->count / most;
	bar.width = bar.width < 2 ? 2 : bar.width;
	bar.colour = colour;
	bar.title = entry->name;
	cmd_svg_bar(out, &bar);
	put_text(out, panel->x + PANEL_WIDTH - COUNT_WIDTH + 8, y, count, FAINT,
		 CMD_SVG_START);
}

/* @whole: what is a hundred percent. */
static void put_panel(struct cmd_text *out, const struct panel *panel,
		      size_t whole)
{
	const struct cmd_tally *tally = panel->tally;
	const struct cmd_svg_text title = {.x = panel->x,
					   .y = panel->y,
					   .text = panel->title,
					   .colour = INK,
					   .size = HEAD_SIZE,
					   .bold = true};
	double y = panel->y;
	char others[48];

	cmd_svg_text(out, &title);
	for (size_t i = 0; i < tally->count && i < ROWS_SHOWN; i++) {
		const char *colour = i == 0 && panel->first_colour != NULL
					     ? panel->first_colour
					     : panel->colour;

		y += ROW;
		put_row(out, panel, y, &tally->all[i], colour, whole);
	}
	(void)snprintf(others, sizeof(others), "and %zu others",
		       tally->count - ROWS_SHOWN);
	if (tally->count > ROWS_SHOWN)
		put_text(out, panel->x + LABEL_WIDTH - 8, y + ROW, others,
			 FAINT, CMD_SVG_END);
	if (tally->count == 0)
		put_text(out, panel->x, y + ROW, "none", FAINT, CMD_SVG_START);
}

static size_t rows_of(const struct cmd_tally *tally)
{
	if (tally->count == 0)
		return 1;
	return tally->count > ROWS_SHOWN ? PANEL_ROWS : tally->count;
}

static double height_of(const struct cmd_tally *left,
			const struct cmd_tally *right)
{
	size_t a = rows_of(left);
	size_t b = rows_of(right);

	return (double)((a > b ? a : b) * ROW + ROW + GUTTER);
}

static void put_title(struct cmd_text *out,
		      const struct cmd_survey_summary *summary)
{
	const size_t *handshakes = summary->counts.handshakes;
	char time[CMD_MOMENT_TEXT_SIZE];
	char line[192];
	const struct cmd_svg_text title = {.x = MARGIN,
					   .y = 36,
					   .text = "Who answers a handshake",
					   .colour = INK,
					   .size = TITLE_SIZE,
					   .bold = true};

	cmd_moment_format(time, cmd_moment_now_ms());
	(void)snprintf(line, sizeof(line),
		       "%zu nodes found, %zu dialed, %zu sessions opened; "
		       "%.10s",
		       summary->counts.found,
		       handshakes[CMD_HANDSHAKE_OPENED] +
			       handshakes[CMD_HANDSHAKE_FAILED],
		       handshakes[CMD_HANDSHAKE_OPENED], time);
	cmd_svg_text(out, &title);
	put_text(out, MARGIN, 56, line, FAINT, CMD_SVG_START);
}

static void put_latencies(struct cmd_text *out,
			  const struct cmd_survey_summary *summary, double y)
{
	const struct cmd_svg_text title = {.x = MARGIN,
					   .y = y,
					   .text = "Until a session is open",
					   .colour = INK,
					   .size = HEAD_SIZE,
					   .bold = true};
	char line[512];
	size_t length = 0;

	cmd_svg_text(out, &title);
	for (int i = 0; summary->measured > 0 && i < CMD_SURVEY_STEP_COUNT;
	     i++) {
		const struct cmd_survey_latency *latency =
			&summary->latencies[i];

		length += (size_t)snprintf(
			line + length, sizeof(line) - length,
			"%s%s: p50 %" PRId64 " ms, p99 %" PRId64 " ms",
			i > 0 ? ";   " : "",
			cmd_survey_step_name((enum cmd_survey_step)i),
			latency->p50_ms, latency->p99_ms);
	}
	put_text(out, MARGIN, y + ROW, length > 0 ? line : "none", FAINT,
		 CMD_SVG_START);
}

/* What came of all dials: those that are well, then the failures. */
static bool list_outcomes(struct cmd_tally *out,
			  const struct cmd_survey_summary *summary)
{
	size_t opened = summary->counts.handshakes[CMD_HANDSHAKE_OPENED];

	if (opened > 0)
		cmd_tally_add(out, "opened", opened);
	for (size_t i = 0; i < summary->failures.count; i++)
		cmd_tally_add(out, summary->failures.all[i].name,
			      summary->failures.all[i].count);
	return !out->cut;
}

static void draw(struct cmd_text *out, const struct cmd_survey_summary *summary,
		 const struct cmd_tally *outcomes)
{
	const size_t *handshakes = summary->counts.handshakes;
	size_t opened = handshakes[CMD_HANDSHAKE_OPENED];
	size_t dialed = opened + handshakes[CMD_HANDSHAKE_FAILED];
	double right = MARGIN + PANEL_WIDTH + GUTTER;
	double upper = height_of(&summary->clients, outcomes);
	double lower = height_of(&summary->versions, &summary->capabilities);
	const struct panel panels[] = {
		{MARGIN, HEAD + ROW, "Clients", &summary->clients, BLUE, NULL},
		{right, HEAD + ROW, "What came of the dials", outcomes, RED,
		 opened > 0 ? GREEN : NULL},
		{MARGIN, HEAD + ROW + upper, "Versions", &summary->versions,
		 BLUE, NULL},
		{right, HEAD + ROW + upper, "Capabilities",
		 &summary->capabilities, VIOLET, NULL},
	};

	cmd_svg_begin(out, WIDTH, HEAD + (int)(upper + lower) + FOOT,
		      "Who answers a handshake");
	put_title(out, summary);
	for (size_t i = 0; i < sizeof(panels) / sizeof(panels[0]); i++)
		put_panel(out, &panels[i], i == 1 ? dialed : opened);
	put_latencies(out, summary, HEAD + ROW + upper + lower);
	cmd_svg_end(out);
}

static bool write_text(struct cmd_text *text, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool done = fd >= 0 && cmd_text_write(text, fd);

	if (fd >= 0)
		done = close(fd) == 0 && done;
	if (!done)
		cmd_complain("%s: cannot be written: %s", path,
			     strerrordesc_np(errno));
	return done;
}

bool cmd_survey_plot_write(const char *path,
			   const struct cmd_survey_summary *summary)
{
	struct cmd_tally outcomes = {0};
	struct cmd_text text = {0};
	bool done = list_outcomes(&outcomes, summary);

	if (done) {
		draw(&text, summary, &outcomes);
		done = !text.cut;
	}
	if (done)
		done = write_text(&text, path);
	else
		cmd_complain("%s: there is no memory for the plot", path);
	cmd_text_fini(&text);
	cmd_tally_fini(&outcomes);
	return done;
}
