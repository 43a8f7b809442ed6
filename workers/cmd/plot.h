/* SPDX-License-Identifier: MIT */
#ifndef CMD_PLOT_H
#define CMD_PLOT_H

/* Pictures made of characters. */

#include "workers/cmd/style.h"
#include "workers/cmd/text.h"
#include "workers/cmd/timeline.h"

/** A bar of @width columns, filled to @value of @full; no newline. */
void cmd_plot_bar(struct cmd_text *out, uint64_t value, uint64_t full,
		  size_t width, const struct cmd_style *style);

struct cmd_plot {
	size_t columns;  /* all of it, with the axis; at least 20 */
	size_t rows;     /* of the picture, without the axis of time */
	uint64_t target; /* is shown in the picture too */
	int64_t span_ms; /* of time at least, so that it need not stretch */
	bool bare;       /* without a line for each mark */
};

/**
 * A timeline over its whole length: the picture, two lines for the axis of
 * time, and a line for each mark.
 */
void cmd_plot_timeline(struct cmd_text *out, const struct cmd_plot *plot,
		       const struct cmd_timeline *timeline,
		       const struct cmd_style *style);

#endif /* CMD_PLOT_H */
