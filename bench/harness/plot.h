/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_PLOT_H
#define BENCH_HARNESS_PLOT_H

/*
 * A plot is a gnuplot script with its values in it, NAME-PLOT.gp, from which
 * gnuplot makes NAME-PLOT.svg. A contender has the same colour in all plots of
 * a program.
 */

#include <stdbool.h>

#include "bench/harness/measured.h"

/** What became of a plot. */
enum bench_plotted {
	BENCH_PLOTTED,
	BENCH_PLOT_EMPTY, /* nothing of it was measured */
	BENCH_PLOT_NO_GNUPLOT,
	BENCH_PLOT_FAILED, /* a sentence is on standard error */
};

enum bench_plotted bench_plot_draw(const struct bench_measured *measured,
				   const struct bench_plot *plot);

/** Where the SVG of @plot is. */
struct bench_plot_path {
	char text[4096];
};
struct bench_plot_path bench_plot_path(const struct bench_measured *measured,
				       const struct bench_plot *plot,
				       const char *ending);

#endif /* BENCH_HARNESS_PLOT_H */
