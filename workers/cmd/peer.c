/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <stdio.h>
#include <unistd.h>

#include "workers/cmd/asking.h"
#include "workers/cmd/call.h"
#include "workers/cmd/call_socket.h"
#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/discovery.h"
#include "workers/cmd/node_text.h"
#include "workers/cmd/signals.h"

#define ADDRESSES_MAX 8 /* of a name, that are tried in turn */
#define TIMEOUT_MS    20000
#define NS_PER_MS     INT64_C(1000000)

struct peer {
	struct cmd_asking asking; /* opened if the node must be found first */
	bool is_asking;
	struct dt_node node;
	char host_name[DT_HOST_NAME_SIZE];
	struct dt_endpoint endpoints[ADDRESSES_MAX];
	size_t endpoint_count;
	struct cmd_call_report report;
	struct cmd_call call;
};

static const char about[] =
	"Dials one node and says what happens, phase by phase with times: "
	"name or\n"
	"discovery, TCP, the RLPx handshake, devp2p's Hello, a ping. For when "
	"a node does\n"
	"not connect. URL is an enode URL, a node record ('enr:...'), or an id"
	" alone,\n"
	"which is found by discovery: that needs nodes to begin with "
	"(--bootnodes,\n"
	"--network or --nodes).\n"
	"\n"
	"Exit code 0 if the session was open, answered a ping, and was ended "
	"by us.";

static bool parse_arguments(struct peer *peer, const char **options, int *first,
			    int *exit_code, int argc, char **argv)
{
	static const char *const only[] = {
		"bootnodes",   "netrestrict", "listen",       "node_key_file",
		"client",      "limit_lan",   "capabilities", "node_database",
		"max_queries", "max_proofs",  NULL,
	};
	struct cmd_asking *asking = &peer->asking;
	const char *capabilities = NULL;
	const struct cmd_flag flags[] = {
		{.name = "cap",
		 .argument = "LIST",
		 .help = "The same as --capabilities: eth/68,snap/1.",
		 .text = &capabilities},
		{.name = "timeout",
		 .argument = "DURATION",
		 .help = "How long each of TCP, handshake and pong may take "
			 "(default 20s).",
		 .duration_ms = &peer->call.timeout_ms},
		{.name = "stay",
		 .argument = "DURATION",
		 .help = "Stay connected for this time, and show what comes.",
		 .duration_ms = &peer->call.stay_ms},
		cmd_discovery_network_flag(&asking->network),
		cmd_discovery_nodes_flag(&asking->nodes_path),
		{.name = "json",
		 .help = "Write one JSON object a line, see dialtone(1).",
		 .on = &peer->report.json},
		{.name = NULL},
	};
	const struct cmd_command command = {.name = "peer",
					    .operands = "URL",
					    .about = about,
					    .flags = flags,
					    .has_options = true,
					    .only = only,
					    .presets = cmd_asking_presets};

	if (!cmd_command_line_parse(&command, options, first, exit_code, argc,
				    argv))
		return false;
	if (capabilities != NULL)
		options[cmd_option_index("capabilities")] = capabilities;
	*exit_code = CMD_EXIT_USAGE;
	if (argc - *first == 1)
		return true;
	cmd_complain("peer: give one node, as an enode URL, a record or an id");
	return false;
}

static bool read_node(struct peer *peer, const char *text)
{
	struct dt_error error;

	if (!cmd_node_read(&peer->node, peer->host_name, text, &error)) {
		cmd_complain("peer: %s", error.text);
		return false;
	}
	if ((peer->node.endpoint.family == 0 && peer->node.host_name == NULL) ||
	    peer->node.endpoint.tcp_port != 0)
		return true;
	cmd_complain("peer: the node has no TCP port; 'dialtone resolve' may "
		     "find it by its id");
	return false;
}

/* ---- where it is ---- */

/* On the asking's thread. */
static dt_err ask(void *context)
{
	struct peer *peer = context;
	struct dt_node found;
	dt_err err = dt_discv4_resolve(peer->asking.discv4, &found,
				       &peer->node.id, peer->asking.timeout_ms);

	if (err == DT_OK)
		peer->endpoints[0] = found.endpoint;
	return err;
}

static void show(void *context, struct cmd_text *line)
{
	struct peer *peer = context;

	cmd_asking_put_progress(&peer->asking, line, "resolving",
				peer->report.began_ns / NS_PER_MS);
}

static bool find(struct peer *peer)
{
	const struct cmd_question question = {
		.context = peer, .ask = ask, .show = show};
	dt_err err = cmd_asking_ask(&peer->asking, &question);

	if (err != DT_OK) {
		cmd_complain("peer: the node was not found: %s",
			     dt_err_text(err));
		return false;
	}
	peer->endpoint_count = 1;
	cmd_call_report_resolved(&peer->report,
				 cmd_call_now_ns() - peer->report.began_ns,
				 "discovery", &peer->endpoints[0]);
	return true;
}

static bool look_up(struct peer *peer)
{
	const char *why;

	peer->endpoint_count =
		cmd_call_look_up(peer->endpoints, ADDRESSES_MAX, &why,
				 peer->host_name, &peer->node.endpoint);
	if (peer->endpoint_count == 0) {
		cmd_complain("peer: '%s' cannot be looked up: %s",
			     peer->host_name, why);
		return false;
	}
	for (size_t i = 0; i < peer->endpoint_count; i++)
		cmd_call_report_resolved(&peer->report,
					 cmd_call_now_ns() -
						 peer->report.began_ns,
					 peer->host_name, &peer->endpoints[i]);
	return true;
}

static bool locate(struct peer *peer)
{
	if (peer->is_asking)
		return find(peer);
	if (peer->node.host_name != NULL)
		return look_up(peer);
	peer->endpoints[0] = peer->node.endpoint;
	peer->endpoint_count = 1;
	return true;
}

/* ---- the dial ---- */

static int open_signals(struct peer *peer)
{
	peer->call.signal_fd = cmd_signals_open();
	if (peer->call.signal_fd >= 0)
		return CMD_EXIT_OK;
	cmd_complain("signals cannot be waited for");
	return CMD_EXIT_SYSTEM;
}

static bool connect_in_turn(struct peer *peer)
{
	for (size_t i = 0; i < peer->endpoint_count; i++) {
		int64_t deadline_ns =
			cmd_call_now_ns() + peer->call.timeout_ms * NS_PER_MS;

		if (cmd_call_connect(&peer->call, &peer->endpoints[i],
				     deadline_ns))
			return true;
		if (peer->call.is_interrupted)
			return false;
	}
	return false;
}

/* Whom nothing was offered has no use for us. */
static void advise(const struct peer *peer)
{
	if (peer->call.ending == DT_ENDING_REMOTE_USELESS &&
	    peer->asking.settings.config.capabilities[0] == '\0')
		cmd_warn("nothing was offered to it; try --cap, such as "
			 "--cap eth/68");
}

static int dial(struct peer *peer)
{
	bool is_good;

	peer->call.report = &peer->report;
	if (!connect_in_turn(peer))
		return CMD_EXIT_FAILED;
	is_good = cmd_call_speak(&peer->call, &peer->node.id);
	advise(peer);
	return is_good ? CMD_EXIT_OK : CMD_EXIT_FAILED;
}

static int open_rlpx(struct peer *peer)
{
	struct dt_error error;

	peer->asking.settings.config.inbound = false;
	if (dt_rlpx_create(&peer->call.rlpx, &peer->asking.settings.config,
			   &error) == DT_OK)
		return CMD_EXIT_OK;
	cmd_complain("peer: %s", error.text);
	return CMD_EXIT_USAGE;
}

/* The settings are there. */
static int run(struct peer *peer)
{
	int exit_code = open_rlpx(peer);

	if (exit_code != CMD_EXIT_OK)
		return exit_code;
	cmd_call_report_begin(&peer->report, &peer->node);
	exit_code = locate(peer) ? CMD_EXIT_OK : CMD_EXIT_FAILED;
	if (exit_code == CMD_EXIT_OK)
		exit_code = open_signals(peer);
	if (exit_code == CMD_EXIT_OK)
		exit_code = dial(peer);
	if (peer->call.signal_fd >= 0)
		(void)close(peer->call.signal_fd);
	cmd_call_report_fini(&peer->report);
	dt_rlpx_destroy(peer->call.rlpx);
	return exit_code;
}

int cmd_peer(int argc, char **argv)
{
	struct peer peer = {
		.asking = {.timeout_ms = CMD_ASKING_SEARCH_MS},
		.call = {.timeout_ms = TIMEOUT_MS, .signal_fd = -1, .fd = -1},
	};
	const char *options[CMD_OPTION_MAX];
	int exit_code;
	int first;

	if (!parse_arguments(&peer, options, &first, &exit_code, argc, argv))
		return exit_code;
	if (!read_node(&peer, argv[first]))
		return CMD_EXIT_USAGE;
	peer.is_asking =
		peer.node.endpoint.family == 0 && peer.node.host_name == NULL;
	if (peer.is_asking) {
		exit_code = cmd_asking_open(&peer.asking, options, "peer");
		if (exit_code != CMD_EXIT_OK)
			return exit_code;
	} else if (!cmd_settings_read(&peer.asking.settings, cmd_asking_presets,
				      options)) {
		return CMD_EXIT_USAGE;
	}
	exit_code = run(&peer);
	if (peer.is_asking)
		cmd_asking_close(&peer.asking);
	else
		cmd_settings_fini(&peer.asking.settings);
	return exit_code;
}
