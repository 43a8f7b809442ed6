/* SPDX-License-Identifier: MIT */
#ifndef CMD_METRICS_FILE_H
#define CMD_METRICS_FILE_H

#include <stdbool.h>

#include "workers/cmd/figures.h"

/**
 * cmd_metrics_file_check - may the metrics go to @path (NULL: none)?
 * False: there is something that is not a regular file, or what @config keeps;
 * said on stderr.
 */
bool cmd_metrics_file_check(const char *path, const struct dt_config *config);

/**
 * Write the counters in Prometheus' text format to @path, or where it leads as
 * a link: into a file beside that first, which is then renamed, so that a
 * reader never sees half of it. What is not a regular file is not replaced.
 * False: errno says why.
 */
bool cmd_metrics_file_write(const char *path,
			    const struct cmd_figures *figures);

#endif /* CMD_METRICS_FILE_H */
