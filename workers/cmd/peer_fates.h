/* SPDX-License-Identifier: MIT */
#ifndef CMD_PEER_FATES_H
#define CMD_PEER_FATES_H

/*
 * What became of every connection that came in, every handshake and every peer,
 * and whether it adds up.
 */

#include <dialtone.h>
#include <stdbool.h>

#include "workers/cmd/style.h"
#include "workers/cmd/text.h"

/** begun = running + opened + the sum of ended. */
bool cmd_setups_add_up(const struct dt_rlpx_setups *setups);
/** accepted = throttled + not_allowed + no_room + inbound.begun. */
bool cmd_inbound_adds_up(const struct dt_rlpx_counters *counters);
/** peers_added = peers + the sum of peers_ended. */
bool cmd_kept_peers_add_up(const struct dt_rlpx_counters *counters);
/** All of them. */
bool cmd_peers_add_up(const struct dt_rlpx_counters *counters);

/** A table for people. */
void cmd_peer_fates_put(struct cmd_text *out,
			const struct dt_rlpx_counters *counters,
			const struct cmd_style *style);

#endif /* CMD_PEER_FATES_H */
