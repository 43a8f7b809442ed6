/* SPDX-License-Identifier: MIT */
#ifndef CMD_CRAWL_SURVEY_H
#define CMD_CRAWL_SURVEY_H

/*
 * The survey of a crawl: a second dialer, which shakes hands with each node that
 * is found and has a TCP port. Its Hello is noted, and the session ended with a
 * Disconnect: nobody is kept.
 */

#include <dialtone.h>
#include <stdint.h>

#include "workers/cmd/crawl_nodes.h"

struct cmd_crawl_survey {
	/* Set before open, read-only afterwards. */
	struct cmd_crawl_nodes *nodes;
	dt_rlpx *rlpx;      /* not to be started */
	int64_t timeout_ms; /* of a TCP connect */

	/* Its own. */
	struct dt_transport rlpx_transport;
	dt_dialer *dialer;
};

/**
 * cmd_crawl_survey_open - make the dialer and start it.
 * Errors: those of the dialer. Pair with close.
 */
dt_err cmd_crawl_survey_open(struct cmd_crawl_survey *survey,
			     const struct dt_config *config,
			     struct dt_error *error);
/** A node that is new. Any thread. */
void cmd_crawl_survey_offer(struct cmd_crawl_survey *survey,
			    const struct dt_node *node);
/** How many are being dialed or about to be. */
uint64_t cmd_crawl_survey_in_flight(const struct cmd_crawl_survey *survey);
/** Cancel what runs and wait for its end. */
void cmd_crawl_survey_stop(struct cmd_crawl_survey *survey);
/** After the dt_rlpx is destroyed. */
void cmd_crawl_survey_close(struct cmd_crawl_survey *survey);

#endif /* CMD_CRAWL_SURVEY_H */
