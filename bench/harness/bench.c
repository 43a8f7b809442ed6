/* SPDX-License-Identifier: MIT */
#include "bench/harness/bench.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/harness/arguments.h"
#include "bench/harness/csv.h"
#include "bench/harness/json.h"
#include "bench/harness/machine.h"
#include "bench/harness/measure.h"
#include "bench/harness/measured.h"
#include "bench/harness/page.h"
#include "bench/harness/page_targets.h"
#include "bench/harness/plot.h"
#include "bench/harness/rounds.h"
#include "bench/harness/table.h"

enum {
	EXIT_MEASURED = 0,
	EXIT_NOTHING = 1,
	EXIT_USAGE = 2,
};

/* A file in the output folder; NULL: it cannot be written. */
static FILE *create(const struct bench_measured *measured, const char *name,
		    const char *ending)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s%s", measured->arguments->out, name,
		 ending);
	file = fopen(path, "we");
	if (!file)
		fprintf(stderr, "%s: %s\n", path, strerrordesc_np(errno));
	return file;
}

static bool finish(FILE *file)
{
	bool is_written = !ferror(file);

	if (fclose(file) == 0 && is_written)
		return true;
	fprintf(stderr, "the output could not be written\n");
	return false;
}

static void draw_all(const struct bench_measured *measured)
{
	for (const struct bench_plot *plot = measured->bench->plots;
	     plot && plot->name; plot++) {
		if (bench_plot_draw(measured, plot) != BENCH_PLOT_NO_GNUPLOT)
			continue;
		fprintf(stderr, "no plots: gnuplot is not installed "
				"(Debian: gnuplot-nox)\n");
		return;
	}
}

enum output {
	OUTPUT_CSV,
	OUTPUT_JSON,
	OUTPUT_PAGE,
	OUTPUT_SUMMARY,
	OUTPUT_MACHINE,
	OUTPUT_COUNT
};

static void write_into(FILE *file, enum output output,
		       const struct bench_measured *measured,
		       const struct bench_machine *machine)
{
	switch (output) {
	case OUTPUT_CSV:
		bench_csv_write(file, measured);
		break;
	case OUTPUT_JSON:
		bench_json_write(file, measured, machine);
		break;
	case OUTPUT_PAGE:
		bench_page_write(file, measured, machine);
		break;
	case OUTPUT_SUMMARY:
		bench_page_targets_write_summary(file, measured);
		break;
	default:
		bench_page_write_machine(file, machine);
		break;
	}
}

static bool write_all(const struct bench_measured *measured,
		      const struct bench_machine *machine)
{
	static const char *const endings[OUTPUT_COUNT] = {
		".csv", ".json", ".html", "-targets.html", "machine.html"};

	for (enum output i = OUTPUT_CSV; i < OUTPUT_COUNT; i++) {
		FILE *file =
			create(measured,
			       i == OUTPUT_MACHINE ? "" : measured->bench->name,
			       endings[i]);

		if (!file)
			return false;
		write_into(file, i, measured, machine);
		if (!finish(file))
			return false;
	}
	return true;
}

/* All parents too, as `mkdir -p` does. */
static bool make_folder(const char *path)
{
	char part[4096];
	size_t length = strlen(path);

	for (size_t i = 1; i <= length && length < sizeof(part); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0777) != 0 && errno != EEXIST)
			break;
		if (i == length)
			return true;
	}
	fprintf(stderr, "%s: %s\n", path, strerrordesc_np(errno));
	return false;
}

static int measure_and_report(struct bench_measured *measured)
{
	int64_t began_ns = bench_now_ns();
	struct bench_machine machine;

	if (!make_folder(measured->arguments->out))
		return EXIT_USAGE;
	bench_machine_read(&machine);
	bench_rounds_find_missing(measured);
	bench_table_begin(measured, &machine);
	for (size_t i = 0; i < measured->point_count; i++) {
		bench_rounds_run(measured, i);
		bench_table_point(measured, i);
	}
	bench_table_end(measured);
	printf("%s took %.0f s\n", measured->bench->name,
	       (double)(bench_now_ns() - began_ns) * 1e-9);
	draw_all(measured);
	if (!write_all(measured, &machine) || !bench_measured_any(measured))
		return EXIT_NOTHING;
	return EXIT_MEASURED;
}

int bench_main(const struct bench *bench, int argc, char **argv)
{
	struct bench_arguments arguments;
	struct bench_measured measured;
	int status;

	switch (bench_arguments_parse(&arguments, bench, argc, argv)) {
	case BENCH_ARGUMENTS_FINE:
		break;
	case BENCH_ARGUMENTS_HELP:
		return EXIT_MEASURED;
	default:
		return EXIT_USAGE;
	}
	if (!bench_measured_init(&measured, bench, &arguments)) {
		fprintf(stderr, "bench_%s: no memory\n", bench->name);
		return EXIT_NOTHING;
	}
	status = measure_and_report(&measured);
	bench_measured_fini(&measured);
	return status;
}
