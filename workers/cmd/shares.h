/* SPDX-License-Identifier: MIT */
#ifndef CMD_SHARES_H
#define CMD_SHARES_H

/* What share of the demo's network has which character, in percent. */

#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/network.h"

struct cmd_shares {
	uint64_t percent[CMD_CHARACTER_COUNT]; /* the defaults, or as given */
	bool given[CMD_CHARACTER_COUNT];
};

/** The default network: half of it is good company. */
struct cmd_shares cmd_shares_default(void);

/**
 * cmd_shares_divide - make 100 of them: those that were not given divide what
 * is left in proportion to their defaults.
 * False: more than 100 were given, or all were and make less; *@sum says what.
 */
bool cmd_shares_divide(const struct cmd_shares *shares,
		       unsigned int percent[CMD_CHARACTER_COUNT],
		       uint64_t *sum);

#endif /* CMD_SHARES_H */
