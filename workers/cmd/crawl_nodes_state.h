/* SPDX-License-Identifier: MIT */
#ifndef CMD_CRAWL_NODES_STATE_H
#define CMD_CRAWL_NODES_STATE_H

/*
 * What the parts of a crawl's nodes share:
 *
 *	crawl_nodes.c		the set, and what discovery says of its nodes
 *	crawl_handshakes.c	what handshakes say of them
 */

#include <pthread.h>

#include "workers/cmd/crawl_nodes.h"

struct cmd_crawl_nodes {
	/* Set by create, read-only afterwards. */
	size_t limit;
	bool handshakes;
	uint64_t key[2];

	/* Under the lock. */
	pthread_mutex_t lock;
	struct cmd_crawl_node *nodes; /* in the order they were found */
	size_t *done;                 /* indexes, in the order of their fates */
	size_t room;                  /* of both */
	size_t done_count;
	size_t done_taken;
	size_t *slots; /* indexes + 1, 0: free; open addressing */
	size_t slot_count;
	struct cmd_crawl_counts counts;
};

/* Under the lock. */

/** NULL: there is no such node. */
struct cmd_crawl_node *cmd_crawl_nodes_find(const struct cmd_crawl_nodes *nodes,
					    const struct dt_node_id *id);
/** Something is known of a node: it is next if that was the last thing. */
void cmd_crawl_nodes_finish(struct cmd_crawl_nodes *nodes,
			    const struct cmd_crawl_node *node);

#endif /* CMD_CRAWL_NODES_STATE_H */
