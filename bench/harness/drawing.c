/* SPDX-License-Identifier: MIT */
#include "bench/harness/drawing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t find_parameter(const struct bench_measured *measured,
			     const char *name)
{
	size_t i = 0;

	while (i < measured->parameter_count &&
	       strcmp(measured->bench->parameters[i], name) != 0)
		i++;
	return i;
}

static bool is_on(const struct bench_drawing *drawing,
		  const struct bench_point *point)
{
	for (size_t i = 0; i < drawing->measured->parameter_count; i++) {
		if (i != drawing->parameter &&
		    point->values[i] != drawing->plot->values[i])
			return false;
	}
	return true;
}

static int compare(const void *a, const void *b)
{
	int64_t left = ((const struct bench_mark *)a)->x;
	int64_t right = ((const struct bench_mark *)b)->x;

	return (left > right) - (left < right);
}

static void find_marks(struct bench_drawing *drawing)
{
	const struct bench_measured *measured = drawing->measured;

	for (size_t i = 0; i < measured->point_count; i++) {
		const struct bench_point *point = &measured->points[i];

		if (is_on(drawing, point))
			drawing->marks[drawing->mark_count++] =
				(struct bench_mark){
					point->values[drawing->parameter], i};
	}
	qsort(drawing->marks, drawing->mark_count, sizeof(*drawing->marks),
	      compare);
}

/* Is there anything to draw of it? */
static bool take(struct bench_drawing *drawing, size_t contender)
{
	bool is_drawn = false;

	for (size_t i = 0; i < drawing->mark_count; i++) {
		struct bench_summary summary = bench_measured_summary(
			drawing->measured, drawing->marks[i].point, contender,
			drawing->figure);

		if (summary.count == 0)
			continue;
		is_drawn = true;
		drawing->most = fmax(drawing->most, summary.max);
		if (summary.min > 0)
			drawing->least = fmin(drawing->least, summary.min);
	}
	return is_drawn;
}

bool bench_drawing_init(struct bench_drawing *drawing,
			const struct bench_measured *measured,
			const struct bench_plot *plot)
{
	*drawing = (struct bench_drawing){
		.measured = measured,
		.plot = plot,
		.figure = bench_measured_find_figure(measured, plot->figure),
		.parameter = find_parameter(measured, plot->parameter),
		.least = HUGE_VAL,
	};
	if (drawing->figure == measured->figure_count ||
	    drawing->parameter == measured->parameter_count)
		return false;
	drawing->marks =
		calloc(measured->point_count + 1, sizeof(*drawing->marks));
	drawing->drawn =
		calloc(measured->contender_count + 1, sizeof(*drawing->drawn));
	if (!drawing->marks || !drawing->drawn) {
		bench_drawing_fini(drawing);
		return false;
	}
	find_marks(drawing);
	for (size_t i = 0; i < measured->contender_count; i++) {
		drawing->drawn[i] = take(drawing, i);
		drawing->drawn_count += drawing->drawn[i];
	}
	return true;
}

void bench_drawing_fini(struct bench_drawing *drawing)
{
	free(drawing->marks);
	free(drawing->drawn);
}
