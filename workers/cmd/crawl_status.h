/* SPDX-License-Identifier: MIT */
#ifndef CMD_CRAWL_STATUS_H
#define CMD_CRAWL_STATUS_H

/* How a crawl stands, in the three ways in which that is shown. */

#include <dialtone.h>

#include "workers/cmd/crawl_nodes.h"
#include "workers/cmd/progress.h"
#include "workers/cmd/text.h"

struct cmd_crawl_status {
	struct cmd_crawl_counts counts;
	bool handshakes;    /* are asked for */
	uint64_t in_flight; /* nodes that are being asked */
	uint64_t dials_in_flight;
	double per_second; /* nodes that got their fate, lately */
	int64_t elapsed_ms;
};

/** The line "status". */
void cmd_crawl_status_json(struct cmd_text *out,
			   const struct cmd_crawl_status *status);
/** A line for people and for grep. */
void cmd_crawl_status_log(struct cmd_text *out,
			  const struct cmd_crawl_status *status);
/** The line that is drawn over again and again. */
void cmd_crawl_status_show(struct cmd_progress *progress,
			   const struct cmd_crawl_status *status);

#endif /* CMD_CRAWL_STATUS_H */
