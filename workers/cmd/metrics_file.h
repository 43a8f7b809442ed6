/* SPDX-License-Identifier: MIT */
#ifndef CMD_METRICS_FILE_H
#define CMD_METRICS_FILE_H

#include <dialtone.h>
#include <stdbool.h>

/**
 * Write the counters in Prometheus' text format to @path: into a file beside
 * it first, which is then renamed, so that a reader never sees half of it.
 * False: errno says why.
 */
bool cmd_metrics_file_write(const char *path,
			    const struct dt_counters *counters);

#endif /* CMD_METRICS_FILE_H */
