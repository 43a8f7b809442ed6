/* SPDX-License-Identifier: MIT */
#include "bench/harness/axis.h"

#include <math.h>
#include <string.h>

#define STEPS      6 /* on a linear axis, about */
#define BYTE_STEPS 4 /* tics of a logarithmic axis are 2^1 or 2^4 apart */
#define FEW        4

static bool is_bytes(const char *unit)
{
	return strcmp(unit, "B") == 0;
}

/* 1, 2 or 5 times a power of ten that is at least @least. */
static double round_step(double least)
{
	static const double factors[] = {1, 2, 5};
	double power = pow(10, floor(log10(least)));

	for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
		/* A little less is meant to be the same. */
		if (factors[i] * power >= least * (1 - 1e-9))
			return factors[i] * power;
	}
	return 10 * power;
}

struct bench_axis bench_axis_linear(double max, const char *unit)
{
	struct bench_axis axis = {.count = 0};
	double least = (max > 0 ? max : 1) / STEPS;
	double step =
		is_bytes(unit) ? exp2(ceil(log2(least))) : round_step(least);

	do
		axis.tics[axis.count] = step * (double)axis.count;
	while (axis.tics[axis.count++] < max);
	return axis;
}

static void add(struct bench_axis *axis, double tic)
{
	if (axis->count < BENCH_AXIS_TICS_MAX)
		axis->tics[axis->count++] = tic;
}

static struct bench_axis powers(double min, double max, double base)
{
	struct bench_axis axis = {.count = 0};
	int low = (int)floor(log(min) / log(base) + 1e-9);
	int high = (int)ceil(log(max) / log(base) - 1e-9);

	if (high <= low)
		high = low + 1;
	for (int power = low; power <= high; power++)
		add(&axis, pow(base, power));
	return axis;
}

/* Also twice and five times each, but none beyond what is needed. */
static struct bench_axis between(const struct bench_axis *decades, double min,
				 double max)
{
	static const double factors[] = {1, 2, 5};
	struct bench_axis axis = {.count = 0};

	for (size_t i = 0; i < 3 * decades->count; i++) {
		double tic = decades->tics[i / 3] * factors[i % 3];

		if (tic <= min)
			axis.count = 0; /* a later one is near enough */
		if (axis.count < 2 || axis.tics[axis.count - 1] < max)
			add(&axis, tic);
	}
	return axis;
}

struct bench_axis bench_axis_log(double min, double max, const char *unit)
{
	struct bench_axis axis =
		powers(min, max, is_bytes(unit) ? exp2(BYTE_STEPS) : 10);

	if (axis.count > FEW)
		return axis;
	return is_bytes(unit) ? powers(min, max, 2) : between(&axis, min, max);
}
