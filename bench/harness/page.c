/* SPDX-License-Identifier: MIT */
#include "bench/harness/page.h"

#include <stdlib.h>
#include <string.h>

#include "bench/harness/markup.h"
#include "bench/harness/page_tables.h"
#include "bench/harness/page_targets.h"
#include "bench/harness/plot.h"

/* The drawing alone: what stands before it belongs to a file of its own. */
static void write_svg(FILE *file, const char *path)
{
	FILE *svg = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	bool is_begun = false;

	if (!svg)
		return;
	fprintf(file, "<figure>\n");
	while (getline(&line, &size, svg) > 0) {
		is_begun |= strncmp(line, "<svg", 4) == 0;
		if (is_begun)
			fprintf(file, "%s", line);
	}
	fprintf(file, "</figure>\n");
	free(line);
	(void)fclose(svg);
}

static void write_missing(FILE *file, const struct bench_measured *measured)
{
	for (size_t i = 0; i < measured->contender_count; i++) {
		if (!measured->missing[i])
			continue;
		fprintf(file, "<p class=\"unknown\">");
		bench_markup_write(file, measured->bench->contenders[i].title);
		fprintf(file, ": ");
		bench_markup_write(file,
				   bench_measured_missing(measured, i).text);
		fprintf(file, "</p>\n");
	}
}

static void write_tables(FILE *file, const struct bench_measured *measured)
{
	fprintf(file, "<details><summary>All figures</summary>\n"
		      "<p class=\"method\">Medians, with minimum and maximum"
		      "</p>\n");
	for (size_t i = 0; i < measured->point_count; i++)
		bench_page_tables_write_point(file, measured, i);
	fprintf(file, "</details>\n");
}

void bench_page_write(FILE *file, const struct bench_measured *measured,
		      const struct bench_machine *machine)
{
	const struct bench *bench = measured->bench;

	fprintf(file, "<section id=\"%s\">\n<h2>", bench->name);
	bench_markup_write(file, bench->title);
	fprintf(file, "</h2>\n");
	bench_markup_write_paragraphs(file, bench->question);
	fprintf(file, "<p class=\"method\">%u round%s of %.3g s. ",
		measured->arguments->rounds,
		measured->arguments->rounds == 1 ? "" : "s",
		measured->arguments->seconds);
	bench_markup_write(file, bench_machine_line(machine).text);
	fprintf(file, "</p>\n");
	bench_page_targets_write(file, measured);
	for (const struct bench_plot *plot = bench->plots; plot && plot->name;
	     plot++)
		write_svg(file, bench_plot_path(measured, plot, "svg").text);
	if (bench->limits) {
		fprintf(file, "<h3>What limits it</h3>\n");
		bench_markup_write_paragraphs(file, bench->limits);
	}
	write_missing(file, measured);
	write_tables(file, measured);
	fprintf(file, "</section>\n");
}

static void write_entry(FILE *file, const char *name, const char *text)
{
	fprintf(file, "<dt>%s</dt><dd>", name);
	bench_markup_write(file, text);
	fprintf(file, "</dd>\n");
}

void bench_page_write_machine(FILE *file, const struct bench_machine *machine)
{
	fprintf(file, "<dl>\n");
	write_entry(file, "processor", machine->cpu);
	fprintf(file, "<dt>cores</dt><dd>%ld</dd>\n", machine->cores);
	write_entry(file, "kernel", machine->kernel);
	write_entry(file, "compiler", machine->compiler);
	write_entry(file, "flags", machine->flags);
	write_entry(file, "version", machine->version);
	write_entry(file, "measured", machine->date);
	fprintf(file, "</dl>\n");
}
