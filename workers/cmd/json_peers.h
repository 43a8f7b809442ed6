/* SPDX-License-Identifier: MIT */
#ifndef CMD_JSON_PEERS_H
#define CMD_JSON_PEERS_H

/* Sessions and peers in lines of JSON. */

#include <dialtone.h>

#include "workers/cmd/event_ring.h"
#include "workers/cmd/figures.h"
#include "workers/cmd/text.h"

/** The member "flags": how a peer came to be. */
void cmd_json_peer_flags(struct cmd_text *out, uint32_t flags);
/** The members that say what a remote's Hello has said. */
void cmd_json_hello(struct cmd_text *out, const struct dt_hello *hello);
/** The member @key: endings that there were, with how many. */
void cmd_json_endings(struct cmd_text *out, const char *key,
		      const uint64_t ended[DT_ENDING_MAX]);

/** The line "peer": one has come, or is gone. */
void cmd_json_peer(struct cmd_text *out, const struct cmd_peer_record *record);
/** The member "rlpx" of how it stands; nothing without dt_rlpx. */
void cmd_json_peer_figures(struct cmd_text *out,
			   const struct cmd_peer_figures *figures);

#endif /* CMD_JSON_PEERS_H */
