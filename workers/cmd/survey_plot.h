/* SPDX-License-Identifier: MIT */
#ifndef CMD_SURVEY_PLOT_H
#define CMD_SURVEY_PLOT_H

/* What a crawl's handshakes have brought, as a picture (SVG). */

#include <stdbool.h>

#include "workers/cmd/survey_summary.h"

/** Replace the file. False: said on stderr. */
bool cmd_survey_plot_write(const char *path,
			   const struct cmd_survey_summary *summary);

#endif /* CMD_SURVEY_PLOT_H */
