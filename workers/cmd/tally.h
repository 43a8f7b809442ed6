/* SPDX-License-Identifier: MIT */
#ifndef CMD_TALLY_H
#define CMD_TALLY_H

/* How often there is what, by its name. */

#include <stdbool.h>
#include <stddef.h>

#define CMD_TALLY_NAME_SIZE 48

struct cmd_tally_entry {
	char name[CMD_TALLY_NAME_SIZE]; /* longer ones are cut */
	size_t count;
};

/** An empty one is { 0 }. Pair with fini. */
struct cmd_tally {
	struct cmd_tally_entry *all; /* owned */
	size_t count;
	size_t room;
	bool cut; /* memory ran out: some are missing */
};

void cmd_tally_add(struct cmd_tally *tally, const char *name, size_t count);
/** Put together what has one name; the most frequent come first then. */
void cmd_tally_sum_up(struct cmd_tally *tally);
void cmd_tally_fini(struct cmd_tally *tally);

#endif /* CMD_TALLY_H */
