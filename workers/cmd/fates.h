/* SPDX-License-Identifier: MIT */
#ifndef CMD_FATES_H
#define CMD_FATES_H

/*
 * The table of fates: what became of every task and every candidate, and
 * whether it adds up.
 */

#include <dialtone.h>
#include <stdbool.h>

#include "workers/cmd/style.h"
#include "workers/cmd/text.h"

/** created = waiting + queued + running + the sum of outcomes. */
bool cmd_fates_task_adds_up(const struct dt_task_counters *task);
/** The sum of offered = the sum of dialed + the sum of skipped. */
bool cmd_fates_candidates_add_up(const struct dt_counters *counters);
/** All of them. */
bool cmd_fates_add_up(const struct dt_counters *counters);

/** A mark that says whether a sum holds. */
void cmd_fates_put_check(struct cmd_text *out, bool adds_up,
			 const struct cmd_style *style);

/** The table for people, with the allocator's figures below it. */
void cmd_fates_put(struct cmd_text *out, const struct dt_counters *counters,
		   const struct cmd_style *style);

#endif /* CMD_FATES_H */
