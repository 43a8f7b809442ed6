/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/command_line.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/fates.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/node_files.h"
#include "workers/cmd/resources.h"
#include "workers/cmd/watch.h"

struct run {
	struct cmd_settings settings;
	struct cmd_node_files files;
	struct cmd_watch watch;
	dt_dialer *dialer;
	const char *self;
	int64_t for_ms; /* 0: until a signal comes */
	bool json;
};

static const char about[] =
	"Dials nodes, keeps those that connect as peers, dials them again when "
	"they are\n"
	"gone. Static nodes are kept connected; bootnodes are dialed when there "
	"are no\n"
	"peers; further nodes come from the table, which is a file here.\n"
	"\n"
	"Shows a live view on a terminal, lines when piped. SIGHUP reads the "
	"node files\n"
	"again; SIGINT and SIGTERM stop and print what became of every task "
	"and every\n"
	"candidate, and a second one ends at once. The soft limit of open "
	"descriptors is\n"
	"raised to the hard one.";

static bool parse_arguments(struct run *run, int *exit_code, int argc,
			    char **argv)
{
	const char **paths = run->files.paths;
	const struct cmd_flag flags[] = {
		{.name = "static-file",
		 .argument = "FILE",
		 .help = "Nodes to keep connected: one enode URL a line, '#' "
			 "begins a comment.",
		 .text = &paths[CMD_NODE_FILE_STATIC]},
		{.name = "bootnode-file",
		 .argument = "FILE",
		 .help = "Nodes to dial when there are no peers.",
		 .text = &paths[CMD_NODE_FILE_BOOTNODE]},
		{.name = "nodes",
		 .argument = "FILE",
		 .help = "The table: where random nodes, lookups and resolves "
			 "find nodes.",
		 .text = &paths[CMD_NODE_FILE_TABLE]},
		{.name = "self",
		 .argument = "ID",
		 .help = "The own node id (128 hex digits, or an enode URL), "
			 "which is never dialed.",
		 .text = &run->self},
		{.name = "for",
		 .argument = "DURATION",
		 .help = "Stop after this time (10s, 1h30m).",
		 .duration_ms = &run->for_ms},
		{.name = "json",
		 .help = "Write one JSON object a line, see dialtone(1).",
		 .on = &run->json},
		{.name = "status-interval",
		 .argument = "DURATION",
		 .help = "How often a line or object says how it stands "
			 "(default 10s).",
		 .duration_ms = &run->watch.status_every_ms},
		{.name = "metrics-file",
		 .argument = "FILE",
		 .help = "Write the counters there every two seconds, in "
			 "Prometheus' text format.",
		 .text = &run->watch.metrics_path},
		{.name = NULL},
	};
	const struct cmd_command command = {.name = "run",
					    .about = about,
					    .flags = flags,
					    .has_options = true};
	const char *options[CMD_OPTION_MAX];
	int first;

	if (!cmd_command_line_parse(&command, options, &first, exit_code, argc,
				    argv))
		return false;
	*exit_code = CMD_EXIT_USAGE;
	return cmd_settings_read(&run->settings, NULL, options);
}

static bool read_self(struct run *run)
{
	char host_name[DT_HOST_NAME_SIZE];
	struct dt_error error;
	struct dt_node node;

	if (run->self == NULL)
		return true;
	if (dt_enode_parse(&node, host_name, run->self, strlen(run->self),
			   &error) != DT_OK) {
		cmd_complain("--self: %s", error.text);
		return false;
	}
	run->settings.config.has_self = true;
	run->settings.config.self = node.id;
	return true;
}

static bool read_files(struct run *run)
{
	struct dt_error error;

	if (!cmd_node_files_open(&run->files, &run->settings.config, &error)) {
		cmd_complain("%s", error.text);
		return false;
	}
	if (cmd_node_files_any(&run->files))
		return true;
	cmd_complain("run: there is nothing to dial; give --static-file, "
		     "--bootnode-file, --nodes, --static-nodes or --bootnodes "
		     "(or DIALTONE_STATIC_NODES or DIALTONE_BOOTNODES)");
	cmd_node_files_close(&run->files);
	return false;
}

/* Everything up to the first dial; what is made is the caller's to undo. */
static int start(struct run *run)
{
	struct dt_config *config = &run->settings.config;
	struct dt_error error;
	dt_err err;

	(void)cmd_resources_raise_descriptors();
	cmd_watch_listen(&run->watch, config);
	if (run->files.table != NULL)
		config->table = dt_list_table_functions(run->files.table);
	err = dt_dialer_create(&run->dialer, config, &error);
	if (err == DT_OK) {
		error.code = err =
			cmd_node_files_give(&run->files, run->dialer);
		(void)snprintf(error.text, sizeof(error.text),
			       "the nodes could not be handed over: %s",
			       dt_err_text(err));
	}
	if (err == DT_OK)
		err = dt_dialer_start(run->dialer, &error);
	if (err == DT_OK)
		return CMD_EXIT_OK;
	cmd_complain("%s", error.text);
	return err == DT_ERR_CONFIG ? CMD_EXIT_USAGE : CMD_EXIT_SYSTEM;
}

static void say_start(struct run *run)
{
	const struct cmd_node_files *files = &run->files;

	cmd_watch_say(&run->watch, DT_LEVEL_INFO,
		      "dialtone %s starts: %zu static nodes, %zu bootnodes, "
		      "%zu nodes in the table",
		      dt_version(),
		      cmd_node_files_count(files, CMD_NODE_FILE_STATIC),
		      cmd_node_files_count(files, CMD_NODE_FILE_BOOTNODE),
		      cmd_node_files_count(files, CMD_NODE_FILE_TABLE));
}

static void reload(struct run *run)
{
	struct cmd_node_changes changes;
	struct dt_error error;

	if (cmd_node_files_read_again(&run->files, &changes, &error,
				      run->dialer) != DT_OK) {
		cmd_watch_say(&run->watch, DT_LEVEL_ERROR,
			      "node files not read again, nothing has "
			      "changed: %s",
			      error.text);
		return;
	}
	cmd_watch_say(&run->watch, DT_LEVEL_INFO,
		      "node files read again: static nodes +%zu -%zu, "
		      "bootnodes +%zu -%zu, table +%zu -%zu",
		      changes.added[CMD_NODE_FILE_STATIC],
		      changes.removed[CMD_NODE_FILE_STATIC],
		      changes.added[CMD_NODE_FILE_BOOTNODE],
		      changes.removed[CMD_NODE_FILE_BOOTNODE],
		      changes.added[CMD_NODE_FILE_TABLE],
		      changes.removed[CMD_NODE_FILE_TABLE]);
}

static void watch_until_end(struct run *run)
{
	int64_t end_ms = INT64_MAX;

	if (run->for_ms > 0)
		end_ms = cmd_moment_now_ms() + run->for_ms;
	for (;;) {
		switch (cmd_watch_wait(&run->watch, end_ms)) {
		case CMD_NEWS_RELOAD:
			reload(run);
			break;
		case CMD_NEWS_STOP:
		case CMD_NEWS_NONE:
			return;
		}
	}
}

/* With a running dialer: until it is stopped and told of. */
static int watch_and_stop(struct run *run)
{
	struct cmd_watch *watch = &run->watch;
	dt_err err;

	say_start(run);
	cmd_watch_begin(watch, run->dialer);
	watch->meter.has_dynamic =
		run->files.table != NULL ||
		cmd_node_files_count(&run->files, CMD_NODE_FILE_BOOTNODE) > 0;
	watch_until_end(run);
	cmd_watch_end(watch);
	cmd_watch_say(watch, DT_LEVEL_INFO, "stopping");
	err = dt_dialer_stop(run->dialer);
	cmd_watch_tell_fates(watch);
	if (watch->output_gone) {
		cmd_complain("run: nobody reads the output any more: stopped");
		return CMD_EXIT_SYSTEM;
	}
	return err == DT_OK && cmd_fates_add_up(&watch->figures.counters)
		       ? CMD_EXIT_OK
		       : CMD_EXIT_FAILED;
}

static int open_watch_and_run(struct run *run)
{
	int exit_code = CMD_EXIT_SYSTEM;

	run->watch.output = cmd_watch_choose(run->json);
	if (!cmd_watch_open(&run->watch))
		return CMD_EXIT_SYSTEM;
	exit_code = start(run);
	if (exit_code == CMD_EXIT_OK)
		exit_code = watch_and_stop(run);
	dt_dialer_destroy(run->dialer);
	cmd_watch_close(&run->watch);
	return exit_code;
}

int cmd_run(int argc, char **argv)
{
	/* Large, and single: not for the stack. */
	struct run *run = calloc(1, sizeof(*run));
	int exit_code;

	if (run == NULL) {
		cmd_complain("there is no memory to start with");
		return CMD_EXIT_SYSTEM;
	}
	run->watch.title = "dialtone run";
	run->watch.status_every_ms = 10000;
	if (parse_arguments(run, &exit_code, argc, argv)) {
		exit_code = CMD_EXIT_USAGE;
		if (read_self(run) && read_files(run)) {
			exit_code = open_watch_and_run(run);
			cmd_node_files_close(&run->files);
		}
		cmd_settings_fini(&run->settings);
	}
	free(run);
	return exit_code;
}
