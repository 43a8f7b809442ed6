/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <stdio.h>

#include "workers/cmd/asking.h"
#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/discovery.h"
#include "workers/cmd/json.h"
#include "workers/cmd/json_lines.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/node_text.h"
#include "workers/cmd/print.h"

struct resolve {
	struct cmd_asking asking;
	bool want_record;
	struct dt_node_id id;
	struct dt_node node;
	struct dt_record record;
	int64_t started_ms;
};

static const char about[] =
	"Finds a node of a discv4 network by its id, and prints its enode "
	"URL. ID is 128\n"
	"hex digits, or an enode URL or a node record ('enr:...') whose "
	"address may be\n"
	"out of date. With --enr the node itself is asked for its node "
	"record, which is\n"
	"printed instead.\n"
	"\n"
	"Needs nodes to begin with: --bootnodes, --network, --nodes or "
	"--node-database.\n"
	"Exit code 1 if the node was not found, or did not give its record.";

static bool parse_arguments(struct resolve *resolve, const char **options,
			    int *first, int *exit_code, int argc, char **argv)
{
	struct cmd_asking *asking = &resolve->asking;
	const struct cmd_flag flags[] = {
		{.name = "enr",
		 .help = "Print the node record ('enr:...') that the node "
			 "gives.",
		 .on = &resolve->want_record},
		cmd_discovery_network_flag(&asking->network),
		cmd_discovery_nodes_flag(&asking->nodes_path),
		cmd_asking_timeout_flag(asking),
		{.name = "json",
		 .help = "Write one JSON object, see dialtone(1).",
		 .on = &asking->json},
		{.name = NULL},
	};
	const struct cmd_command command = {.name = "resolve",
					    .operands = "ID",
					    .about = about,
					    .flags = flags,
					    .has_options = true,
					    .only = cmd_asking_options,
					    .presets = cmd_asking_presets};

	if (!cmd_command_line_parse(&command, options, first, exit_code, argc,
				    argv))
		return false;
	*exit_code = CMD_EXIT_USAGE;
	if (argc - *first == 1)
		return true;
	cmd_complain(
		"resolve: give one id, as 128 hex digits, an enode URL or a "
		"node record (enr:...)");
	return false;
}

static bool read_id(struct resolve *resolve, const char *text)
{
	char host_name[DT_HOST_NAME_SIZE];
	struct dt_error error;
	struct dt_node node;

	if (!cmd_node_read(&node, host_name, text, &error)) {
		cmd_complain("resolve: %s", error.text);
		return false;
	}
	resolve->id = node.id;
	return true;
}

/* Both on the asking's thread. */
static dt_err ask_for_node(void *context)
{
	struct resolve *resolve = context;

	return dt_discv4_resolve(resolve->asking.discv4, &resolve->node,
				 &resolve->id, resolve->asking.timeout_ms);
}

static dt_err ask_for_record(void *context)
{
	struct resolve *resolve = context;

	return dt_discv4_request_record(resolve->asking.discv4,
					&resolve->record, &resolve->node,
					resolve->asking.timeout_ms);
}

static void show(void *context, struct cmd_text *line)
{
	struct resolve *resolve = context;

	cmd_asking_put_progress(&resolve->asking, line, "resolving",
				resolve->started_ms);
}

static void put_json(struct cmd_text *out, const struct resolve *resolve)
{
	char url[DT_ENODE_URL_SIZE];
	char text[DT_RECORD_TEXT_SIZE];

	cmd_node_url(url, &resolve->node);
	cmd_json_begin_line(out, "node", cmd_moment_now_ms());
	cmd_json_node(out, &resolve->node);
	cmd_json_string(out, "enode", url);
	if (resolve->want_record &&
	    dt_record_format(text, sizeof(text), &resolve->record) == DT_OK) {
		cmd_json_string(out, "enr", text);
		cmd_json_number(out, "record_seq", resolve->record.seq);
	}
	cmd_json_close(out);
	cmd_json_end_line(out);
}

static void put_line(struct cmd_text *out, const struct resolve *resolve)
{
	char url[DT_ENODE_URL_SIZE];
	char text[DT_RECORD_TEXT_SIZE];

	cmd_node_url(url, &resolve->node);
	if (resolve->want_record &&
	    dt_record_format(text, sizeof(text), &resolve->record) == DT_OK)
		cmd_text_printf(out, "%s\n", text);
	else
		cmd_text_printf(out, "%s\n", url);
}

static int print(const struct resolve *resolve)
{
	struct cmd_text out = {0};

	if (resolve->asking.json)
		put_json(&out, resolve);
	else
		put_line(&out, resolve);
	return cmd_print(&out);
}

static int find(struct resolve *resolve)
{
	struct cmd_question question = {
		.context = resolve, .ask = ask_for_node, .show = show};
	dt_err err;

	resolve->started_ms = cmd_moment_now_ms();
	err = cmd_asking_ask(&resolve->asking, &question);
	if (err != DT_OK) {
		cmd_complain("resolve: the node was not found: %s",
			     dt_err_text(err));
		return CMD_EXIT_FAILED;
	}
	if (!resolve->want_record)
		return print(resolve);
	question.ask = ask_for_record;
	err = cmd_asking_ask(&resolve->asking, &question);
	if (err == DT_OK)
		return print(resolve);
	cmd_complain("resolve: the node did not give its record: %s",
		     dt_err_text(err));
	return CMD_EXIT_FAILED;
}

int cmd_resolve(int argc, char **argv)
{
	struct resolve resolve = {
		.asking = {.timeout_ms = CMD_ASKING_SEARCH_MS}};
	const char *options[CMD_OPTION_MAX];
	int exit_code;
	int first;

	if (!parse_arguments(&resolve, options, &first, &exit_code, argc, argv))
		return exit_code;
	if (!read_id(&resolve, argv[first]))
		return CMD_EXIT_USAGE;
	exit_code = cmd_asking_open(&resolve.asking, options, "resolve");
	if (exit_code != CMD_EXIT_OK)
		return exit_code;
	exit_code = find(&resolve);
	cmd_asking_close(&resolve.asking);
	return exit_code;
}
