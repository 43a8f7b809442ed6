/* SPDX-License-Identifier: MIT */
#include "workers/cmd/dice.h"

uint64_t cmd_dice_next(struct cmd_dice *dice)
{
	uint64_t mixed = dice->state += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ (mixed >> 31);
}

uint64_t cmd_dice_below(struct cmd_dice *dice, uint64_t limit)
{
	/* Not quite even for huge limits; nobody here has one. */
	return cmd_dice_next(dice) % limit;
}

void cmd_dice_fill(struct cmd_dice *dice, uint8_t *out, size_t size)
{
	for (size_t i = 0; i < size; i++)
		out[i] = (uint8_t)cmd_dice_next(dice);
}
