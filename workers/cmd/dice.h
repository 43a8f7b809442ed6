/* SPDX-License-Identifier: MIT */
#ifndef CMD_DICE_H
#define CMD_DICE_H

/*
 * Numbers that look random and are the same for the same seed (splitmix64). For
 * the demo's network, not for secrets. One owner at a time.
 */

#include <stddef.h>
#include <stdint.h>

struct cmd_dice {
	uint64_t state; /* begins as the seed */
};

uint64_t cmd_dice_next(struct cmd_dice *dice);
/** From 0 to @limit - 1; @limit is not 0. */
uint64_t cmd_dice_below(struct cmd_dice *dice, uint64_t limit);
void cmd_dice_fill(struct cmd_dice *dice, uint8_t *out, size_t size);

#endif /* CMD_DICE_H */
