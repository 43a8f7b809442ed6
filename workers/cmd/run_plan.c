/* SPDX-License-Identifier: MIT */
#include "workers/cmd/run_plan.h"

#include <string.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/command_line.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/discovery.h"
#include "workers/cmd/metrics_file.h"

static const char about[] =
	"Dials nodes, shakes hands with them (RLPx), keeps them as peers, "
	"dials them\n"
	"again when they are gone; and lets others connect (unless "
	"--inbound=no; then\n"
	"discovery announces no TCP port).\n"
	"Static nodes are kept connected; bootnodes are dialed when there are "
	"no peers;\n"
	"further nodes come from discovery (discv4), which needs no more "
	"than bootnodes\n"
	"to begin with, or from a file. Peers are pinged; what they send "
	"otherwise is\n"
	"thrown away.\n"
	"\n"
	"Shows a live view on a terminal, lines when piped. SIGHUP reads "
	"the node files\n"
	"again; SIGINT and SIGTERM stop and print what became of every "
	"task, candidate,\n"
	"datagram and peer, and a second one ends at once. The soft limit of "
	"open\n"
	"descriptors is raised to the hard one.";

#define NODE_FLAGS 6
#define PEER_FLAGS 2
#define VIEW_FLAGS 5

/* Others may connect to what runs as a node. */
static const struct cmd_preset presets[] = {
	{"inbound", "yes"},
	{NULL, NULL},
};

static void list_node_flags(struct cmd_flag *out, struct cmd_run_plan *plan)
{
	const char **paths = plan->files.paths;
	const struct cmd_flag flags[NODE_FLAGS] = {
		{.name = "network",
		 .argument = "NAME",
		 .help = "Use the bootnodes of a public network: mainnet, "
			 "sepolia, holesky or hoodi.",
		 .text = &plan->network},
		{.name = "discovery",
		 .argument = "KIND",
		 .help = "Where further nodes come from: v4 (discv4), file (of "
			 "--nodes) or none. Default: file if --nodes is given, "
			 "else v4.",
		 .text = &plan->discovery_name},
		{.name = "static-file",
		 .argument = "FILE",
		 .help = "Nodes to keep connected: an enode URL or node record "
			 "a line, '#' begins a comment.",
		 .text = &paths[CMD_NODE_FILE_STATIC]},
		{.name = "bootnode-file",
		 .argument = "FILE",
		 .help = "Nodes to dial when there are no peers, and where "
			 "discovery begins.",
		 .text = &paths[CMD_NODE_FILE_BOOTNODE]},
		{.name = "nodes",
		 .argument = "FILE",
		 .help = "The table: where random nodes, lookups and resolves "
			 "find nodes. With --discovery v4: where it begins.",
		 .text = &paths[CMD_NODE_FILE_TABLE]},
		{.name = "self",
		 .argument = "ID",
		 .help = "The own node id (128 hex digits, or an enode URL), "
			 "which is never dialed. Discovery has its own.",
		 .text = &plan->self},
	};

	memcpy(out, flags, sizeof(flags));
}

static void list_peer_flags(struct cmd_flag *out, struct cmd_run_plan *plan,
			    const char **capabilities)
{
	const struct cmd_flag flags[PEER_FLAGS] = {
		{.name = "setup",
		 .argument = "KIND",
		 .help = "What makes a peer of a connection: rlpx (RLPx and "
			 "devp2p's Hello) or tcp (nothing: it is one). "
			 "Default: rlpx.",
		 .text = &plan->setup_name},
		{.name = "cap",
		 .argument = "LIST",
		 .help = "The same as --capabilities: eth/68,snap/1.",
		 .text = capabilities},
	};

	memcpy(out, flags, sizeof(flags));
}

static void list_view_flags(struct cmd_flag *out, struct cmd_run_plan *plan)
{
	const struct cmd_flag flags[VIEW_FLAGS] = {
		{.name = "for",
		 .argument = "DURATION",
		 .help = "Stop after this time (10s, 1h30m).",
		 .duration_ms = &plan->for_ms},
		{.name = "json",
		 .help = "Write one JSON object a line, see dialtone(1).",
		 .on = &plan->json},
		{.name = "status-interval",
		 .argument = "DURATION",
		 .help = "How often a line or object says how it stands "
			 "(default 10s).",
		 .duration_ms = &plan->status_every_ms},
		{.name = "metrics-file",
		 .argument = "FILE",
		 .help = "Write the counters there every two seconds, in "
			 "Prometheus' text format.",
		 .text = &plan->metrics_path},
		{.name = NULL},
	};

	memcpy(out, flags, sizeof(flags));
}

static bool parse_arguments(struct cmd_run_plan *plan, const char **options,
			    int *exit_code, int argc, char **argv)
{
	struct cmd_flag flags[NODE_FLAGS + PEER_FLAGS + VIEW_FLAGS];
	const struct cmd_command command = {.name = "run",
					    .about = about,
					    .flags = flags,
					    .has_options = true,
					    .presets = presets};
	int first;

	list_node_flags(flags, plan);
	list_peer_flags(flags + NODE_FLAGS, plan,
			&options[cmd_option_index("capabilities")]);
	list_view_flags(flags + NODE_FLAGS + PEER_FLAGS, plan);
	return cmd_command_line_parse(&command, options, &first, exit_code,
				      argc, argv);
}

static bool choose_discovery(struct cmd_run_plan *plan)
{
	static const struct {
		const char *name;
		enum cmd_discovery_kind kind;
	} kinds[] = {
		{"none", CMD_DISCOVERY_NONE},
		{"v4", CMD_DISCOVERY_V4},
		{"file", CMD_DISCOVERY_FILE},
	};
	bool has_file = plan->files.paths[CMD_NODE_FILE_TABLE] != NULL;
	const char *name = plan->discovery_name;

	if (name == NULL)
		name = has_file ? "file" : "v4";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name) != 0)
			continue;
		plan->discovery = kinds[i].kind;
		if (has_file == (plan->discovery == CMD_DISCOVERY_FILE) ||
		    plan->discovery == CMD_DISCOVERY_V4)
			return true;
		cmd_complain("--discovery %s: %s", name,
			     has_file ? "--nodes has nobody to use it"
				      : "--nodes must say which file");
		return false;
	}
	cmd_complain("--discovery: '%s' is not none, v4 or file", name);
	return false;
}

static bool choose_setup(struct cmd_run_plan *plan)
{
	const char *name = plan->setup_name;

	plan->setup = CMD_SETUP_RLPX;
	if (name == NULL || strcmp(name, "rlpx") == 0)
		return true;
	plan->setup = CMD_SETUP_TCP;
	if (strcmp(name, "tcp") == 0)
		return true;
	cmd_complain("--setup: '%s' is not rlpx or tcp", name);
	return false;
}

/* What was asked for would be passed over in silence. */
static bool fits_setup(const struct cmd_run_plan *plan)
{
	const enum cmd_setting_source *sources = plan->settings.sources;
	const char *unfit = NULL;

	if (sources[cmd_option_index("capabilities")] == CMD_SETTING_FLAG)
		unfit = "--capabilities";
	if (sources[cmd_option_index("inbound")] == CMD_SETTING_FLAG &&
	    plan->settings.config.inbound)
		unfit = "--inbound";
	if (plan->setup == CMD_SETUP_RLPX || unfit == NULL)
		return true;
	cmd_complain("%s is for --setup rlpx; with --setup tcp nothing is said "
		     "to a peer, and nobody is let in",
		     unfit);
	return false;
}

/* Others need not dial where nobody is let in, unless something else is there. */
static void announce_who_is_let_in(struct cmd_run_plan *plan)
{
	struct dt_config *config = &plan->settings.config;
	size_t option = cmd_option_index("announce_tcp");

	if (plan->settings.sources[option] == CMD_SETTING_DEFAULT)
		config->announce_tcp =
			plan->setup == CMD_SETUP_RLPX && config->inbound;
}

static bool read_self(struct cmd_run_plan *plan)
{
	char host_name[DT_HOST_NAME_SIZE];
	struct dt_error error;
	struct dt_node node;

	if (plan->self == NULL)
		return true;
	if (dt_enode_parse(&node, host_name, plan->self, strlen(plan->self),
			   &error) != DT_OK) {
		cmd_complain("--self: %s", error.text);
		return false;
	}
	if (plan->discovery == CMD_DISCOVERY_V4 ||
	    plan->setup == CMD_SETUP_RLPX) {
		cmd_complain("--self: with discovery, and with --setup rlpx, "
			     "the own id is that of the node key "
			     "(--node-key-file)");
		return false;
	}
	plan->settings.config.has_self = true;
	plan->settings.config.self = node.id;
	return true;
}

static bool has_anything(const struct cmd_run_plan *plan)
{
	/* Who asks for discovery by name may be a network's first node. */
	if (cmd_node_files_any(&plan->files) ||
	    (plan->discovery == CMD_DISCOVERY_V4 &&
	     (plan->discovery_name != NULL ||
	      plan->settings.config.node_database[0] != '\0')))
		return true;
	cmd_complain("run: there is nothing to dial; give --network, "
		     "--static-file, --bootnode-file, --nodes, --static-nodes "
		     "or --bootnodes (or DIALTONE_STATIC_NODES or "
		     "DIALTONE_BOOTNODES), or --discovery v4 to be the first "
		     "node of a network");
	return false;
}

static bool read_files(struct cmd_run_plan *plan)
{
	struct dt_config *config = &plan->settings.config;
	struct dt_error error;

	if (cmd_discovery_add_bootnodes(config, plan->network, NULL) !=
	    CMD_EXIT_OK)
		return false;
	if (!cmd_node_files_open(&plan->files, config, &error)) {
		cmd_complain("%s", error.text);
		return false;
	}
	if (has_anything(plan))
		return true;
	cmd_node_files_close(&plan->files);
	return false;
}

bool cmd_run_plan_read(struct cmd_run_plan *plan, int *exit_code, int argc,
		       char **argv)
{
	const char *options[CMD_OPTION_MAX];

	*plan = (struct cmd_run_plan){.status_every_ms = 10000};
	if (!parse_arguments(plan, options, exit_code, argc, argv))
		return false;
	*exit_code = CMD_EXIT_USAGE;
	if (!choose_discovery(plan) || !choose_setup(plan) ||
	    !cmd_settings_read(&plan->settings, presets, options))
		return false;
	announce_who_is_let_in(plan);
	if (cmd_metrics_file_check(plan->metrics_path,
				   &plan->settings.config) &&
	    fits_setup(plan) && read_self(plan) && read_files(plan))
		return true;
	cmd_settings_fini(&plan->settings);
	return false;
}

void cmd_run_plan_fini(struct cmd_run_plan *plan)
{
	cmd_node_files_close(&plan->files);
	cmd_settings_fini(&plan->settings);
}
