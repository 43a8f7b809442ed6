/* SPDX-License-Identifier: MIT */
#ifndef CMD_DEMO_VERDICT_H
#define CMD_DEMO_VERDICT_H

/* The demo's end: the picture of its peers over time, and what to think. */

#include <stdbool.h>
#include <stddef.h>

#include "workers/cmd/demo_story.h"
#include "workers/cmd/watch.h"

struct cmd_verdict {
	const struct cmd_story *story;
	bool adds_up; /* the fates, the own discovery, the peers */
	struct cmd_network_traffic traffic;
	bool interrupted;        /* by a signal */
	size_t left_descriptors; /* open that were not before */
	size_t left_threads;
};

/** Was everything as it should be? */
bool cmd_verdict_is_good(const struct cmd_verdict *verdict);
/** Write it to stdout in the way that was asked for. */
void cmd_verdict_tell(const struct cmd_verdict *verdict,
		      const struct cmd_watch *watch);

#endif /* CMD_DEMO_VERDICT_H */
