/* SPDX-License-Identifier: MIT */
#include "workers/cmd/demo_plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/command_line.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/resources.h"

#define OTHER_DESCRIPTORS 60 /* the program's and the library's own */

static const char about[] =
	"Makes a network of its own out of nodes on 127.0.0.0/8 that speak "
	"discv4 and\n"
	"RLPx, finds them by discovery from three bootnodes, shakes hands with "
	"them,\n"
	"fills up to a number of peers, kills a third of them and shows the "
	"recovery;\n"
	"then prints what became of every task, candidate, datagram and peer. "
	"Needs\n"
	"nothing and ends by itself; exit code 0 only if the target was reached "
	"twice,\n"
	"the fates add up and nothing is left open. The soft limit of open "
	"descriptors is\n"
	"raised to the hard one; --node-key-file and --node-database are not used.\n"
	"\n"
	"The shares of the network are percents of its nodes; those that are "
	"not given\n"
	"divide what is left in proportion to their defaults.";

#define OWN_FLAGS 6

static void list_shares(struct cmd_flag *flags, struct cmd_shares *shares)
{
	static const char *const helps[] = {
		[CMD_CHARACTER_ACCEPT] =
			"Nodes that shake hands and stay (default 50).",
		[CMD_CHARACTER_REFUSE] =
			"Nodes that refuse the connection (default 12).",
		[CMD_CHARACTER_SWALLOW] =
			"Nodes that never answer, not even a SYN (default 10).",
		[CMD_CHARACTER_RESET] =
			"Nodes that accept and reset at once (default 5).",
		[CMD_CHARACTER_SILENT] =
			"Nodes that accept and say nothing (default 6).",
		[CMD_CHARACTER_DROP] =
			"Nodes that shake hands, and disconnect later (default "
			"7).",
		[CMD_CHARACTER_FULL] =
			"Nodes that have too many peers (default 4).",
		[CMD_CHARACTER_IMPOSTOR] =
			"Nodes that have another key than their id says "
			"(default 3).",
		[CMD_CHARACTER_USELESS] =
			"Nodes that speak nothing that we do (default 3).",
	};

	for (int i = 0; i < CMD_CHARACTER_COUNT; i++)
		flags[i] = (struct cmd_flag){
			.name = cmd_character_name((enum cmd_character)i),
			.argument = "PERCENT",
			.help = helps[i],
			.number = &shares->percent[i],
			.at_most = 100,
			.given = &shares->given[i]};
}

static void list_flags(struct cmd_flag *flags, struct cmd_demo_plan *plan)
{
	flags[0] =
		(struct cmd_flag){.name = "network-size",
				  .argument = "NUMBER",
				  .help = "Nodes of the network (default 600).",
				  .number = &plan->network_size,
				  .at_least = 10,
				  .at_most = 5000};
	flags[1] = (struct cmd_flag){.name = "peers",
				     .argument = "NUMBER",
				     .help = "Peers wanted (default 100).",
				     .number = &plan->peers,
				     .at_least = 3,
				     .at_most = 5000};
	flags[2] = (struct cmd_flag){
		.name = "seed",
		.argument = "NUMBER",
		.help = "Another number, another network (default 1).",
		.number = &plan->seed,
		.at_most = UINT64_MAX};
	flags[3] = (struct cmd_flag){
		.name = "duration",
		.argument = "DURATION",
		.help = "Give up after this time, from the first dial "
			"on (default 25s).",
		.duration_ms = &plan->duration_ms};
	flags[4] = (struct cmd_flag){
		.name = "hold",
		.argument = "DURATION",
		.help = "How long the target is held, before the third is "
			"killed and after the recovery (default 2s).",
		.duration_ms = &plan->hold_ms};
	flags[5] = (struct cmd_flag){
		.name = "json",
		.help = "Write one JSON object a line, see dialtone(1).",
		.on = &plan->json};
}

/* Known by their ids alone, resolved by discovery, and never killed. */
static uint64_t static_nodes(uint64_t peers)
{
	return peers / 12 < 8 ? peers / 12 : 8;
}

/* Quick, so that half a minute shows it all; max_dyn_dials comes before them. */
static const struct cmd_preset presets[] = {
	{"max_active_dials", "32"},
	{"dial_timeout", "500ms"},
	{"setup_timeout", "400ms"},
	{"lookup_timeout", "3s"},
	{"lookup_interval", "200ms"},
	{"fallback_interval", "500ms"},
	{"history_expiration", "3s"},
	{"resolve_delay", "1s"},
	{"resolve_delay_max", "4s"},
	{"listen", "127.0.0.1:0"},
	{"check_interval", "200ms"},
	{"capabilities", CMD_NETWORK_CAPABILITY},
	{"ping_interval", "1s"},
	{"peer_timeout", "3s"},
	{"inbound", "no"},
	{"announce_tcp", "no"},
	{NULL, NULL},
};

#define PRESET_COUNT (sizeof(presets) / sizeof(presets[0]))

static bool read_settings(struct cmd_demo_plan *plan,
			  const char *const *options)
{
	struct cmd_preset all[1 + PRESET_COUNT];
	char dyn_dials[24];

	(void)snprintf(dyn_dials, sizeof(dyn_dials), "%" PRIu64,
		       plan->peers - static_nodes(plan->peers));
	all[0] = (struct cmd_preset){"max_dyn_dials", dyn_dials};
	memcpy(all + 1, presets, sizeof(presets));
	return cmd_settings_read(&plan->settings, all, options);
}

static bool parse_arguments(struct cmd_demo_plan *plan, int *exit_code,
			    int argc, char **argv)
{
	struct cmd_flag flags[OWN_FLAGS + CMD_CHARACTER_COUNT + 1] = {0};
	const struct cmd_command command = {.name = "demo",
					    .about = about,
					    .flags = flags,
					    .has_options = true,
					    .presets = presets};
	const char *options[CMD_OPTION_MAX];
	int first;

	list_flags(flags, plan);
	list_shares(flags + OWN_FLAGS, &plan->shares);
	if (!cmd_command_line_parse(&command, options, &first, exit_code, argc,
				    argv))
		return false;
	*exit_code = CMD_EXIT_USAGE;
	return read_settings(plan, options);
}

static bool plan_network(struct cmd_demo_plan *plan)
{
	struct cmd_network_plan *network = &plan->network;
	uint64_t sum;

	network->size = (size_t)plan->network_size;
	network->seed = plan->seed;
	network->static_nodes = (size_t)static_nodes(plan->peers);
	if (cmd_shares_divide(&plan->shares, network->percent, &sum))
		return true;
	cmd_complain("demo: the shares that are given make %" PRIu64
		     " percent; %s",
		     sum,
		     sum > 100 ? "at most 100 are accepted"
			       : "as all of them are given, it must be 100");
	return false;
}

/* Enough nodes for the target, and a third of it once more. */
static bool check_target(const struct cmd_demo_plan *plan)
{
	uint64_t willing = plan->network_size;
	uint64_t wanted = plan->target + plan->target / 3;

	for (int i = CMD_CHARACTER_ACCEPT + 1; i < CMD_CHARACTER_COUNT; i++)
		willing -= plan->network_size * plan->network.percent[i] / 100;
	if (willing >= wanted)
		return true;
	cmd_complain("demo: %" PRIu64 " of the %" PRIu64
		     " nodes accept; %" PRIu64
		     " peers, a third of which is killed, need at least "
		     "%" PRIu64
		     ": give a larger --network-size, a larger --accept or "
		     "fewer --peers",
		     willing, plan->network_size, plan->target, wanted);
	return false;
}

bool cmd_demo_plan_read(struct cmd_demo_plan *plan, int *exit_code, int argc,
			char **argv)
{
	*plan = (struct cmd_demo_plan){.shares = cmd_shares_default(),
				       .network_size = 600,
				       .peers = 100,
				       .seed = 1,
				       .hold_ms = 2000,
				       .duration_ms = 25000};
	if (!parse_arguments(plan, exit_code, argc, argv))
		return false;
	plan->target =
		plan->settings.config.max_dyn_dials + static_nodes(plan->peers);
	/* There is nobody else to leave a place for. */
	if (plan->settings.config.max_peers < plan->target)
		plan->settings.config.max_peers = (uint32_t)plan->target;
	if (plan_network(plan) && check_target(plan))
		return true;
	cmd_demo_plan_fini(plan);
	return false;
}

void cmd_demo_plan_fini(struct cmd_demo_plan *plan)
{
	cmd_settings_fini(&plan->settings);
}

bool cmd_demo_plan_fits(const struct cmd_demo_plan *plan)
{
	uint64_t limit = cmd_resources_raise_descriptors();
	/* Listeners and discv4 nodes; both ends of peers, some of which go
	 * while others come; and for a dial both ends, its cancel and its
	 * timer. */
	uint64_t needed = 2 * plan->network_size + 2 * plan->target +
			  plan->target / 3 +
			  4 * (uint64_t)plan->settings.config.max_active_dials +
			  OTHER_DESCRIPTORS;

	if (limit >= needed)
		return true;
	cmd_complain("demo: %" PRIu64 " nodes and %" PRIu64
		     " peers need about %" PRIu64
		     " descriptors and the limit is %" PRIu64
		     "; give a smaller --network-size or raise it (ulimit -n)",
		     plan->network_size, plan->target, needed, limit);
	return false;
}
