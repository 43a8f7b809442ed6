/* SPDX-License-Identifier: MIT */
#include "bench/harness/scale.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS       3
#define DECIMALS_MAX 6

struct step {
	double size;
	const char *name;
};

/* From the largest to the smallest. */
static const struct step counts[] = {
	{1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}, {0, NULL}};
static const struct step times[] = {
	{1, " s"}, {1e-3, " ms"}, {1e-6, " us"}, {1e-9, " ns"}, {0, NULL}};
static const struct step sizes[] = {{1024. * 1024 * 1024, " GiB"},
				    {1024. * 1024, " MiB"},
				    {1024, " KiB"},
				    {1, " B"},
				    {0, NULL}};

static double rounded(double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.*e", DIGITS - 1, value);
	return strtod(text, NULL);
}

/* The largest step that leaves at least 1 once it is rounded. */
static const struct step *choose(const struct step *steps, double value)
{
	const struct step *step = steps;

	if (value == 0) {
		while (step->size != 1)
			step++;
		return step;
	}
	while (step[1].name && rounded(fabs(value) / step->size) < 1)
		step++;
	if (step > steps &&
	    rounded(fabs(value) / step->size) * step->size >= step[-1].size)
		step--;
	return step;
}

static int decimals_of(double value)
{
	double before = value == 0 ? DIGITS : floor(log10(fabs(value))) + 1;

	if (before >= DIGITS)
		return 0;
	return before < DIGITS - DECIMALS_MAX ? DECIMALS_MAX
					      : DIGITS - (int)before;
}

static const struct step *steps_of(const char *unit)
{
	if (strcmp(unit, "s") == 0)
		return times;
	return strcmp(unit, "B") == 0 ? sizes : counts;
}

/* Only what has a table of its own has its unit in the step's name. */
static bool is_own(const char *unit)
{
	return *unit && steps_of(unit) == counts;
}

struct bench_scaled bench_scale(double value, const char *unit)
{
	const struct step *step;
	struct bench_scaled scaled = {.text = "-"};
	double shown;
	int decimals;

	if (isnan(value))
		return scaled;
	step = choose(steps_of(unit), value);
	shown = rounded(value / step->size);
	decimals = decimals_of(shown);
	/* What has no prefix may be a count; "3.00 wake-ups" looks measured. */
	if (step->size == 1 && steps_of(unit) != times && shown == floor(shown))
		decimals = 0;
	snprintf(scaled.text, sizeof(scaled.text), "%.*f%s%s%.12s", decimals,
		 shown, step->name, is_own(unit) ? " " : "",
		 is_own(unit) ? unit : "");
	return scaled;
}

struct bench_scaled bench_scale_round(double value, const char *unit)
{
	const struct step *step = choose(steps_of(unit), value);
	struct bench_scaled scaled;

	snprintf(scaled.text, sizeof(scaled.text), "%.4g%s%s%.12s",
		 value / step->size, step->name, is_own(unit) ? " " : "",
		 is_own(unit) ? unit : "");
	return scaled;
}

struct bench_scaled bench_scale_ratio(double ratio)
{
	struct bench_scaled scaled = bench_scale(ratio, "x");

	/* It was measured: 1 is 1.00. */
	if (!isnan(ratio) && rounded(ratio) < pow(10, DIGITS - 1))
		snprintf(scaled.text, sizeof(scaled.text), "%.*f x",
			 decimals_of(rounded(ratio)), rounded(ratio));
	return scaled;
}
