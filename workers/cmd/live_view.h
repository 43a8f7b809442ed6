/* SPDX-License-Identifier: MIT */
#ifndef CMD_LIVE_VIEW_H
#define CMD_LIVE_VIEW_H

/* The picture of a running dialer on a terminal, as lines of text. */

#include <stddef.h>

#include "workers/cmd/figures.h"
#include "workers/cmd/peer_view.h"
#include "workers/cmd/style.h"
#include "workers/cmd/table_view.h"
#include "workers/cmd/text.h"
#include "workers/cmd/timeline.h"

#define CMD_RECENT_LINES 8
#define CMD_RECENT_SIZE  200

/** The latest events, as lines. */
struct cmd_recent {
	char lines[CMD_RECENT_LINES][CMD_RECENT_SIZE];
	uint64_t count; /* ever; the latest is at (count - 1) % LINES */
};

struct cmd_live_view {
	const char *title;
	const char *stage; /* what is going on; NULL: nothing special */
	const struct cmd_figures *figures;
	const struct cmd_timeline *timeline;
	const struct cmd_recent *recent;
	const struct cmd_style *style;
	/* One of these in place of the rest, or NULL. */
	const struct cmd_table_view *table;
	const struct cmd_peer_view *peers;
	size_t columns;
	size_t rows;
};

void cmd_recent_add(struct cmd_recent *recent, const char *line);

/** Write the lines; those that count most come first. */
void cmd_live_view_put(struct cmd_text *out, const struct cmd_live_view *view);

#endif /* CMD_LIVE_VIEW_H */
