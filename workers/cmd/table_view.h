/* SPDX-License-Identifier: MIT */
#ifndef CMD_TABLE_VIEW_H
#define CMD_TABLE_VIEW_H

/* The picture of a discovery table on a terminal, as lines of text. */

#include <dialtone.h>

#include "workers/cmd/style.h"
#include "workers/cmd/text.h"

struct cmd_table_view {
	const struct dt_discv4_entry *entries; /* bucket by bucket */
	size_t count;
	const struct dt_node *self;
	/* Of the live view that it is part of. */
	const struct cmd_style *style;
	size_t columns;
	size_t rows;
};

/**
 * Write the lines: one for each bucket, farthest first, with its nodes, how
 * often each was found alive, and for how long they have been known; then the
 * nodes themselves as far as there is room.
 */
void cmd_table_view_put(struct cmd_text *out,
			const struct cmd_table_view *view);

#endif /* CMD_TABLE_VIEW_H */
