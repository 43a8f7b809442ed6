/* SPDX-License-Identifier: MIT */
#include "bench/harness/targets.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/harness/scale.h"

bool bench_targets_holds(const struct bench_measured *measured,
			 const struct bench_target *target, size_t point)
{
	return !target->holds_at ||
	       target->holds_at(measured->points[point].values);
}

bool bench_targets_any(const struct bench_measured *measured)
{
	for (const struct bench_target *target = measured->bench->targets;
	     target && target->figure; target++) {
		for (size_t i = 0; i < measured->point_count; i++) {
			if (bench_targets_holds(measured, target, i))
				return true;
		}
	}
	return false;
}

static bool is_best_asked(const struct bench_target *target)
{
	return target->theirs && strcmp(target->theirs, "*") == 0;
}

static struct bench_summary summary(const struct bench_measured *measured,
				    size_t point, size_t contender,
				    size_t figure)
{
	if (contender == measured->contender_count)
		return (struct bench_summary){.median = BENCH_NOT_MEASURED,
					      .min = BENCH_NOT_MEASURED,
					      .max = BENCH_NOT_MEASURED};
	return bench_measured_summary(measured, point, contender, figure);
}

/* The best of all but @ours; contender_count: nobody else was measured. */
static size_t find_best(const struct bench_measured *measured, size_t point,
			size_t figure, size_t ours)
{
	bool is_more_better =
		measured->bench->figures[figure].better == BENCH_MORE_IS_BETTER;
	size_t best = measured->contender_count;
	double best_value = BENCH_NOT_MEASURED;

	for (size_t i = 0; i < measured->contender_count; i++) {
		double value = summary(measured, point, i, figure).median;

		if (i == ours || isnan(value))
			continue;
		if (isnan(best_value) ||
		    (is_more_better ? value > best_value
				    : value < best_value)) {
			best = i;
			best_value = value;
		}
	}
	return best;
}

enum bench_verdict bench_targets_judge(const struct bench_target *target,
				       double ours, double theirs)
{
	double limit = target->theirs ? target->ratio * theirs : target->ratio;

	if (isnan(ours) || isnan(limit))
		return BENCH_UNKNOWN;
	if (target->bound == BENCH_AT_LEAST)
		return ours >= limit ? BENCH_MET : BENCH_MISSED;
	return ours <= limit ? BENCH_MET : BENCH_MISSED;
}

static void compare(struct bench_found *found,
		    const struct bench_target *target,
		    struct bench_summary ours, struct bench_summary theirs)
{
	found->ours = ours.median;
	found->theirs = theirs.median;
	found->verdict =
		bench_targets_judge(target, ours.median, theirs.median);
	found->least = ours.min;
	found->most = ours.max;
	if (!target->theirs)
		return;
	if (theirs.median != 0)
		found->ratio = ours.median / theirs.median;
	found->least /= theirs.max;
	found->most /= theirs.min;
}

struct bench_found bench_targets_find(const struct bench_measured *measured,
				      const struct bench_target *target,
				      size_t point)
{
	struct bench_found found = {
		.verdict = BENCH_UNKNOWN,
		.ours = BENCH_NOT_MEASURED,
		.theirs = BENCH_NOT_MEASURED,
		.ratio = BENCH_NOT_MEASURED,
		.compared_with = measured->contender_count,
		.least = BENCH_NOT_MEASURED,
		.most = BENCH_NOT_MEASURED,
	};
	size_t figure = bench_measured_find_figure(measured, target->figure);
	size_t ours = bench_measured_find_contender(measured, target->ours);

	if (figure == measured->figure_count)
		return found;
	if (is_best_asked(target))
		found.compared_with = find_best(measured, point, figure, ours);
	else if (target->theirs)
		found.compared_with =
			bench_measured_find_contender(measured, target->theirs);
	compare(&found, target, summary(measured, point, ours, figure),
		summary(measured, point, found.compared_with, figure));
	return found;
}

static const char *title_of(const struct bench_measured *measured,
			    const char *name)
{
	size_t i = bench_measured_find_contender(measured, name);

	return i < measured->contender_count
		       ? measured->bench->contenders[i].title
		       : name;
}

struct bench_sentence bench_targets_name(const struct bench_measured *measured,
					 const struct bench_target *target)
{
	struct bench_sentence sentence;
	size_t i = bench_measured_find_figure(measured, target->figure);
	const struct bench_figure *figure = &measured->bench->figures[i];
	const char *sign = target->bound == BENCH_AT_LEAST ? ">=" : "<=";
	const char *ours = title_of(measured, target->ours);

	if (i == measured->figure_count)
		snprintf(sentence.text, sizeof(sentence.text),
			 "%s: there is no figure %s", ours, target->figure);
	else if (!target->theirs)
		snprintf(sentence.text, sizeof(sentence.text), "%s %s %s (%s)",
			 ours, sign,
			 bench_scale_round(target->ratio, figure->unit).text,
			 figure->title);
	else
		snprintf(sentence.text, sizeof(sentence.text),
			 "%s %s %s %s (%s)", ours, sign,
			 bench_scale_round(target->ratio, "x").text,
			 is_best_asked(target)
				 ? "the best of the others"
				 : title_of(measured, target->theirs),
			 figure->title);
	return sentence;
}

/* Which one was the best, or what is not known. */
static struct bench_sentence remark(const struct bench_measured *measured,
				    const struct bench_target *target,
				    const struct bench_found *found)
{
	struct bench_sentence sentence = {.text = ""};
	const char *name = target->ours;

	if (found->verdict != BENCH_UNKNOWN) {
		if (is_best_asked(target))
			snprintf(sentence.text, sizeof(sentence.text), " (%s)",
				 measured->bench
					 ->contenders[found->compared_with]
					 .title);
		return sentence;
	}
	if (!isnan(found->ours))
		name = is_best_asked(target) ? "any other" : target->theirs;
	snprintf(sentence.text, sizeof(sentence.text), " (%s was not measured)",
		 name);
	return sentence;
}

/* The best and the worst of the rounds are not on the same side. */
static bool rounds_differ(const struct bench_target *target,
			  const struct bench_found *found)
{
	double theirs = target->theirs ? 1 : BENCH_NOT_MEASURED;

	return bench_targets_judge(target, found->least, theirs) !=
	       bench_targets_judge(target, found->most, theirs);
}

static struct bench_scaled write_down(const struct bench_target *target,
				      double value, const char *unit)
{
	return target->theirs ? bench_scale_ratio(value)
			      : bench_scale(value, unit);
}

/* Where the rounds are if some would say otherwise. */
static struct bench_sentence range(const struct bench_target *target,
				   const struct bench_found *found,
				   const char *unit)
{
	struct bench_sentence sentence = {.text = ""};

	if (found->verdict == BENCH_UNKNOWN || !rounds_differ(target, found))
		return sentence;
	snprintf(sentence.text, sizeof(sentence.text),
		 " (its rounds: %s to %s)",
		 write_down(target, found->least, unit).text,
		 write_down(target, found->most, unit).text);
	return sentence;
}

struct bench_sentence
bench_targets_outcome(const struct bench_measured *measured,
		      const struct bench_target *target,
		      const struct bench_found *found)
{
	static const char *const verdicts[] = {
		[BENCH_MET] = "met",
		[BENCH_MISSED] = "MISSED",
		[BENCH_UNKNOWN] = "not known",
	};
	size_t i = bench_measured_find_figure(measured, target->figure);
	const char *unit = i < measured->figure_count
				   ? measured->bench->figures[i].unit
				   : "";
	struct bench_sentence sentence;
	struct bench_scaled value = bench_scale_ratio(found->ratio);

	if (!target->theirs || (isnan(found->ratio) && !isnan(found->ours)))
		value = bench_scale(found->ours, unit);
	snprintf(sentence.text, sizeof(sentence.text), "%s, %s%.200s%.100s",
		 value.text, verdicts[found->verdict],
		 remark(measured, target, found).text,
		 range(target, found, unit).text);
	return sentence;
}

/* A parameter that is the same everywhere tells no point from another. */
static bool tells_apart(const struct bench *bench, size_t parameter)
{
	for (size_t i = 1; i < bench->point_count; i++) {
		if (bench->points[i].values[parameter] !=
		    bench->points[0].values[parameter])
			return true;
	}
	return bench->point_count == 1;
}

struct bench_sentence bench_targets_point(const struct bench_measured *measured,
					  size_t point)
{
	struct bench_sentence sentence = {.text = ""};
	size_t length = 0;

	for (size_t i = 0; i < measured->parameter_count; i++) {
		if (!tells_apart(measured->bench, i))
			continue;
		length += (size_t)snprintf(sentence.text + length,
					   sizeof(sentence.text) - length,
					   "%s%s=%" PRId64, length ? " " : "",
					   measured->bench->parameters[i],
					   measured->points[point].values[i]);
		if (length >= sizeof(sentence.text))
			break;
	}
	return sentence;
}
