/* SPDX-License-Identifier: MIT */
#include "bench/harness/json.h"

#include <inttypes.h>
#include <math.h>

#include "bench/harness/targets.h"

void bench_json_write_string(FILE *file, const char *text)
{
	(void)fputc('"', file);
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			fprintf(file, "\\%c", byte);
		else if (byte < 0x20)
			fprintf(file, "\\u%04x", byte);
		else
			(void)fputc(byte, file);
	}
	(void)fputc('"', file);
}

void bench_json_write_number(FILE *file, double value)
{
	if (isfinite(value))
		fprintf(file, "%.17g", value);
	else
		fprintf(file, "null");
}

static void write_text(FILE *file, const char *name, const char *text,
		       const char *behind)
{
	fprintf(file, "\"%s\": ", name);
	bench_json_write_string(file, text);
	fprintf(file, "%s", behind);
}

static void write_number(FILE *file, const char *name, double value,
			 const char *behind)
{
	fprintf(file, "\"%s\": ", name);
	bench_json_write_number(file, value);
	fprintf(file, "%s", behind);
}

static void write_machine(FILE *file, const struct bench_machine *machine)
{
	fprintf(file, "  \"machine\": {");
	write_text(file, "cpu", machine->cpu, ", ");
	write_number(file, "cores", (double)machine->cores, ", ");
	write_text(file, "kernel", machine->kernel, ", ");
	write_number(file, "load", machine->load, ", ");
	write_text(file, "date", machine->date, ", ");
	write_text(file, "compiler", machine->compiler, ", ");
	write_text(file, "flags", machine->flags, ", ");
	write_text(file, "version", machine->version, "},\n");
}

static void write_figures(FILE *file, const struct bench_measured *measured)
{
	static const char *const better[] = {
		[BENCH_MORE_IS_BETTER] = "more",
		[BENCH_LESS_IS_BETTER] = "less",
		[BENCH_NEITHER] = "neither",
	};

	fprintf(file, "  \"figures\": [");
	for (size_t i = 0; i < measured->figure_count; i++) {
		const struct bench_figure *figure =
			&measured->bench->figures[i];

		fprintf(file, "%s\n    {", i ? "," : "");
		write_text(file, "name", figure->name, ", ");
		write_text(file, "title", figure->title, ", ");
		write_text(file, "unit", figure->unit, ", ");
		write_text(file, "better", better[figure->better], "}");
	}
	fprintf(file, "\n  ],\n");
}

static void write_parameters(FILE *file, const struct bench_measured *measured,
			     size_t point)
{
	fprintf(file, "\"parameters\": {");
	for (size_t i = 0; i < measured->parameter_count; i++)
		fprintf(file, "%s\"%s\": %" PRId64, i ? ", " : "",
			measured->bench->parameters[i],
			measured->points[point].values[i]);
	fprintf(file, "}");
}

static void write_contender(FILE *file, const struct bench_measured *measured,
			    size_t point, size_t contender)
{
	const struct bench_contender *c =
		&measured->bench->contenders[contender];
	const char *failure =
		bench_measured_failure(measured, point, contender);

	fprintf(file, "      {");
	write_text(file, "name", c->name, ", ");
	write_text(file, "title", c->title, ", ");
	fprintf(file, "\"floor\": %s,\n", c->is_floor ? "true" : "false");
	fprintf(file, "       \"failure\": ");
	if (failure)
		bench_json_write_string(file, failure);
	else
		fprintf(file, "null");
	fprintf(file, ", \"figures\": {");
	for (size_t i = 0; i < measured->figure_count; i++) {
		struct bench_summary summary =
			bench_measured_summary(measured, point, contender, i);

		fprintf(file, "%s\n        \"%s\": {", i ? "," : "",
			measured->bench->figures[i].name);
		write_number(file, "median", summary.median, ", ");
		write_number(file, "min", summary.min, ", ");
		write_number(file, "max", summary.max, "}");
	}
	fprintf(file, "}}");
}

static void write_point(FILE *file, const struct bench_measured *measured,
			size_t point)
{
	const char *separator = "";

	fprintf(file, "    {");
	write_parameters(file, measured, point);
	fprintf(file, ", \"contenders\": [");
	for (size_t i = 0; i < measured->contender_count; i++) {
		if (bench_measured_cell(measured, point, i)->round_count == 0)
			continue;
		fprintf(file, "%s\n", separator);
		write_contender(file, measured, point, i);
		separator = ",";
	}
	fprintf(file, "\n    ]}");
}

static void write_found(FILE *file, const struct bench_measured *measured,
			const struct bench_target *target, size_t point)
{
	struct bench_found found = bench_targets_find(measured, target, point);

	fprintf(file, "\n    {");
	write_text(file, "target", bench_targets_name(measured, target).text,
		   ", ");
	write_text(file, "figure", target->figure, ", ");
	write_text(file, "ours", target->ours, ", ");
	if (target->theirs)
		write_text(file, "theirs", target->theirs, ", ");
	write_text(file, "bound",
		   target->bound == BENCH_AT_LEAST ? "at_least" : "at_most",
		   ", ");
	write_number(file, "limit", target->ratio, ",\n     ");
	write_parameters(file, measured, point);
	fprintf(file, ", ");
	write_number(file, "found", target->theirs ? found.ratio : found.ours,
		     ", ");
	fprintf(file, "\"met\": %s}",
		found.verdict == BENCH_UNKNOWN ? "null"
		: found.verdict == BENCH_MET   ? "true"
					       : "false");
}

static void write_targets(FILE *file, const struct bench_measured *measured)
{
	const char *separator = "";

	fprintf(file, "  \"targets\": [");
	for (const struct bench_target *target = measured->bench->targets;
	     target && target->figure; target++) {
		for (size_t i = 0; i < measured->point_count; i++) {
			if (!bench_targets_holds(measured, target, i))
				continue;
			fprintf(file, "%s", separator);
			write_found(file, measured, target, i);
			separator = ",";
		}
	}
	fprintf(file, "\n  ]\n");
}

void bench_json_write(FILE *file, const struct bench_measured *measured,
		      const struct bench_machine *machine)
{
	const char *separator = "";

	fprintf(file, "{\n  ");
	write_text(file, "bench", measured->bench->name, ",\n  ");
	write_text(file, "title", measured->bench->title, ",\n  ");
	write_text(file, "question", measured->bench->question, ",\n  ");
	write_number(file, "seconds", measured->arguments->seconds, ",\n  ");
	write_number(file, "rounds", measured->arguments->rounds, ",\n");
	write_machine(file, machine);
	write_figures(file, measured);
	fprintf(file, "  \"missing\": [");
	for (size_t i = 0; i < measured->contender_count; i++) {
		if (!measured->missing[i])
			continue;
		fprintf(file, "%s\"%s\"", separator,
			measured->bench->contenders[i].name);
		separator = ", ";
	}
	fprintf(file, "],\n  \"points\": [\n");
	for (size_t i = 0; i < measured->point_count; i++) {
		write_point(file, measured, i);
		fprintf(file, "%s\n", i + 1 < measured->point_count ? "," : "");
	}
	fprintf(file, "  ],\n");
	write_targets(file, measured);
	fprintf(file, "}\n");
}
