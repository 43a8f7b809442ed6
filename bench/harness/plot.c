/* SPDX-License-Identifier: MIT */
#include "bench/harness/plot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/harness/child.h"
#include "bench/harness/drawing.h"
#include "bench/harness/plot_script.h"

#define BOUND_S    60
#define NO_PROGRAM 127

struct bench_plot_path bench_plot_path(const struct bench_measured *measured,
				       const struct bench_plot *plot,
				       const char *ending)
{
	struct bench_plot_path path;

	snprintf(path.text, sizeof(path.text), "%s/%s-%s.%s",
		 measured->arguments->out, measured->bench->name, plot->name,
		 ending);
	return path;
}

static int become_gnuplot(void *state, int out_fd, int err_fd)
{
	char *script = state;
	char name[] = "gnuplot";
	char *arguments[] = {name, script, NULL};

	(void)dup2(out_fd, STDOUT_FILENO);
	(void)dup2(err_fd, STDERR_FILENO);
	(void)execvp(name, arguments);
	return NO_PROGRAM;
}

static enum bench_plotted run_gnuplot(char *script)
{
	char said[512] = "";
	struct bench_child child = {
		.body = become_gnuplot,
		.state = script,
		.bound_s = BOUND_S,
		.err = {.bytes = said, .size = sizeof(said) - 1},
	};

	if (!bench_child_run(&child))
		return BENCH_PLOT_NO_GNUPLOT;
	if (WIFEXITED(child.status) && WEXITSTATUS(child.status) == 0)
		return BENCH_PLOTTED;
	if (WIFEXITED(child.status) && WEXITSTATUS(child.status) == NO_PROGRAM)
		return BENCH_PLOT_NO_GNUPLOT;
	fprintf(stderr, "gnuplot %s: %s\n", script, said);
	return BENCH_PLOT_FAILED;
}

static enum bench_plotted draw(const struct bench_drawing *drawing)
{
	struct bench_plot_path script =
		bench_plot_path(drawing->measured, drawing->plot, "gp");
	FILE *file;

	if (drawing->drawn_count == 0)
		return BENCH_PLOT_EMPTY;
	file = fopen(script.text, "we");
	if (!file) {
		fprintf(stderr, "%s: %s\n", script.text,
			strerrordesc_np(errno));
		return BENCH_PLOT_FAILED;
	}
	bench_plot_script_write(
		file, drawing,
		bench_plot_path(drawing->measured, drawing->plot, "svg").text);
	if (fclose(file) != 0)
		return BENCH_PLOT_FAILED;
	return run_gnuplot(script.text);
}

enum bench_plotted bench_plot_draw(const struct bench_measured *measured,
				   const struct bench_plot *plot)
{
	struct bench_drawing drawing;
	enum bench_plotted plotted;

	/* One of an earlier run would be taken for this one's. */
	(void)unlink(bench_plot_path(measured, plot, "svg").text);
	if (!bench_drawing_init(&drawing, measured, plot)) {
		fprintf(stderr, "plot %s: no such figure or parameter\n",
			plot->name);
		return BENCH_PLOT_FAILED;
	}
	plotted = draw(&drawing);
	bench_drawing_fini(&drawing);
	return plotted;
}
