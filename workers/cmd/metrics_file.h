/* SPDX-License-Identifier: MIT */
#ifndef CMD_METRICS_FILE_H
#define CMD_METRICS_FILE_H

#include <stdbool.h>

#include "workers/cmd/figures.h"

/**
 * Write the counters in Prometheus' text format to @path: into a file beside
 * it first, which is then renamed, so that a reader never sees half of it.
 * False: errno says why.
 */
bool cmd_metrics_file_write(const char *path,
			    const struct cmd_figures *figures);

#endif /* CMD_METRICS_FILE_H */
