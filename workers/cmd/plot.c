/* SPDX-License-Identifier: MIT */
#include "workers/cmd/plot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define STEPS 8 /* a character has as many heights or widths */

static const char *const heights[STEPS + 1] = {
	" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█",
};
static const char *const ascii_heights[STEPS + 1] = {
	" ", ".", ".", ":", ":", "|", "|", "#", "#",
};
static const char *const widths[STEPS] = {
	"", "▏", "▎", "▍", "▌", "▋", "▊", "▉",
};

void cmd_plot_bar(struct cmd_text *out, uint64_t value, uint64_t full,
		  size_t width, const struct cmd_style *style)
{
	double share = full == 0 ? 0 : (double)value / (double)full;
	size_t eighths =
		(size_t)((share < 1 ? share : 1) * (double)(width * STEPS) +
			 0.5);
	size_t whole = eighths / STEPS;
	size_t part = style->unicode ? eighths % STEPS : 0;

	cmd_text_repeat(out, cmd_style_choose(style, "█", "#"), whole);
	cmd_text_add(out, widths[part]);
	whole += part > 0 ? 1 : 0;
	cmd_text_add(out, cmd_style_paint(style, CMD_COLOUR_DIM));
	cmd_text_repeat(out, cmd_style_choose(style, "·", "."), width - whole);
	cmd_text_add(out, cmd_style_paint(style, CMD_COLOUR_PLAIN));
}

#define AXIS_WIDTH 8 /* "  100 ┤ " without the last blank */

static uint64_t top_of(const struct cmd_plot *plot,
		       const struct cmd_timeline *timeline)
{
	uint64_t top = cmd_timeline_max(timeline);

	top = plot->target > top ? plot->target : top;
	return top > 0 ? top : 1;
}

/* How far @value fills @row (0 is the lowest), in steps of a character. */
static size_t fill_of(double value, size_t row, size_t rows, uint64_t top)
{
	double filled = value / (double)top * (double)(rows * STEPS) -
			(double)(row * STEPS);

	if (filled <= 0)
		return row == 0 && value > 0 ? 1 : 0;
	return filled >= STEPS ? STEPS : (size_t)(filled + 0.5);
}

static int64_t span_of(const struct cmd_plot *plot,
		       const struct cmd_timeline *timeline)
{
	int64_t end_ms = cmd_timeline_end_ms(timeline);

	return end_ms > plot->span_ms ? end_ms : plot->span_ms;
}

/* The column of a moment, counted from the axis. */
static size_t column_of(const struct cmd_plot *plot,
			const struct cmd_timeline *timeline, int64_t elapsed_ms)
{
	int64_t span_ms = span_of(plot, timeline);
	size_t width = plot->columns - AXIS_WIDTH;
	size_t column;

	if (span_ms <= 0 || elapsed_ms < 0)
		return 0;
	column = (size_t)((double)elapsed_ms / (double)span_ms * (double)width);
	return column < width ? column : width - 1;
}

static void put_row(struct cmd_text *out, const struct cmd_plot *plot,
		    const struct cmd_timeline *timeline, size_t row,
		    const struct cmd_style *style)
{
	uint64_t top = top_of(plot, timeline);
	size_t width =
		column_of(plot, timeline, cmd_timeline_end_ms(timeline)) + 1;

	/* The upper edge of the first and of the middle row. */
	if (row + 1 == plot->rows || (row + 1) * 2 == plot->rows)
		cmd_text_printf(out, "%6" PRIu64 " ",
				top * (row + 1) / plot->rows);
	else
		cmd_text_add(out, "       ");
	cmd_text_printf(out, "%s%s", cmd_style_choose(style, "┤", "|"),
			cmd_style_paint(style, CMD_COLOUR_ACCENT));
	for (size_t i = 0; i < width; i++) {
		size_t fill = fill_of(cmd_timeline_mean(timeline, i, width),
				      row, plot->rows, top);

		cmd_text_add(out, style->unicode ? heights[fill]
						 : ascii_heights[fill]);
	}
	cmd_text_printf(out, "%s\n", cmd_style_paint(style, CMD_COLOUR_PLAIN));
}

static bool is_marked(const struct cmd_plot *plot,
		      const struct cmd_timeline *timeline, size_t column)
{
	for (size_t i = 0; i < timeline->mark_count; i++) {
		int64_t at_ms = timeline->marks[i].elapsed_ms;

		if (column_of(plot, timeline, at_ms) == column)
			return true;
	}
	return false;
}

static void put_time_axis(struct cmd_text *out, const struct cmd_plot *plot,
			  const struct cmd_timeline *timeline,
			  const struct cmd_style *style)
{
	cmd_text_printf(out, "     0 %s", cmd_style_choose(style, "┼", "+"));
	for (size_t i = 0; i < plot->columns - AXIS_WIDTH; i++)
		cmd_text_add(out, is_marked(plot, timeline, i)
					  ? cmd_style_choose(style, "▲", "^")
					  : cmd_style_choose(style, "─", "-"));
	cmd_text_add(out, "\n");
}

/* "0 s" on the left, the time of the end on the right. */
static void put_times(struct cmd_text *out, const struct cmd_plot *plot,
		      const struct cmd_timeline *timeline)
{
	double span_s = (double)span_of(plot, timeline) / 1000.0;
	char end[32];

	(void)snprintf(end, sizeof(end), "%.1f s", span_s);
	cmd_text_printf(out, "%*s0 s%*s\n", AXIS_WIDTH, "",
			(int)(plot->columns - AXIS_WIDTH) - 3, end);
}

void cmd_plot_timeline(struct cmd_text *out, const struct cmd_plot *plot,
		       const struct cmd_timeline *timeline,
		       const struct cmd_style *style)
{
	for (size_t row = plot->rows; row > 0; row--)
		put_row(out, plot, timeline, row - 1, style);
	put_time_axis(out, plot, timeline, style);
	put_times(out, plot, timeline);
	for (size_t i = 0; i < timeline->mark_count && !plot->bare; i++)
		cmd_text_printf(out, "%*s%s %5.1f s  %s\n", AXIS_WIDTH, "",
				cmd_style_choose(style, "▲", "^"),
				(double)timeline->marks[i].elapsed_ms / 1000.0,
				timeline->marks[i].label);
}
