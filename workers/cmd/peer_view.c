/* SPDX-License-Identifier: MIT */
#include "workers/cmd/peer_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/cmd/node_text.h"
#include "workers/cmd/peer_text.h"

#define RTT_SIZE 32

static int compare(const void *a, const void *b)
{
	const struct dt_peer *first = a;
	const struct dt_peer *second = b;

	if (first->age_ms != second->age_ms)
		return first->age_ms > second->age_ms ? -1 : 1;
	return memcmp(first->node.id.bytes, second->node.id.bytes,
		      sizeof(first->node.id.bytes));
}

static void put_peer(struct cmd_text *out, const struct cmd_style *style,
		     const struct dt_peer *peer)
{
	bool inbound = (peer->flags & DT_PEER_INBOUND) != 0;
	char endpoint[DT_ENDPOINT_TEXT_SIZE];
	char id[CMD_NODE_SHORT_SIZE];
	char age[CMD_AGE_TEXT_SIZE];
	char rtt[RTT_SIZE] = "-";

	cmd_node_id_short(id, &peer->node.id);
	dt_endpoint_format(endpoint, &peer->node.endpoint);
	cmd_age_text(age, peer->age_ms);
	if (peer->rtt_ms >= 0)
		(void)snprintf(rtt, sizeof(rtt), "%" PRId64 " ms",
			       peer->rtt_ms);
	cmd_text_printf(out, "  %s  %-21s  %s%-7s%s %8s %6s  ", id, endpoint,
			cmd_style_paint(style, inbound ? CMD_COLOUR_ACCENT
						       : CMD_COLOUR_GOOD),
			cmd_peer_kind(peer->flags),
			cmd_style_paint(style, CMD_COLOUR_PLAIN), rtt, age);
	cmd_hello_put(out, &peer->hello);
	cmd_text_add(out, "\n");
}

void cmd_peer_view_put(struct cmd_text *out, const struct cmd_peer_view *view)
{
	const struct cmd_style *style = view->style;
	const char *dim = cmd_style_paint(style, CMD_COLOUR_DIM);
	const char *plain = cmd_style_paint(style, CMD_COLOUR_PLAIN);

	/* The heading, one peer, and how many there are beyond. */
	if (view->rows < 3)
		return;
	cmd_text_printf(out,
			"  %snode        %-21s  how          rtt    for  "
			"client, capabilities%s\n",
			dim, "TCP endpoint", plain);
	qsort(view->peers, view->count, sizeof(view->peers[0]), compare);
	for (size_t i = 0; i < view->count; i++) {
		if (i + 3 > view->rows && i + 1 < view->count) {
			cmd_text_printf(out, "  %sand %zu others%s\n", dim,
					view->count - i, plain);
			return;
		}
		put_peer(out, style, &view->peers[i]);
	}
	if (view->count == 0)
		cmd_text_printf(out, "  %snobody is there yet%s\n", dim, plain);
}
