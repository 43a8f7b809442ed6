/* SPDX-License-Identifier: MIT */
#include "bench/harness/csv.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

void bench_csv_write_field(FILE *file, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fprintf(file, "%s", text);
		return;
	}
	(void)fputc('"', file);
	for (; *text; text++) {
		if (*text == '"')
			(void)fputc('"', file);
		(void)fputc(*text, file);
	}
	(void)fputc('"', file);
}

static void write_head(FILE *file, const struct bench_measured *measured)
{
	fprintf(file, "bench");
	for (size_t i = 0; i < measured->parameter_count; i++)
		fprintf(file, ",%s", measured->bench->parameters[i]);
	fprintf(file, ",contender,round");
	for (size_t i = 0; i < measured->figure_count; i++)
		fprintf(file, ",%s", measured->bench->figures[i].name);
	fprintf(file, ",failure\n");
}

static void write_round(FILE *file, const struct bench_measured *measured,
			size_t point, size_t contender, unsigned int round)
{
	const struct bench_result *result =
		&bench_measured_cell(measured, point, contender)->rounds[round];

	fprintf(file, "%s", measured->bench->name);
	for (size_t i = 0; i < measured->parameter_count; i++)
		fprintf(file, ",%" PRId64, measured->points[point].values[i]);
	fprintf(file, ",%s,%u", measured->bench->contenders[contender].name,
		round + 1);
	for (size_t i = 0; i < measured->figure_count; i++) {
		(void)fputc(',', file);
		if (!isnan(result->figures[i]))
			fprintf(file, "%.17g", result->figures[i]);
	}
	(void)fputc(',', file);
	bench_csv_write_field(file, result->failure);
	(void)fputc('\n', file);
}

void bench_csv_write(FILE *file, const struct bench_measured *measured)
{
	size_t cells = measured->point_count * measured->contender_count;

	write_head(file, measured);
	for (size_t i = 0; i < cells; i++) {
		size_t point = i / measured->contender_count;
		size_t contender = i % measured->contender_count;
		unsigned int rounds =
			bench_measured_cell(measured, point, contender)
				->round_count;

		for (unsigned int round = 0; round < rounds; round++)
			write_round(file, measured, point, contender, round);
	}
}
