/* SPDX-License-Identifier: MIT */
#include "bench/harness/measured.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void count_all(struct bench_measured *measured)
{
	const struct bench *bench = measured->bench;

	while (bench->parameters[measured->parameter_count])
		measured->parameter_count++;
	while (bench->figures[measured->figure_count].name)
		measured->figure_count++;
	while (bench->contenders[measured->contender_count].name)
		measured->contender_count++;
}

static void choose_points(struct bench_measured *measured)
{
	const struct bench *bench = measured->bench;
	const struct bench_arguments *arguments = measured->arguments;

	for (size_t i = 0; i < bench->point_count; i++) {
		const struct bench_point *point = &bench->points[i];

		if (point->only_long && !arguments->is_long)
			continue;
		if (arguments->points &&
		    measured->point_count == arguments->points)
			break;
		measured->points[measured->point_count++] = *point;
	}
}

bool bench_measured_init(struct bench_measured *measured,
			 const struct bench *bench,
			 const struct bench_arguments *arguments)
{
	size_t cells;

	*measured =
		(struct bench_measured){.bench = bench, .arguments = arguments};
	count_all(measured);
	cells = bench->point_count * measured->contender_count;
	measured->points =
		calloc(bench->point_count, sizeof(*measured->points));
	measured->cells = calloc(cells, sizeof(*measured->cells));
	measured->missing =
		calloc(measured->contender_count, sizeof(*measured->missing));
	measured->results =
		calloc(cells * arguments->rounds, sizeof(*measured->results));
	if (!measured->points || !measured->cells || !measured->missing ||
	    !measured->results) {
		bench_measured_fini(measured);
		return false;
	}
	for (size_t i = 0; i < cells; i++)
		measured->cells[i].rounds =
			measured->results + i * arguments->rounds;
	choose_points(measured);
	return true;
}

void bench_measured_fini(struct bench_measured *measured)
{
	free(measured->points);
	free(measured->cells);
	free(measured->missing);
	free(measured->results);
}

struct bench_cell *bench_measured_cell(const struct bench_measured *measured,
				       size_t point, size_t contender)
{
	return &measured->cells[point * measured->contender_count + contender];
}

struct bench_summary
bench_measured_summary(const struct bench_measured *measured, size_t point,
		       size_t contender, size_t figure)
{
	const struct bench_cell *cell =
		bench_measured_cell(measured, point, contender);
	double *values = calloc(cell->round_count + 1, sizeof(*values));
	struct bench_summary summary = {BENCH_NOT_MEASURED, BENCH_NOT_MEASURED,
					BENCH_NOT_MEASURED, 0};
	size_t count = 0;

	if (!values)
		return summary;
	for (unsigned int i = 0; i < cell->round_count; i++) {
		if (cell->rounds[i].failure[0] == '\0')
			values[count++] = cell->rounds[i].figures[figure];
	}
	summary = bench_statistics_summary(values, count);
	free(values);
	return summary;
}

const char *bench_measured_failure(const struct bench_measured *measured,
				   size_t point, size_t contender)
{
	const struct bench_cell *cell =
		bench_measured_cell(measured, point, contender);

	for (unsigned int i = 0; i < cell->round_count; i++) {
		if (cell->rounds[i].failure[0] != '\0')
			return cell->rounds[i].failure;
	}
	return NULL;
}

bool bench_measured_succeeded(const struct bench_measured *measured,
			      size_t point, size_t contender)
{
	const struct bench_cell *cell =
		bench_measured_cell(measured, point, contender);

	for (unsigned int i = 0; i < cell->round_count; i++) {
		if (cell->rounds[i].failure[0] == '\0')
			return true;
	}
	return false;
}

struct bench_missing
bench_measured_missing(const struct bench_measured *measured, size_t contender)
{
	const char *command = measured->bench->contenders[contender].command;
	struct bench_missing missing;

	snprintf(missing.text, sizeof(missing.text),
		 "missing (Go is not installed, or %.100s/%.*s was not built)",
		 measured->arguments->peers, (int)strcspn(command, " "),
		 command);
	return missing;
}

size_t bench_measured_base(const struct bench_measured *measured, size_t point)
{
	size_t first = measured->contender_count;

	for (size_t i = 0; i < measured->contender_count; i++) {
		if (!bench_measured_succeeded(measured, point, i))
			continue;
		if (measured->bench->contenders[i].is_floor)
			return i;
		if (first == measured->contender_count)
			first = i;
	}
	return first;
}

bool bench_measured_any(const struct bench_measured *measured)
{
	for (size_t point = 0; point < measured->point_count; point++) {
		if (bench_measured_base(measured, point) <
		    measured->contender_count)
			return true;
	}
	return false;
}

size_t bench_measured_find_figure(const struct bench_measured *measured,
				  const char *name)
{
	size_t i = 0;

	while (i < measured->figure_count &&
	       strcmp(measured->bench->figures[i].name, name) != 0)
		i++;
	return i;
}

size_t bench_measured_find_contender(const struct bench_measured *measured,
				     const char *name)
{
	size_t i = 0;

	while (i < measured->contender_count &&
	       strcmp(measured->bench->contenders[i].name, name) != 0)
		i++;
	return i;
}
