/* SPDX-License-Identifier: MIT */
#ifndef CMD_ACQUAINTANCES_H
#define CMD_ACQUAINTANCES_H

/*
 * Who of the demo's network knows whom from the start, as in one that has been
 * there for long. A Kademlia tree halves the nodes again and again; at each
 * halving every node knows one of the other half, picked at random. So lookups
 * find their way from any node to any other, and a node needs log2(nodes)
 * acquaintances for it, where finding them by itself would take ten times as
 * many packets.
 */

#include <dialtone.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workers/cmd/dice.h"

/** Two nodes that know each other, by index. */
struct cmd_acquaintance {
	uint32_t newcomer; /* the larger one: joins later */
	uint32_t known;
};

struct cmd_acquaintances {
	struct cmd_acquaintance *pairs; /* each once, by newcomer */
	size_t count;
};

/** @ids: all different, @count of them. False: no memory. Pair with fini. */
bool cmd_acquaintances_make(struct cmd_acquaintances *out,
			    const struct dt_node_id *ids, size_t count,
			    struct cmd_dice *dice);
/** Those of @newcomer that were there before it; *@count of them. */
const struct cmd_acquaintance *
cmd_acquaintances_of(const struct cmd_acquaintances *acquaintances,
		     size_t newcomer, size_t *count);
void cmd_acquaintances_fini(struct cmd_acquaintances *acquaintances);

#endif /* CMD_ACQUAINTANCES_H */
