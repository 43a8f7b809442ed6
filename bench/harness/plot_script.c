/* SPDX-License-Identifier: MIT */
#include "bench/harness/plot_script.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define LINES_MIN 3   /* places on the x axis, for lines */
#define BARS_WIDE 0.8 /* of the distance of two places */

/* Told apart by people who see few colours, too; then they begin again. */
static const char *const colours[] = {
	"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
	"#7f3fbf", "#8c6d31", "#d62728", "#7f7f7f", "#17a589", "#b0b000",
};
#define COLOUR_COUNT (sizeof(colours) / sizeof(colours[0]))

/* In gnuplot's single quotes. */
static void write_quoted(FILE *file, const char *text)
{
	(void)fputc('\'', file);
	for (; *text; text++) {
		if (*text == '\'')
			(void)fputc('\'', file);
		(void)fputc(*text, file);
	}
	(void)fputc('\'', file);
}

static const struct bench_figure *figure_of(const struct bench_drawing *drawing)
{
	return &drawing->measured->bench->figures[drawing->figure];
}

static const char *y_format(const char *unit)
{
	if (strcmp(unit, "s") == 0)
		return "%.0s %cs";
	if (strcmp(unit, "B") == 0)
		return "%.0b %BB";
	return "%.0s%c";
}

static bool has_bars(const struct bench_drawing *drawing)
{
	return drawing->mark_count < LINES_MIN;
}

/* A logarithmic axis has no place for 0; places are in equal steps then. */
static bool is_by_rank(const struct bench_drawing *drawing)
{
	return has_bars(drawing) ||
	       (drawing->plot->log_x && drawing->marks[0].x <= 0);
}

static double x_of(const struct bench_drawing *drawing, size_t mark)
{
	return is_by_rank(drawing) ? (double)mark
				   : (double)drawing->marks[mark].x;
}

/* Of the @nth bar in a group, from the group's place. */
static double bar_offset(const struct bench_drawing *drawing, size_t nth)
{
	double width = BARS_WIDE / (double)drawing->drawn_count;

	return ((double)nth + 0.5) * width - BARS_WIDE / 2;
}

static void write_values(FILE *file, const struct bench_drawing *drawing,
			 size_t contender, double offset)
{
	fprintf(file, "$c%zu << END\n", contender);
	for (size_t i = 0; i < drawing->mark_count; i++) {
		struct bench_summary summary = bench_measured_summary(
			drawing->measured, drawing->marks[i].point, contender,
			drawing->figure);

		if (summary.count > 0)
			fprintf(file, "%.17g %.17g %.17g %.17g\n",
				x_of(drawing, i) + offset, summary.median,
				summary.min, summary.max);
	}
	fprintf(file, "END\n");
}

static void write_x_axis(FILE *file, const struct bench_drawing *drawing)
{
	const char *parameter =
		drawing->measured->bench->parameters[drawing->parameter];

	fprintf(file, "set xlabel ");
	write_quoted(file, parameter);
	fprintf(file, "\nset xtics nomirror (");
	for (size_t i = 0; i < drawing->mark_count; i++)
		fprintf(file, "%s'%" PRId64 "' %.17g", i ? ", " : "",
			drawing->marks[i].x, x_of(drawing, i));
	fprintf(file, ")\n");
	if (has_bars(drawing))
		fprintf(file, "set xrange [-0.5:%.17g]\n",
			(double)drawing->mark_count - 0.5);
	else if (drawing->plot->log_x && !is_by_rank(drawing))
		fprintf(file, "set logscale x\n");
	else
		fprintf(file, "set offsets graph 0.03, graph 0.03, 0, 0\n");
}

static void write_y_axis(FILE *file, const struct bench_drawing *drawing)
{
	fprintf(file, "set ylabel ");
	write_quoted(file, figure_of(drawing)->title);
	fprintf(file, "\nset format y '%s'\n",
		y_format(figure_of(drawing)->unit));
	if (drawing->plot->log_y)
		fprintf(file, "set logscale y\n");
	else
		fprintf(file, "set yrange [0:*]\n");
}

static void write_look(FILE *file, const struct bench_drawing *drawing,
		       const char *svg)
{
	fprintf(file,
		"set terminal svg size 860,400 dynamic noenhanced rounded"
		" font 'sans-serif,13' background '#ffffff' name '%s_%s'\n",
		drawing->measured->bench->name, drawing->plot->name);
	fprintf(file, "set output ");
	write_quoted(file, svg);
	fprintf(file, "\nset title ");
	write_quoted(file, drawing->plot->title);
	fprintf(file,
		"\nset border 3 lc rgb '#808080'\n"
		"set tics nomirror textcolor rgb 'black'\n"
		"set grid ytics lc rgb '#808080' lw 0.3 dt 1\n"
		"set key outside right center vertical Left reverse"
		" samplen 1.5 spacing 1.2\n"
		"set boxwidth %.17g\n"
		"set style fill solid 0.85 noborder\n",
		BARS_WIDE / (double)drawing->drawn_count);
}

static void write_lines(FILE *file, const struct bench_drawing *drawing)
{
	const struct bench_measured *measured = drawing->measured;
	const char *separator = "plot";

	for (size_t i = 0; i < measured->contender_count; i++) {
		const struct bench_contender *c =
			&measured->bench->contenders[i];

		if (!drawing->drawn[i])
			continue;
		fprintf(file, "%s $c%zu with %s lc rgb '%s' lw %s title ",
			separator, i,
			has_bars(drawing) ? "boxerrorbars"
					  : "yerrorlines pt 7 ps 0.5",
			colours[i % COLOUR_COUNT],
			has_bars(drawing) ? "1" : "1.8");
		write_quoted(file, c->title);
		separator = ",";
	}
	fprintf(file, "\n");
}

void bench_plot_script_write(FILE *file, const struct bench_drawing *drawing,
			     const char *svg)
{
	size_t nth = 0;

	write_look(file, drawing, svg);
	write_x_axis(file, drawing);
	write_y_axis(file, drawing);
	for (size_t i = 0; i < drawing->measured->contender_count; i++) {
		if (!drawing->drawn[i])
			continue;
		write_values(file, drawing, i,
			     has_bars(drawing) ? bar_offset(drawing, nth) : 0);
		nth++;
	}
	write_lines(file, drawing);
}
