/* SPDX-License-Identifier: MIT */
#ifndef CMD_PEER_TEXT_H
#define CMD_PEER_TEXT_H

/* Peers as people read them. */

#include <dialtone.h>

#include "workers/cmd/text.h"

/** "eth/68" */
#define CMD_CAPABILITY_TEXT_SIZE 32
void cmd_capability_text(char out[CMD_CAPABILITY_TEXT_SIZE],
			 const struct dt_capability *capability);
/** "Geth/v1.14.12, eth/68 snap/1". */
void cmd_hello_put(struct cmd_text *out, const struct dt_hello *hello);

/** How a peer came to be: "static", "dynamic" or "inbound". */
const char *cmd_peer_kind(uint32_t flags);

/** "12s", "3m", "4h07m", "5d03h". */
#define CMD_AGE_TEXT_SIZE 24
void cmd_age_text(char out[CMD_AGE_TEXT_SIZE], int64_t age_ms);

/** A sentence about what happened to a peer. */
void cmd_peer_event_put(struct cmd_text *out,
			const struct dt_peer_event *event);

#endif /* CMD_PEER_TEXT_H */
