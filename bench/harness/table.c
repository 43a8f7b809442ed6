/* SPDX-License-Identifier: MIT */
#include "bench/harness/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/harness/scale.h"
#include "bench/harness/targets.h"

#define COLUMN_MIN 9
#define SPREAD     19 /* "18.2M - 19.1M" */

#define BOLD  "1"
#define DIM   "2"
#define RED   "31"
#define GREEN "32"

static void print_in(const char *colour, const char *text)
{
	if (isatty(STDOUT_FILENO))
		printf("\033[%sm%s\033[0m", colour, text);
	else
		printf("%s", text);
}

static int name_width(const struct bench_measured *measured)
{
	size_t widest = 0;

	for (size_t i = 0; i < measured->contender_count; i++) {
		size_t length = strlen(measured->bench->contenders[i].title);

		if (length > widest)
			widest = length;
	}
	return (int)widest;
}

static int column_width(const struct bench_figure *figure)
{
	int length = (int)strlen(figure->title);

	return length < COLUMN_MIN ? COLUMN_MIN : length;
}

void bench_table_begin(const struct bench_measured *measured,
		       const struct bench_machine *machine)
{
	const struct bench_arguments *arguments = measured->arguments;

	print_in(BOLD, measured->bench->title);
	printf(": %s\n%s\nmedians of %u round%s of %.3g s\n",
	       measured->bench->question, bench_machine_line(machine).text,
	       arguments->rounds, arguments->rounds == 1 ? "" : "s",
	       arguments->seconds);
}

static void print_head(const struct bench_measured *measured, size_t point)
{
	const struct bench_figure *figures = measured->bench->figures;
	size_t base = bench_measured_base(measured, point);

	printf("\n");
	print_in(BOLD, bench_targets_point(measured, point).text);
	printf("\n  %*s", name_width(measured), "");
	for (size_t i = 0; i < measured->figure_count; i++) {
		printf("  %*s", column_width(&figures[i]), figures[i].title);
		if (i == 0)
			printf("  %*s", SPREAD, "min - max");
	}
	if (base < measured->contender_count)
		printf("  %s", measured->bench->contenders[base].is_floor
				       ? "to floor"
				       : "to first");
	printf("\n");
}

static void print_spread(const struct bench_summary *summary, const char *unit)
{
	char text[80] = "";
	char padded[96];

	if (summary->count > 0)
		snprintf(text, sizeof(text), "%s - %s",
			 bench_scale(summary->min, unit).text,
			 bench_scale(summary->max, unit).text);
	snprintf(padded, sizeof(padded), "  %*s", SPREAD, text);
	print_in(DIM, padded);
}

static void print_ratio(const struct bench_measured *measured, size_t point,
			size_t contender)
{
	size_t base = bench_measured_base(measured, point);
	double ratio;

	if (base == measured->contender_count)
		return;
	ratio = bench_measured_summary(measured, point, contender, 0).median /
		bench_measured_summary(measured, point, base, 0).median;
	printf("  %8s", isfinite(ratio) ? bench_scale_ratio(ratio).text : "-");
}

static void print_row(const struct bench_measured *measured, size_t point,
		      size_t contender)
{
	const char *failure =
		bench_measured_failure(measured, point, contender);

	printf("  %-*s", name_width(measured),
	       measured->bench->contenders[contender].title);
	if (failure && !bench_measured_succeeded(measured, point, contender)) {
		printf("  ");
		print_in(RED, failure);
		printf("\n");
		return;
	}
	for (size_t i = 0; i < measured->figure_count; i++) {
		const struct bench_figure *figure =
			&measured->bench->figures[i];
		struct bench_summary summary =
			bench_measured_summary(measured, point, contender, i);

		printf("  %*s", column_width(figure),
		       bench_scale(summary.median, figure->unit).text);
		if (i == 0)
			print_spread(&summary, figure->unit);
	}
	print_ratio(measured, point, contender);
	if (failure) {
		printf("  ");
		print_in(RED, failure);
	}
	printf("\n");
}

void bench_table_point(const struct bench_measured *measured, size_t point)
{
	print_head(measured, point);
	for (size_t i = 0; i < measured->contender_count; i++) {
		if (bench_measured_cell(measured, point, i)->round_count > 0)
			print_row(measured, point, i);
	}
	(void)fflush(stdout);
}

static void print_target(const struct bench_measured *measured,
			 const struct bench_target *target)
{
	static const char *const colours[] = {
		[BENCH_MET] = GREEN,
		[BENCH_MISSED] = RED,
		[BENCH_UNKNOWN] = DIM,
	};

	for (size_t i = 0; i < measured->point_count; i++) {
		struct bench_found found;

		if (!bench_targets_holds(measured, target, i))
			continue;
		found = bench_targets_find(measured, target, i);
		printf("  %s at %s: ",
		       bench_targets_name(measured, target).text,
		       bench_targets_point(measured, i).text);
		print_in(colours[found.verdict],
			 bench_targets_outcome(measured, target, &found).text);
		printf("\n");
	}
}

void bench_table_end(const struct bench_measured *measured)
{
	const struct bench *bench = measured->bench;

	printf("\n");
	for (size_t i = 0; i < measured->contender_count; i++) {
		if (measured->missing[i])
			printf("%s: %s\n", bench->contenders[i].name,
			       bench_measured_missing(measured, i).text);
	}
	if (!bench_targets_any(measured))
		return;
	print_in(BOLD, "targets");
	printf("\n");
	for (const struct bench_target *target = bench->targets; target->figure;
	     target++)
		print_target(measured, target);
}
