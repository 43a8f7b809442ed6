/* SPDX-License-Identifier: MIT */
#ifndef CMD_NODE_SET_H
#define CMD_NODE_SET_H

/* Nodes without repeats, in order of their ids, so that two can be compared. */

#include <dialtone.h>
#include <stdbool.h>
#include <stddef.h>

struct cmd_node_set {
	struct dt_node *nodes; /* owned; their names are not */
	size_t count;
};

/**
 * The nodes of both lists (NULL: empty); @first counts where both have one.
 * False: no memory. Pair with cmd_node_set_fini().
 */
bool cmd_node_set_union(struct cmd_node_set *out, const dt_node_list *first,
			const dt_node_list *second);
/** What @now has and @before has not, or has otherwise. False: no memory. */
bool cmd_node_set_added(struct cmd_node_set *out,
			const struct cmd_node_set *before,
			const struct cmd_node_set *now);
/** Of what @before has, the nodes whose ids @now has not. False: no memory. */
bool cmd_node_set_removed(struct cmd_node_set *out,
			  const struct cmd_node_set *before,
			  const struct cmd_node_set *now);
void cmd_node_set_fini(struct cmd_node_set *set);

#endif /* CMD_NODE_SET_H */
