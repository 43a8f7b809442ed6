/* SPDX-License-Identifier: MIT */
#ifndef CMD_PEER_VIEW_H
#define CMD_PEER_VIEW_H

/* The peers on a terminal, as lines of text. */

#include <dialtone.h>

#include "workers/cmd/style.h"
#include "workers/cmd/text.h"

struct cmd_peer_view {
	struct dt_peer *peers; /* are put into the order they are shown in */
	size_t count;
	/* Of the live view that it is part of. */
	const struct cmd_style *style;
	size_t rows;
};

/**
 * Write the lines: the heading, and a peer each as far as there is room, those
 * that have been there longest first.
 */
void cmd_peer_view_put(struct cmd_text *out, const struct cmd_peer_view *view);

#endif /* CMD_PEER_VIEW_H */
