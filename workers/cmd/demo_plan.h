/* SPDX-License-Identifier: MIT */
#ifndef CMD_DEMO_PLAN_H
#define CMD_DEMO_PLAN_H

/* What the demo was asked for, checked: its arguments, network and settings. */

#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/network.h"
#include "workers/cmd/settings.h"
#include "workers/cmd/shares.h"

struct cmd_demo_plan {
	struct cmd_settings settings; /* the demo's own, environment, flags */
	struct cmd_network_plan network;
	uint64_t target; /* peers: dynamic and static ones */
	int64_t hold_ms; /* how long the target is held, twice */
	int64_t duration_ms;
	bool json;

	/* As given. */
	struct cmd_shares shares;
	uint64_t network_size;
	uint64_t peers;
	uint64_t seed;
};

/**
 * Read the arguments. False: the program ends with *@exit_code, said on stderr.
 * Else pair with cmd_demo_plan_fini().
 */
bool cmd_demo_plan_read(struct cmd_demo_plan *plan, int *exit_code, int argc,
			char **argv);
void cmd_demo_plan_fini(struct cmd_demo_plan *plan);

/** Raise the limit of descriptors; false: it is too low, said on stderr. */
bool cmd_demo_plan_fits(const struct cmd_demo_plan *plan);

#endif /* CMD_DEMO_PLAN_H */
