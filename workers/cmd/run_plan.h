/* SPDX-License-Identifier: MIT */
#ifndef CMD_RUN_PLAN_H
#define CMD_RUN_PLAN_H

/* What `dialtone run` was asked to do. */

#include <dialtone.h>
#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/node_files.h"
#include "workers/cmd/settings.h"

/** Where further nodes come from. */
enum cmd_discovery_kind {
	CMD_DISCOVERY_NONE,
	CMD_DISCOVERY_V4,
	CMD_DISCOVERY_FILE
};

/** What makes a peer of a connection. */
enum cmd_setup_kind {
	CMD_SETUP_RLPX,
	CMD_SETUP_TCP /* nothing: it is one */
};

struct cmd_run_plan {
	struct cmd_settings settings; /* with the network's bootnodes */
	struct cmd_node_files files;
	enum cmd_discovery_kind discovery;
	enum cmd_setup_kind setup;
	int64_t for_ms; /* 0: until a signal comes */
	int64_t status_every_ms;
	const char *metrics_path; /* NULL: none */
	bool json;

	/* As they were given; NULL: not. */
	const char *self;
	const char *network;
	const char *discovery_name;
	const char *setup_name;
};

/**
 * cmd_run_plan_read - read arguments, settings and files.
 * False: the program ends with *@exit_code, nothing to free. Else pair with
 * cmd_run_plan_fini(), after the dialer.
 */
bool cmd_run_plan_read(struct cmd_run_plan *plan, int *exit_code, int argc,
		       char **argv);
void cmd_run_plan_fini(struct cmd_run_plan *plan);

#endif /* CMD_RUN_PLAN_H */
