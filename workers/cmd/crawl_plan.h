/* SPDX-License-Identifier: MIT */
#ifndef CMD_CRAWL_PLAN_H
#define CMD_CRAWL_PLAN_H

/* What `dialtone crawl` was asked to do. */

#include <dialtone.h>
#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/settings.h"

struct cmd_crawl_plan {
	struct cmd_settings settings; /* with all bootnodes */
	const char *network;          /* these four: NULL: not given */
	const char *nodes_path;
	const char *output_path;
	const char *record_path;
	const char *plot_path; /* NULL: none */
	bool json;
	bool handshakes; /* shake hands with each node too */
	int64_t for_ms;  /* 0: until all is found */
	int64_t idle_ms;
	int64_t timeout_ms;
	int64_t status_every_ms;
	uint64_t depth;
	uint64_t tries;
	uint64_t limit;
};

/**
 * cmd_crawl_plan_read - read arguments, settings and the file of nodes.
 * False: the program ends with *@exit_code, nothing to free. Else pair with
 * fini.
 */
bool cmd_crawl_plan_read(struct cmd_crawl_plan *plan, int *exit_code, int argc,
			 char **argv);
void cmd_crawl_plan_fini(struct cmd_crawl_plan *plan);

#endif /* CMD_CRAWL_PLAN_H */
