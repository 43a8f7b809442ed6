/* SPDX-License-Identifier: MIT */
#ifndef CMD_CRAWL_WALK_H
#define CMD_CRAWL_WALK_H

/*
 * The walk of a crawl: a dialer whose dials ask. Each node that is found is to
 * be dialed now; its connect step, on a worker, asks the node for those that it
 * knows, bucket by bucket, and for its record. What it tells is found in turn.
 *
 *	dt_dialer_dial_now() --> worker: FindNode self, 256, 255, ...; ENRRequest
 *	        ^                                  |
 *	        +---------- new nodes -------------+
 *
 * So the pool's size bounds how many are asked at once, the dialer's counters
 * say what became of each, and stop cancels all.
 */

#include <dialtone.h>
#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/crawl_nodes.h"
#include "workers/cmd/crawl_survey.h"
#include "workers/cmd/settings.h"

#define CMD_CRAWL_DEPTH_MAX 16 /* buckets of a node that are asked */

struct cmd_crawl_walk {
	/* Set before open, read-only afterwards. */
	dt_discv4 *discv4;
	struct cmd_crawl_nodes *nodes;
	struct cmd_crawl_survey *survey; /* is offered each; NULL: none */
	uint64_t depth;
	uint64_t tries;     /* of one question */
	int64_t timeout_ms; /* of one try */

	/* Its own. */
	struct dt_node_id self;
	dt_dialer *dialer;
};

/** The presets that such a dialer needs. */
extern const struct cmd_preset cmd_crawl_presets[];

/**
 * cmd_crawl_walk_open - make the dialer and start it.
 * @config: changed as the walk needs it.
 * Errors: those of the dialer. Pair with close.
 */
dt_err cmd_crawl_walk_open(struct cmd_crawl_walk *walk,
			   struct dt_config *config, struct dt_error *error);
/** A node that is there. @told: by a node that was asked. Any thread. */
void cmd_crawl_walk_offer(struct cmd_crawl_walk *walk,
			  const struct dt_node *node, bool told);
/** How many are being asked or about to be. */
uint64_t cmd_crawl_walk_in_flight(const struct cmd_crawl_walk *walk);
/** Cancel what runs and wait for its end. The discv4 node is closed by this. */
void cmd_crawl_walk_stop(struct cmd_crawl_walk *walk);
void cmd_crawl_walk_close(struct cmd_crawl_walk *walk);

#endif /* CMD_CRAWL_WALK_H */
