/* SPDX-License-Identifier: MIT */
#ifndef CMD_DISCOVERY_FATES_H
#define CMD_DISCOVERY_FATES_H

/*
 * What became of every datagram and every request of discovery, and whether it
 * adds up.
 */

#include <dialtone.h>
#include <stdbool.h>

#include "workers/cmd/style.h"
#include "workers/cmd/text.h"

/** received = the sum of accepted + the sum of dropped. */
bool cmd_discovery_datagrams_add_up(const struct dt_discv4_counters *counters);
/** sent = under way + answered + timed out. */
bool cmd_discovery_requests_add_up(const struct dt_discv4_counters *counters);
/** Both. */
bool cmd_discovery_adds_up(const struct dt_discv4_counters *counters);

/** The table for people. */
void cmd_discovery_fates_put(struct cmd_text *out,
			     const struct dt_discv4_counters *counters,
			     const struct cmd_style *style);

#endif /* CMD_DISCOVERY_FATES_H */
