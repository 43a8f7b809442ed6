/* SPDX-License-Identifier: MIT */
#ifndef CMD_SURVEY_SUMMARY_H
#define CMD_SURVEY_SUMMARY_H

/* What a crawl's handshakes have brought, in the end. */

#include <dialtone.h>
#include <stdbool.h>

#include "workers/cmd/crawl_nodes.h"
#include "workers/cmd/style.h"
#include "workers/cmd/tally.h"
#include "workers/cmd/text.h"

/** The steps to an open session. */
enum cmd_survey_step {
	CMD_SURVEY_TCP,
	CMD_SURVEY_AUTH,
	CMD_SURVEY_HELLO,
	CMD_SURVEY_ALL,
	CMD_SURVEY_STEP_COUNT
};

/** How long a step took where the session was opened. */
struct cmd_survey_latency {
	int64_t p50_ms;
	int64_t p90_ms;
	int64_t p99_ms;
	int64_t max_ms;
};

struct cmd_survey_summary {
	/* Set before make. */
	const struct cmd_crawl_node *nodes;
	size_t count;
	struct cmd_crawl_counts counts;

	/* Made. */
	struct cmd_tally clients;      /* by name */
	struct cmd_tally versions;     /* by name and version */
	struct cmd_tally capabilities; /* of those that were opened */
	struct cmd_tally failures;     /* endings, or outcomes without one */
	size_t skips[DT_SKIP_COUNT];
	size_t measured; /* handshakes with a Hello */
	struct cmd_survey_latency latencies[CMD_SURVEY_STEP_COUNT];
};

const char *cmd_survey_step_name(enum cmd_survey_step step);

/** False: no memory, nothing to free. Pair with fini. */
bool cmd_survey_summary_make(struct cmd_survey_summary *summary);
void cmd_survey_summary_fini(struct cmd_survey_summary *summary);
/** The handshakes are as many as the nodes. */
bool cmd_survey_adds_up(const struct cmd_survey_summary *summary);

/** For people (survey_output.c). */
void cmd_survey_summary_put(struct cmd_text *out,
			    const struct cmd_survey_summary *summary,
			    const struct cmd_style *style);
/** The line "survey" (survey_output.c). */
void cmd_survey_summary_json(struct cmd_text *out,
			     const struct cmd_survey_summary *summary);

#endif /* CMD_SURVEY_SUMMARY_H */
