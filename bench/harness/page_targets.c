/* SPDX-License-Identifier: MIT */
#include "bench/harness/page_targets.h"

#include <math.h>

#include "bench/harness/markup.h"
#include "bench/harness/scale.h"
#include "bench/harness/targets.h"

/* See report.css. */
static const char *const classes[] = {
	[BENCH_MET] = "met",
	[BENCH_MISSED] = "missed",
	[BENCH_UNKNOWN] = "unknown",
};

static size_t count_points(const struct bench_measured *measured,
			   const struct bench_target *target)
{
	size_t count = 0;

	for (size_t i = 0; i < measured->point_count; i++)
		count += bench_targets_holds(measured, target, i);
	return count;
}

static void write_found(FILE *file, const struct bench_measured *measured,
			const struct bench_target *target, size_t point)
{
	struct bench_found found = bench_targets_find(measured, target, point);
	const char *class = classes[found.verdict];

	fprintf(file, "<td class=\"%s\">", class);
	bench_markup_write(file, bench_targets_point(measured, point).text);
	fprintf(file, "</td><td class=\"%s verdict\">", class);
	bench_markup_write(
		file, bench_targets_outcome(measured, target, &found).text);
	fprintf(file, "</td></tr>\n");
}

/* One row a point; the first one has the target's name for all. */
static void write_target(FILE *file, const struct bench_measured *measured,
			 const struct bench_target *target)
{
	size_t left = count_points(measured, target);

	if (left == 0)
		return;
	fprintf(file, "<tr><th scope=\"rowgroup\" rowspan=\"%zu\">", left);
	bench_markup_write(file, bench_targets_name(measured, target).text);
	fprintf(file, "</th>");
	for (size_t i = 0; i < measured->point_count; i++) {
		if (!bench_targets_holds(measured, target, i))
			continue;
		write_found(file, measured, target, i);
		if (--left > 0)
			fprintf(file, "<tr>");
	}
}

void bench_page_targets_write(FILE *file, const struct bench_measured *measured)
{
	const struct bench_target *target = measured->bench->targets;

	if (!bench_targets_any(measured))
		return;
	fprintf(file, "<div class=\"wide\"><table class=\"targets\">\n"
		      "<thead><tr><th>target</th><th>at</th><th>found</th>"
		      "</tr></thead>\n<tbody>\n");
	for (; target->figure; target++)
		write_target(file, measured, target);
	fprintf(file, "</tbody></table></div>\n");
}

/* A target at all points where it holds. */
struct tally {
	size_t verdicts[BENCH_UNKNOWN + 1];
	struct bench_found worst;
	size_t worst_point;
};

static bool is_worse(const struct bench_target *target, double value,
		     double than)
{
	if (isnan(than))
		return true;
	return target->bound == BENCH_AT_LEAST ? value < than : value > than;
}

static double measure_of(const struct bench_target *target,
			 const struct bench_found *found)
{
	return target->theirs ? found->ratio : found->ours;
}

static struct tally count(const struct bench_measured *measured,
			  const struct bench_target *target)
{
	struct tally tally = {
		.worst = {.verdict = BENCH_UNKNOWN,
			  .ours = BENCH_NOT_MEASURED,
			  .theirs = BENCH_NOT_MEASURED,
			  .ratio = BENCH_NOT_MEASURED,
			  .compared_with = measured->contender_count},
	};

	for (size_t i = 0; i < measured->point_count; i++) {
		struct bench_found found;

		if (!bench_targets_holds(measured, target, i))
			continue;
		found = bench_targets_find(measured, target, i);
		tally.verdicts[found.verdict]++;
		if (found.verdict != BENCH_UNKNOWN &&
		    is_worse(target, measure_of(target, &found),
			     measure_of(target, &tally.worst))) {
			tally.worst = found;
			tally.worst_point = i;
		}
	}
	return tally;
}

/* The ratio, or the figure itself where the limit is one. */
static struct bench_scaled write_down(const struct bench_measured *measured,
				      const struct bench_target *target,
				      const struct bench_found *found)
{
	size_t figure = bench_measured_find_figure(measured, target->figure);

	if (target->theirs)
		return bench_scale_ratio(found->ratio);
	return bench_scale(found->ours, measured->bench->figures[figure].unit);
}

static void write_summary_row(FILE *file, const struct bench_measured *measured,
			      const struct bench_target *target)
{
	struct tally tally = count(measured, target);
	size_t known = tally.verdicts[BENCH_MET] + tally.verdicts[BENCH_MISSED];
	enum bench_verdict verdict = BENCH_UNKNOWN;

	if (known > 0)
		verdict =
			tally.verdicts[BENCH_MISSED] ? BENCH_MISSED : BENCH_MET;
	fprintf(file, "<tr class=\"%s\"><td><a href=\"#%s\">", classes[verdict],
		measured->bench->name);
	bench_markup_write(file, measured->bench->title);
	fprintf(file, "</a></td><th scope=\"row\">");
	bench_markup_write(file, bench_targets_name(measured, target).text);
	fprintf(file, "</th><td>");
	if (known > 0) {
		fprintf(file, "%s<small>",
			write_down(measured, target, &tally.worst).text);
		bench_markup_write(
			file,
			bench_targets_point(measured, tally.worst_point).text);
		fprintf(file,
			"</small></td><td class=\"%s verdict\">%zu of %zu",
			classes[verdict], tally.verdicts[BENCH_MET], known);
	} else {
		fprintf(file, "</td><td class=\"%s verdict\">not known",
			classes[verdict]);
	}
	fprintf(file, "</td></tr>\n");
}

void bench_page_targets_write_summary(FILE *file,
				      const struct bench_measured *measured)
{
	for (const struct bench_target *target = measured->bench->targets;
	     target && target->figure; target++)
		write_summary_row(file, measured, target);
}
