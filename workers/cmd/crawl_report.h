/* SPDX-License-Identifier: MIT */
#ifndef CMD_CRAWL_REPORT_H
#define CMD_CRAWL_REPORT_H

/* The end of a crawl: its summaries and its plot. */

#include <dialtone.h>
#include <stdbool.h>

#include "workers/cmd/crawl_nodes.h"
#include "workers/cmd/text.h"

struct cmd_crawl_report {
	const struct cmd_crawl_nodes *nodes; /* nobody else uses them */
	struct cmd_crawl_counts counts;
	const dt_discv4 *discv4;
	struct dt_node_id self;
	int64_t duration_ms;
	bool complete;         /* it ended by itself */
	bool handshakes;       /* were asked for */
	bool json;             /* else for people */
	const char *plot_path; /* NULL: none */
};

/** Add the summaries to @out, write the plot. False: said on stderr. */
bool cmd_crawl_report(struct cmd_text *out,
		      const struct cmd_crawl_report *report);

#endif /* CMD_CRAWL_REPORT_H */
