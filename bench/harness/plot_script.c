/* SPDX-License-Identifier: MIT */
#include "bench/harness/plot_script.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "bench/harness/axis.h"
#include "bench/harness/scale.h"

#define LINES_MIN 3   /* places on the x axis, for lines */
#define MARGIN    1.1 /* beside the first and the last place */
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

static double bar_width(const struct bench_drawing *drawing)
{
	return BARS_WIDE / (double)drawing->drawn_count;
}

/* Of the @nth bar in a group, from the group's place. */
static double bar_offset(const struct bench_drawing *drawing, size_t nth)
{
	return ((double)nth + 0.5) * bar_width(drawing) - BARS_WIDE / 2;
}

/* x, median, minimum, maximum, width of a bar, median as people read it. */
static void write_values(FILE *file, const struct bench_drawing *drawing,
			 size_t contender, double offset)
{
	fprintf(file, "$c%zu << END\n", contender);
	for (size_t i = 0; i < drawing->mark_count; i++) {
		struct bench_summary summary = bench_measured_summary(
			drawing->measured, drawing->marks[i].point, contender,
			drawing->figure);

		if (summary.count > 0)
			fprintf(file, "%.17g %.17g %.17g %.17g %.17g \"%s\"\n",
				x_of(drawing, i) + offset, summary.median,
				summary.min, summary.max, bar_width(drawing),
				bench_scale(summary.median,
					    figure_of(drawing)->unit)
					.text);
	}
	fprintf(file, "END\n");
}

static void write_x_axis(FILE *file, const struct bench_drawing *drawing)
{
	const char *parameter =
		drawing->measured->bench->parameters[drawing->parameter];
	double first = (double)drawing->marks[0].x;
	double last = (double)drawing->marks[drawing->mark_count - 1].x;

	fprintf(file, "set xlabel ");
	write_quoted(file, parameter);
	fprintf(file, "\nset xtics nomirror (");
	for (size_t i = 0; i < drawing->mark_count; i++)
		fprintf(file, "%s'%" PRId64 "' %.17g", i ? ", " : "",
			drawing->marks[i].x, x_of(drawing, i));
	fprintf(file, ")\n");
	if (is_by_rank(drawing))
		fprintf(file, "set xrange [-0.5:%.17g]\n",
			(double)drawing->mark_count - 0.5);
	else if (drawing->plot->log_x)
		fprintf(file, "set logscale x\nset xrange [%.17g:%.17g]\n",
			first / MARGIN, last * MARGIN);
	else
		fprintf(file, "set xrange [%.17g:%.17g]\n",
			first - (last - first) * (MARGIN - 1),
			last + (last - first) * (MARGIN - 1));
}

static struct bench_axis y_axis(const struct bench_drawing *drawing)
{
	const char *unit = figure_of(drawing)->unit;

	if (drawing->plot->log_y && isfinite(drawing->least))
		return bench_axis_log(drawing->least, drawing->most, unit);
	return bench_axis_linear(drawing->most, unit);
}

static void write_y_axis(FILE *file, const struct bench_drawing *drawing)
{
	struct bench_axis axis = y_axis(drawing);

	fprintf(file, "set ylabel ");
	write_quoted(file, figure_of(drawing)->title);
	fprintf(file, "\nset ytics nomirror (");
	for (size_t i = 0; i < axis.count; i++)
		fprintf(file, "%s'%s' %.17g", i ? ", " : "",
			bench_scale_round(axis.tics[i],
					  figure_of(drawing)->unit)
				.text,
			axis.tics[i]);
	/* A hair more: gnuplot drops a mark that is not quite within. */
	fprintf(file, ")\nset yrange [%.17g:%.17g]\n", axis.tics[0] * 0.9999,
		axis.tics[axis.count - 1] * 1.0001);
	if (axis.tics[0] > 0)
		fprintf(file, "set logscale y\n");
}

static void write_look(FILE *file, const struct bench_drawing *drawing,
		       const char *svg)
{
	fprintf(file,
		"set terminal svg size 960,400 dynamic noenhanced rounded"
		" font 'sans-serif,13' background '#ffffff' name '%s_%s'\n",
		drawing->measured->bench->name, drawing->plot->name);
	fprintf(file, "set output ");
	write_quoted(file, svg);
	fprintf(file, "\nset title ");
	write_quoted(file, drawing->plot->title);
	fprintf(file, "\nset border 3 lc rgb '#808080'\n"
		      "set tics nomirror textcolor rgb 'black'\n"
		      "set grid ytics lc rgb '#808080' lw 0.3 dt 1\n"
		      "set key outside right center vertical Left reverse"
		      " samplen 1.5 spacing 1.2\n"
		      "set style fill solid 0.85 noborder\n");
}

static bool is_ours(const struct bench *bench, const char *name)
{
	for (const struct bench_target *target = bench->targets;
	     target && target->figure; target++) {
		if (strcmp(target->ours, name) == 0)
			return true;
	}
	return false;
}

/* Ours are thick, programs of their own are dashed. */
static void write_line(FILE *file, const struct bench_drawing *drawing,
		       size_t contender)
{
	static const int shapes[] = {7, 5, 9, 13, 11};
	const struct bench_contender *c =
		&drawing->measured->bench->contenders[contender];

	if (has_bars(drawing))
		fprintf(file, "using 1:2:3:4:5 with boxerrorbars lw 1");
	else
		fprintf(file,
			"using 1:2:3:4 with yerrorlines pt %d ps 0.6 lw %s%s",
			shapes[contender % (sizeof(shapes) / sizeof(*shapes))],
			is_ours(drawing->measured->bench, c->name) ? "2.6"
								   : "1.4",
			c->command ? " dt (6,4)" : "");
	fprintf(file, " lc rgb '%s' title ", colours[contender % COLOUR_COUNT]);
	write_quoted(file, c->title);
	if (has_bars(drawing))
		fprintf(file,
			", $c%zu using 1:4:6 with labels offset 0,0.7"
			" font ',10' notitle",
			contender);
}

static void write_lines(FILE *file, const struct bench_drawing *drawing)
{
	const char *separator = "plot";

	for (size_t i = 0; i < drawing->measured->contender_count; i++) {
		if (!drawing->drawn[i])
			continue;
		fprintf(file, "%s $c%zu ", separator, i);
		write_line(file, drawing, i);
		separator = ", \\\n    ";
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
