/* SPDX-License-Identifier: MIT */
#include "workers/cmd/shares.h"

struct cmd_shares cmd_shares_default(void)
{
	return (struct cmd_shares){
		.percent =
			{
				[CMD_CHARACTER_ACCEPT] = 50,
				[CMD_CHARACTER_REFUSE] = 12,
				[CMD_CHARACTER_SWALLOW] = 10,
				[CMD_CHARACTER_RESET] = 5,
				[CMD_CHARACTER_SILENT] = 6,
				[CMD_CHARACTER_DROP] = 7,
				[CMD_CHARACTER_FULL] = 4,
				[CMD_CHARACTER_IMPOSTOR] = 3,
				[CMD_CHARACTER_USELESS] = 3,
			},
	};
}

static uint64_t sum_of(const struct cmd_shares *shares, bool given)
{
	uint64_t sum = 0;

	for (int i = 0; i < CMD_CHARACTER_COUNT; i++)
		sum += shares->given[i] == given ? shares->percent[i] : 0;
	return sum;
}

bool cmd_shares_divide(const struct cmd_shares *shares,
		       unsigned int percent[CMD_CHARACTER_COUNT], uint64_t *sum)
{
	uint64_t others = sum_of(shares, false);
	uint64_t left;

	*sum = sum_of(shares, true);
	if (*sum > 100 || (others == 0 && *sum < 100))
		return false;
	left = 100 - *sum;
	/* Each takes its part of what is left, so that nothing is lost to
	 * rounding: the last one takes all. */
	for (int i = 0; i < CMD_CHARACTER_COUNT; i++) {
		uint64_t part = shares->percent[i];

		if (!shares->given[i]) {
			part = others > 0 ? left * part / others : 0;
			others -= shares->percent[i];
			left -= part;
		}
		percent[i] = (unsigned int)part;
	}
	return true;
}
