/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <stdio.h>
#include <stdlib.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/json_discovery.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/node_text.h"
#include "workers/cmd/own_node.h"
#include "workers/cmd/resources.h"
#include "workers/cmd/run_plan.h"
#include "workers/cmd/watch.h"
#include "workers/cmd/watch_output.h"

struct run {
	struct cmd_run_plan plan;
	struct cmd_watch watch;
	const dt_node_list *begin_with[2]; /* of discovery */
	struct cmd_own_node own;
	dt_dialer *dialer;
};

static int open_own_node(struct run *run)
{
	dt_node_list *const *lists = run->plan.files.lists;

	run->begin_with[0] = lists[CMD_NODE_FILE_BOOTNODE];
	run->begin_with[1] = lists[CMD_NODE_FILE_TABLE];
	run->own.has_rlpx = run->plan.setup == CMD_SETUP_RLPX;
	run->own.has_discovery = run->plan.discovery == CMD_DISCOVERY_V4;
	if (!run->own.has_rlpx && !run->own.has_discovery)
		return CMD_EXIT_OK;
	run->own.more = run->begin_with;
	run->own.more_count = 2;
	return cmd_own_node_open(&run->own, &run->plan.settings.config);
}

static dt_err start_dialer(struct run *run, struct dt_error *error)
{
	const struct dt_config *config = &run->plan.settings.config;
	dt_err err = dt_dialer_create(&run->dialer, config, error);

	if (err != DT_OK)
		return err;
	err = cmd_node_files_give(&run->plan.files, run->dialer);
	if (err != DT_OK) {
		(void)snprintf(error->text, sizeof(error->text),
			       "the nodes could not be handed over: %s",
			       dt_err_text(err));
		return err;
	}
	if (run->own.rlpx != NULL)
		err = dt_rlpx_start(run->own.rlpx, run->dialer, error);
	return err == DT_OK ? dt_dialer_start(run->dialer, error) : err;
}

/* Everything up to the first dial; what is made is the caller's to undo. */
static int start(struct run *run)
{
	struct dt_config *config = &run->plan.settings.config;
	struct dt_error error;
	int exit_code;
	dt_err err;

	(void)cmd_resources_raise_descriptors();
	cmd_watch_listen(&run->watch, config);
	if (run->plan.discovery == CMD_DISCOVERY_FILE)
		config->table = dt_list_table_functions(run->plan.files.table);
	exit_code = open_own_node(run);
	if (exit_code != CMD_EXIT_OK)
		return exit_code;
	err = start_dialer(run, &error);
	if (err == DT_OK)
		return CMD_EXIT_OK;
	cmd_complain("%s", error.text);
	return err == DT_ERR_CONFIG ? CMD_EXIT_USAGE : CMD_EXIT_SYSTEM;
}

/* Who and where we are, and what is forgotten at the end. */
static void say_self(struct run *run)
{
	const struct dt_config *config = &run->plan.settings.config;
	struct cmd_watch *watch = &run->watch;
	struct dt_node self = cmd_own_node_self(&run->own);
	char url[DT_ENODE_URL_SIZE];

	if (watch->output == CMD_OUTPUT_JSON) {
		cmd_json_self(&watch->text, &self, run->own.discv4);
		cmd_watch_flush(watch);
	} else {
		cmd_node_url(url, &self);
		cmd_watch_say(watch, DT_LEVEL_INFO, "this node is %s", url);
	}
	if (config->node_key_file[0] == '\0')
		cmd_watch_say(watch, DT_LEVEL_INFO,
			      "its key is new and will be forgotten: "
			      "--node-key-file FILE keeps the identity");
	if (run->own.discv4 != NULL && config->node_database[0] == '\0')
		cmd_watch_say(watch, DT_LEVEL_INFO,
			      "the nodes that it finds will be forgotten: "
			      "--node-database FILE keeps them");
}

static void say_start(struct run *run)
{
	const struct cmd_node_files *files = &run->plan.files;
	size_t statics = cmd_node_files_count(files, CMD_NODE_FILE_STATIC);
	size_t bootnodes = cmd_node_files_count(files, CMD_NODE_FILE_BOOTNODE);

	if (run->own.discv4 == NULL)
		cmd_watch_say(&run->watch, DT_LEVEL_INFO,
			      "dialtone %s starts: %zu static nodes, %zu "
			      "bootnodes, %zu nodes in the table",
			      dt_version(), statics, bootnodes,
			      cmd_node_files_count(files, CMD_NODE_FILE_TABLE));
	else
		cmd_watch_say(&run->watch, DT_LEVEL_INFO,
			      "dialtone %s starts: %zu static nodes, %zu "
			      "bootnodes, discovery by discv4",
			      dt_version(), statics, bootnodes);
	if (run->own.discv4 != NULL || run->own.rlpx != NULL)
		say_self(run);
}

static void reload(struct run *run)
{
	struct cmd_node_changes changes;
	struct dt_error error;

	if (cmd_node_files_read_again(&run->plan.files, &changes, &error,
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

	if (run->plan.for_ms > 0)
		end_ms = cmd_moment_now_ms() + run->plan.for_ms;
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
	watch->meter.discv4 = run->own.discv4;
	watch->meter.rlpx = run->own.rlpx;
	watch->meter.has_dynamic =
		run->plan.discovery != CMD_DISCOVERY_NONE ||
		cmd_node_files_count(&run->plan.files, CMD_NODE_FILE_BOOTNODE) >
			0;
	watch_until_end(run);
	cmd_watch_end(watch);
	cmd_watch_say(watch, DT_LEVEL_INFO, "stopping");
	err = dt_dialer_stop(run->dialer);
	if (run->own.rlpx != NULL)
		dt_rlpx_stop(run->own.rlpx);
	cmd_watch_tell_fates(watch);
	if (watch->output_gone) {
		cmd_complain("run: nobody reads the output any more: stopped");
		return CMD_EXIT_SYSTEM;
	}
	return err == DT_OK && cmd_figures_add_up(&watch->figures)
		       ? CMD_EXIT_OK
		       : CMD_EXIT_FAILED;
}

static int open_watch_and_run(struct run *run)
{
	int exit_code = CMD_EXIT_SYSTEM;

	run->watch.output = cmd_watch_choose(run->plan.json);
	if (!cmd_watch_open(&run->watch))
		return CMD_EXIT_SYSTEM;
	exit_code = start(run);
	if (exit_code == CMD_EXIT_OK)
		exit_code = watch_and_stop(run);
	cmd_own_node_hang_up(&run->own);
	dt_dialer_destroy(run->dialer);
	cmd_own_node_close(&run->own);
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
	if (cmd_run_plan_read(&run->plan, &exit_code, argc, argv)) {
		run->watch.title = "dialtone run";
		run->watch.status_every_ms = run->plan.status_every_ms;
		run->watch.metrics_path = run->plan.metrics_path;
		exit_code = open_watch_and_run(run);
		cmd_run_plan_fini(&run->plan);
	}
	free(run);
	return exit_code;
}
