/* SPDX-License-Identifier: MIT */
#ifndef NODE_H
#define NODE_H

/*
 * A node of the interoperability tests, made with nothing but the public header:
 * discovery, and with `rlpx` all that makes peers.
 */

#include <dialtone.h>
#include <pthread.h>

#define ENDED_MAX 256

/** A peer that was one. */
struct ended {
	struct dt_node_id id;
	enum dt_ending ending;
};

struct node {
	struct dt_node_key key;
	struct dt_config config;
	dt_discv4 *discv4;
	dt_rlpx *rlpx;     /* NULL: it makes no peers */
	dt_dialer *dialer; /* as rlpx */

	/* Of those that have ended: the first ENDED_MAX. */
	pthread_mutex_t lock;
	struct ended ended[ENDED_MAX];
	size_t ended_count;
};

/**
 * Start it with the options of a command line. False: standard error says why.
 * Pair with stop.
 */
bool node_start(struct node *node, int argc, char **argv);
void node_stop(struct node *node);

#endif /* NODE_H */
