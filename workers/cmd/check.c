/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <stdio.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/command_line.h"
#include "workers/cmd/complain.h"

struct tally {
	size_t nodes;
	size_t with_names;
	size_t incomplete;
};

static struct tally count(const dt_node_list *list)
{
	struct tally tally = {0};
	const struct dt_node *nodes = dt_node_list_nodes(list, &tally.nodes);

	for (size_t i = 0; i < tally.nodes; i++) {
		if (nodes[i].host_name != NULL)
			tally.with_names++;
		else if (nodes[i].endpoint.family == 0)
			tally.incomplete++;
	}
	return tally;
}

static bool check_file(const char *path)
{
	struct dt_error error;
	dt_node_list *list;
	struct tally tally;

	if (dt_node_list_read(&list, path, &error) != DT_OK) {
		cmd_complain("%s", error.text);
		return false;
	}
	tally = count(list);
	dt_node_list_destroy(list);
	printf("%s: %zu node%s, %zu with a host name, %zu incomplete\n", path,
	       tally.nodes, tally.nodes == 1 ? "" : "s", tally.with_names,
	       tally.incomplete);
	return true;
}

int cmd_check(int argc, char **argv)
{
	static const struct cmd_flag flags[] = {{.name = NULL}};
	static const struct cmd_command command = {
		.name = "check",
		.operands = "FILE...",
		.about =
			"Reads node files (one node a line, '#' begins a "
			"comment) and says how\nmany nodes each has, how many "
			"of them have a host name in place of an address,\nand "
			"how many are incomplete (an id alone, to be resolved). "
			"Names the line of\nthe first error in a file. Exit "
			"code 1 if any file is bad.",
		.flags = flags,
	};
	const char *options[CMD_OPTION_MAX];
	bool all_good = true;
	int exit_code;
	int first;

	if (!cmd_command_line_parse(&command, options, &first, &exit_code, argc,
				    argv))
		return exit_code;
	if (first >= argc) {
		cmd_complain("check: a file is missing; give at least one node "
			     "file");
		return CMD_EXIT_USAGE;
	}
	for (int i = first; i < argc; i++)
		all_good = check_file(argv[i]) && all_good;
	return all_good ? CMD_EXIT_OK : CMD_EXIT_FAILED;
}
