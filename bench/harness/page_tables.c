/* SPDX-License-Identifier: MIT */
#include "bench/harness/page_tables.h"

#include <math.h>

#include "bench/harness/markup.h"
#include "bench/harness/scale.h"
#include "bench/harness/targets.h"

static void write_cell(FILE *file, const struct bench_summary *summary,
		       const char *unit)
{
	fprintf(file, "<td>%s", bench_scale(summary->median, unit).text);
	if (summary->count > 1)
		fprintf(file, "<small>%s &ndash; %s</small>",
			bench_scale(summary->min, unit).text,
			bench_scale(summary->max, unit).text);
	fprintf(file, "</td>");
}

static void write_ratio(FILE *file, const struct bench_measured *measured,
			size_t point, size_t contender)
{
	size_t base = bench_measured_base(measured, point);
	double ratio =
		bench_measured_summary(measured, point, contender, 0).median /
		bench_measured_summary(measured, point, base, 0).median;

	fprintf(file, "<td>%s</td>",
		isfinite(ratio) ? bench_scale_ratio(ratio).text : "-");
}

static void write_row(FILE *file, const struct bench_measured *measured,
		      size_t point, size_t contender)
{
	const struct bench_contender *c =
		&measured->bench->contenders[contender];
	const char *failure =
		bench_measured_failure(measured, point, contender);

	fprintf(file, "<tr%s><th scope=\"row\">",
		c->is_floor ? " class=\"floor\"" : "");
	bench_markup_write(file, c->title);
	if (failure && bench_measured_succeeded(measured, point, contender)) {
		fprintf(file, "<small class=\"missed\">");
		bench_markup_write(file, failure);
		fprintf(file, "</small>");
	}
	fprintf(file, "</th>");
	if (!bench_measured_succeeded(measured, point, contender)) {
		fprintf(file, "<td class=\"missed\" colspan=\"%zu\">",
			measured->figure_count + 1);
		bench_markup_write(file, failure);
		fprintf(file, "</td></tr>\n");
		return;
	}
	for (size_t i = 0; i < measured->figure_count; i++) {
		struct bench_summary summary =
			bench_measured_summary(measured, point, contender, i);

		write_cell(file, &summary, measured->bench->figures[i].unit);
	}
	if (bench_measured_base(measured, point) < measured->contender_count)
		write_ratio(file, measured, point, contender);
	fprintf(file, "</tr>\n");
}

void bench_page_tables_write_point(FILE *file,
				   const struct bench_measured *measured,
				   size_t point)
{
	size_t base = bench_measured_base(measured, point);

	fprintf(file, "<div class=\"wide\"><table>\n<caption>");
	bench_markup_write(file, bench_targets_point(measured, point).text);
	fprintf(file, "</caption>\n<thead><tr><th></th>");
	for (size_t i = 0; i < measured->figure_count; i++) {
		fprintf(file, "<th scope=\"col\">");
		bench_markup_write(file, measured->bench->figures[i].title);
		fprintf(file, "</th>");
	}
	if (base < measured->contender_count) {
		fprintf(file, "<th scope=\"col\">to ");
		bench_markup_write(file,
				   measured->bench->contenders[base].title);
		fprintf(file, "</th>");
	}
	fprintf(file, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < measured->contender_count; i++) {
		if (bench_measured_cell(measured, point, i)->round_count > 0)
			write_row(file, measured, point, i);
	}
	fprintf(file, "</tbody></table></div>\n");
}
