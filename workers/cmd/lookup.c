/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>

#include "workers/cmd/asking.h"
#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/discovery.h"
#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/node_text.h"
#include "workers/cmd/print.h"

#define RESULTS_MAX 16

struct lookup {
	struct cmd_asking asking;
	struct dt_node_id target;
	struct dt_node nodes[RESULTS_MAX];
	size_t count;
	struct dt_discv4_lookup_cost cost;
	int64_t started_ms;
};

static const char about[] =
	"Looks up the nodes of a discv4 network that are closest to an id, "
	"and prints\n"
	"them as a node file, closest first. The distance is that of "
	"Kademlia: 1 + the\n"
	"highest bit in which the hashes of the two ids differ; half of a "
	"network is at\n"
	"256. ID is 128 hex digits, an enode URL or a node record "
	"('enr:...'); without\n"
	"it, or with 'random', a random one.\n"
	"\n"
	"Needs nodes to begin with: --bootnodes, --network, --nodes or "
	"--node-database.\n"
	"Exit code 1 if no node was found.";

static bool parse_arguments(struct lookup *lookup, const char **options,
			    int *first, int *exit_code, int argc, char **argv)
{
	struct cmd_asking *asking = &lookup->asking;
	const struct cmd_flag flags[] = {
		cmd_discovery_network_flag(&asking->network),
		cmd_discovery_nodes_flag(&asking->nodes_path),
		cmd_asking_timeout_flag(asking),
		{.name = "json",
		 .help = "Write one JSON object a line, see dialtone(1).",
		 .on = &asking->json},
		{.name = NULL},
	};
	const struct cmd_command command = {.name = "lookup",
					    .operands = "[ID|random]",
					    .about = about,
					    .flags = flags,
					    .has_options = true,
					    .only = cmd_asking_options,
					    .presets = cmd_asking_presets};

	if (!cmd_command_line_parse(&command, options, first, exit_code, argc,
				    argv))
		return false;
	*exit_code = CMD_EXIT_USAGE;
	if (argc - *first <= 1)
		return true;
	cmd_complain(
		"lookup: give one id, as 128 hex digits, an enode URL or a "
		"node record (enr:...), or none");
	return false;
}

static bool read_target(struct lookup *lookup, const char *text)
{
	char host_name[DT_HOST_NAME_SIZE];
	struct dt_error error;
	struct dt_node node;

	if (text == NULL || strcmp(text, "random") == 0) {
		if (getrandom(lookup->target.bytes,
			      sizeof(lookup->target.bytes),
			      0) == sizeof(lookup->target.bytes))
			return true;
		cmd_complain("lookup: the kernel gives no random bytes");
		return false;
	}
	if (!cmd_node_read(&node, host_name, text, &error)) {
		cmd_complain("lookup: %s", error.text);
		return false;
	}
	lookup->target = node.id;
	return true;
}

/* On the asking's thread. */
static dt_err ask(void *context)
{
	struct lookup *lookup = context;

	return dt_discv4_lookup(lookup->asking.discv4, lookup->nodes,
				RESULTS_MAX, &lookup->count, &lookup->cost,
				&lookup->target, lookup->asking.timeout_ms);
}

static void show(void *context, struct cmd_text *line)
{
	struct lookup *lookup = context;
	struct cmd_asking *asking = &lookup->asking;

	cmd_asking_put_progress(asking, line, "looking up", lookup->started_ms);
}

static void put_nodes(struct cmd_text *out, const struct lookup *lookup)
{
	for (size_t i = 0; i < lookup->count; i++) {
		const struct dt_node *node = &lookup->nodes[i];
		char url[DT_ENODE_URL_SIZE];

		cmd_node_url(url, node);
		cmd_text_printf(out, "%s # distance %u\n", url,
				dt_node_distance(&lookup->target, &node->id));
	}
	cmd_text_printf(out,
			"# %zu nodes; %" PRIu32 " asked, %" PRIu32
			" answered, %.1f s\n",
			lookup->count, lookup->cost.asked,
			lookup->cost.answered,
			(double)lookup->cost.duration_ms / 1000.0);
}

static void put_json(struct cmd_text *out, const struct lookup *lookup)
{
	char target[CMD_NODE_ID_SIZE];

	for (size_t i = 0; i < lookup->count; i++) {
		const struct dt_node *node = &lookup->nodes[i];

		cmd_json_begin_line(out, "node", cmd_moment_now_ms());
		cmd_json_node(out, node);
		cmd_json_number(out, "distance",
				dt_node_distance(&lookup->target, &node->id));
		cmd_json_close(out);
		cmd_json_end_line(out);
	}
	cmd_node_id_text(target, &lookup->target);
	cmd_json_begin_line(out, "lookup", cmd_moment_now_ms());
	cmd_json_string(out, "target", target);
	cmd_json_number(out, "nodes", lookup->count);
	cmd_json_number(out, "asked", lookup->cost.asked);
	cmd_json_number(out, "answered", lookup->cost.answered);
	cmd_json_signed(out, "duration_ms", lookup->cost.duration_ms);
	cmd_json_close(out);
	cmd_json_end_line(out);
}

static int print(const struct lookup *lookup)
{
	struct cmd_text out = {0};
	int exit_code;

	if (lookup->asking.json)
		put_json(&out, lookup);
	else
		put_nodes(&out, lookup);
	exit_code = cmd_print(&out);
	if (exit_code == CMD_EXIT_OK && lookup->count == 0)
		exit_code = CMD_EXIT_FAILED;
	return exit_code;
}

static int look_up(struct lookup *lookup)
{
	const struct cmd_question question = {
		.context = lookup, .ask = ask, .show = show};
	dt_err err;

	lookup->started_ms = cmd_moment_now_ms();
	err = cmd_asking_ask(&lookup->asking, &question);
	if (err == DT_OK)
		return print(lookup);
	cmd_complain("lookup: %s", dt_err_text(err));
	return CMD_EXIT_FAILED;
}

int cmd_lookup(int argc, char **argv)
{
	struct lookup lookup = {.asking = {.timeout_ms = CMD_ASKING_SEARCH_MS}};
	const char *options[CMD_OPTION_MAX];
	int exit_code;
	int first;

	if (!parse_arguments(&lookup, options, &first, &exit_code, argc, argv))
		return exit_code;
	if (!read_target(&lookup, first < argc ? argv[first] : NULL))
		return CMD_EXIT_USAGE;
	exit_code = cmd_asking_open(&lookup.asking, options, "lookup");
	if (exit_code != CMD_EXIT_OK)
		return exit_code;
	exit_code = look_up(&lookup);
	cmd_asking_close(&lookup.asking);
	return exit_code;
}
