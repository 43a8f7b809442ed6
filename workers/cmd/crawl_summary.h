/* SPDX-License-Identifier: MIT */
#ifndef CMD_CRAWL_SUMMARY_H
#define CMD_CRAWL_SUMMARY_H

/* What a crawl has found, in the end. */

#include <dialtone.h>
#include <stdbool.h>

#include "workers/cmd/crawl_nodes.h"
#include "workers/cmd/style.h"
#include "workers/cmd/subnets.h"
#include "workers/cmd/text.h"

#define CMD_CRAWL_DISTANCES 257 /* 0 to 256 */

struct cmd_crawl_summary {
	/* Set before make. */
	const struct cmd_crawl_node *nodes;
	size_t count;
	struct cmd_crawl_counts counts;
	struct dt_discv4_counters discovery;
	struct dt_node_id self;
	int64_t duration_ms;
	bool complete; /* it ended by itself: all that was found was asked */

	/* Made. */
	struct cmd_subnets subnets;
	size_t at_distance[CMD_CRAWL_DISTANCES];
	size_t answered_at[CMD_CRAWL_DISTANCES];
	size_t outcomes[DT_OUTCOME_COUNT]; /* of those that are silent */
	size_t skips[DT_SKIP_COUNT];
};

/** False: no memory, nothing to free. Pair with fini. */
bool cmd_crawl_summary_make(struct cmd_crawl_summary *summary);
void cmd_crawl_summary_fini(struct cmd_crawl_summary *summary);

/** For people. */
void cmd_crawl_summary_put(struct cmd_text *out,
			   const struct cmd_crawl_summary *summary,
			   const struct cmd_style *style);
/** The line "crawl". */
void cmd_crawl_summary_json(struct cmd_text *out,
			    const struct cmd_crawl_summary *summary);

#endif /* CMD_CRAWL_SUMMARY_H */
