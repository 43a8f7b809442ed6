/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_PLOT_SCRIPT_H
#define BENCH_HARNESS_PLOT_SCRIPT_H

#include <stdio.h>

#include "bench/harness/drawing.h"

/**
 * A script for gnuplot, with the values in it, that writes the SVG to @svg:
 * lines over the parameter, or bars when it has less than three values.
 */
void bench_plot_script_write(FILE *file, const struct bench_drawing *drawing,
			     const char *svg);

#endif /* BENCH_HARNESS_PLOT_SCRIPT_H */
