/* SPDX-License-Identifier: MIT */
#ifndef CMD_OWN_NODE_H
#define CMD_OWN_NODE_H

/*
 * A command's own node: RLPx and discovery under one identity, at one port. What
 * fails is said on stderr.
 */

#include <dialtone.h>
#include <stdbool.h>

struct cmd_own_node {
	/* Set before open. */
	bool has_rlpx;
	bool has_discovery;
	const dt_node_list *const
		*more; /* to begin with; NULL ones are empty */
	size_t more_count;

	/* Made; NULL if it is not to be there. */
	dt_rlpx *rlpx;
	dt_discv4 *discv4;

	/* Its own. */
	struct dt_node_key key; /* new, or what both have from a file */
	char listen[DT_ENDPOINT_TEXT_SIZE];
};

/**
 * cmd_own_node_open - make what is to be there; discovery is started.
 * @config: as it is for them; gets what a dialer needs of them: its own id, the
 * table, the transport. Points into @own afterwards.
 * Returns an exit code. Pair with hang_up and close in any case.
 */
int cmd_own_node_open(struct cmd_own_node *own, struct dt_config *config);
/** Where it listens, as far as it does, and who it is. One of both is there. */
struct dt_node cmd_own_node_self(const struct cmd_own_node *own);
/** Destroy what keeps the peers: when the dialer has stopped, and before it. */
void cmd_own_node_hang_up(struct cmd_own_node *own);
/** After the dialer is destroyed. */
void cmd_own_node_close(struct cmd_own_node *own);

#endif /* CMD_OWN_NODE_H */
