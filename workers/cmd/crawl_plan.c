/* SPDX-License-Identifier: MIT */
#include "workers/cmd/crawl_plan.h"

#include <string.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/command_line.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/crawl_walk.h"
#include "workers/cmd/discovery.h"
#include "workers/cmd/output_file.h"

static const char about[] =
	"Walks a discv4 network: asks each node that it finds for those "
	"that it knows,\n"
	"until no new one comes, and sums up. Many are asked at once\n"
	"(--max-active-dials). With --handshake each node is also dialed and "
	"asked by\n"
	"RLPx which client it is and what it speaks.\n"
	"\n"
	"Needs nodes to begin with: --bootnodes, --network, --nodes or "
	"--node-database.\n"
	"Shows how far it is on a terminal. Nodes that answer are written to "
	"files at\n"
	"once, so that SIGINT loses nothing. Exit code 1 if no node answered.";

#define OUTPUT_FLAGS 6
#define BOUND_FLAGS  7

static void list_output_flags(struct cmd_flag *out, struct cmd_crawl_plan *plan)
{
	const struct cmd_flag flags[OUTPUT_FLAGS] = {
		{.name = "output",
		 .argument = "FILE",
		 .help = "Write the nodes that answer there, as a node file.",
		 .text = &plan->output_path},
		{.name = "enr",
		 .argument = "FILE",
		 .help = "Write their node records there, one a line.",
		 .text = &plan->record_path},
		{.name = "handshake",
		 .help = "Dial each node too, shake hands with it (RLPx), and "
			 "sum up who answers and what it speaks.",
		 .on = &plan->handshakes},
		{.name = "plot",
		 .argument = "FILE",
		 .help = "Draw what the handshakes have brought there (SVG).",
		 .text = &plan->plot_path},
		{.name = "json",
		 .help = "Write one JSON object a line, see dialtone(1).",
		 .on = &plan->json},
		{.name = "status-interval",
		 .argument = "DURATION",
		 .help = "How often a line or object says how it stands where "
			 "that is not shown all the time (default 10s).",
		 .duration_ms = &plan->status_every_ms},
	};

	memcpy(out, flags, sizeof(flags));
}

static void list_bound_flags(struct cmd_flag *out, struct cmd_crawl_plan *plan)
{
	const struct cmd_flag flags[BOUND_FLAGS] = {
		{.name = "for",
		 .argument = "DURATION",
		 .help = "End after this time at the latest (10s, 1h30m).",
		 .duration_ms = &plan->for_ms},
		{.name = "idle",
		 .argument = "DURATION",
		 .help = "End when for so long nothing was left to ask (default "
			 "3s).",
		 .duration_ms = &plan->idle_ms},
		{.name = "timeout",
		 .argument = "DURATION",
		 .help = "How long to wait for each answer (default 5s).",
		 .duration_ms = &plan->timeout_ms},
		{.name = "tries",
		 .argument = "NUMBER",
		 .help = "How often to ask a node that does not answer, 1 to "
			 "10 (default 3).",
		 .number = &plan->tries,
		 .at_least = 1,
		 .at_most = 10},
		{.name = "depth",
		 .argument = "NUMBER",
		 .help = "How many buckets of a node to ask for, 1 to 16 "
			 "(default 8); and for those nearest to itself.",
		 .number = &plan->depth,
		 .at_least = 1,
		 .at_most = CMD_CRAWL_DEPTH_MAX},
		{.name = "limit",
		 .argument = "NUMBER",
		 .help = "Nodes at most (default 200000).",
		 .number = &plan->limit,
		 .at_least = 1,
		 .at_most = 10000000},
		{.name = NULL},
	};

	memcpy(out, flags, sizeof(flags));
}

static bool parse_arguments(struct cmd_crawl_plan *plan, const char **options,
			    int *exit_code, int argc, char **argv)
{
	struct cmd_flag flags[2 + OUTPUT_FLAGS + BOUND_FLAGS] = {
		cmd_discovery_network_flag(&plan->network),
		cmd_discovery_nodes_flag(&plan->nodes_path),
	};
	const struct cmd_command command = {.name = "crawl",
					    .about = about,
					    .flags = flags,
					    .has_options = true,
					    .presets = cmd_crawl_presets};
	int first;

	list_output_flags(flags + 2, plan);
	list_bound_flags(flags + 2 + OUTPUT_FLAGS, plan);
	return cmd_command_line_parse(&command, options, &first, exit_code,
				      argc, argv);
}

static int read_nodes(struct cmd_crawl_plan *plan)
{
	struct dt_config *config = &plan->settings.config;
	int exit_code = cmd_discovery_add_bootnodes(config, plan->network,
						    plan->nodes_path);

	if (exit_code != CMD_EXIT_OK)
		return exit_code;
	if (config->bootnodes[0] == '\0' && config->node_database[0] == '\0') {
		cmd_complain("crawl: there is no node to begin with; give "
			     "--network, --bootnodes, --nodes or "
			     "--node-database");
		return CMD_EXIT_USAGE;
	}
	if (plan->plot_path != NULL && !plan->handshakes) {
		cmd_complain("crawl: --plot draws what --handshake brings, "
			     "which is not given");
		return CMD_EXIT_USAGE;
	}
	if (config->max_queries >= config->max_active_dials)
		return CMD_EXIT_OK;
	cmd_complain("crawl: each of %u dials (--max-active-dials) is a query, "
		     "and %u are allowed (--max-queries)",
		     config->max_active_dials, config->max_queries);
	return CMD_EXIT_USAGE;
}

static bool spares_own_files(const struct cmd_crawl_plan *plan)
{
	const struct dt_config *config = &plan->settings.config;

	return cmd_output_file_check("--output", plan->output_path, config) &&
	       cmd_output_file_check("--enr", plan->record_path, config) &&
	       cmd_output_file_check("--plot", plan->plot_path, config);
}

bool cmd_crawl_plan_read(struct cmd_crawl_plan *plan, int *exit_code, int argc,
			 char **argv)
{
	const char *options[CMD_OPTION_MAX];

	*plan = (struct cmd_crawl_plan){.idle_ms = 3000,
					.timeout_ms = 5000,
					.status_every_ms = 10000,
					.depth = 8,
					.tries = 3,
					.limit = 200000};
	if (!parse_arguments(plan, options, exit_code, argc, argv))
		return false;
	*exit_code = CMD_EXIT_USAGE;
	if (!cmd_settings_read(&plan->settings, cmd_crawl_presets, options))
		return false;
	*exit_code = read_nodes(plan);
	if (*exit_code == CMD_EXIT_OK && !spares_own_files(plan))
		*exit_code = CMD_EXIT_USAGE;
	if (*exit_code == CMD_EXIT_OK)
		return true;
	cmd_settings_fini(&plan->settings);
	return false;
}

void cmd_crawl_plan_fini(struct cmd_crawl_plan *plan)
{
	cmd_settings_fini(&plan->settings);
}
