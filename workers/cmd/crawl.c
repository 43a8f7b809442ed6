/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/crawl_output.h"
#include "workers/cmd/crawl_plan.h"
#include "workers/cmd/crawl_report.h"
#include "workers/cmd/crawl_status.h"
#include "workers/cmd/crawl_survey.h"
#include "workers/cmd/crawl_walk.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/node_option.h"
#include "workers/cmd/own_node.h"
#include "workers/cmd/progress.h"
#include "workers/cmd/rate.h"
#include "workers/cmd/resources.h"
#include "workers/cmd/signals.h"

#define TURN_MS 100

struct crawl {
	struct cmd_crawl_plan plan;
	struct cmd_crawl_output output;
	struct cmd_crawl_walk walk;
	struct cmd_progress progress;
	struct cmd_rate rate; /* of nodes that got their fate */
	struct cmd_own_node own;
	struct cmd_crawl_survey survey; /* if there are handshakes */
	struct cmd_crawl_nodes *nodes;
	int signal_fd;
	bool interrupted; /* a signal came, or nothing can be written */
	bool broken;      /* nothing can be written */
	bool complete;
	int64_t started_ms;
	int64_t next_status_ms;
	int64_t changed_ms; /* when something came last */
	struct cmd_crawl_status status;
	struct dt_discv4_entry entries[DT_DISCV4_ENTRIES];
};

/* From any thread. */
static void pass_on(void *context, const char *sentence)
{
	(void)context;
	cmd_warn("%s", sentence);
}

static void offer_bootnodes(struct crawl *crawl, const char *bootnodes)
{
	dt_node_list *list = NULL;
	const struct dt_node *nodes;
	struct dt_error error;
	size_t count = 0;

	/* It was read before: only memory can be lacking. */
	if (cmd_node_option_parse(&list, bootnodes, "bootnodes", &error) !=
		    DT_OK ||
	    list == NULL)
		return;
	nodes = dt_node_list_nodes(list, &count);
	for (size_t i = 0; i < count; i++) {
		if (nodes[i].endpoint.family != 0)
			cmd_crawl_walk_offer(&crawl->walk, &nodes[i], false);
	}
	dt_node_list_destroy(list);
}

/* What the node's own table has, from wherever it came. */
static void offer_table(struct crawl *crawl)
{
	size_t count = dt_discv4_entries(crawl->own.discv4, crawl->entries,
					 (size_t)DT_DISCV4_ENTRIES);

	for (size_t i = 0; i < count; i++)
		cmd_crawl_walk_offer(&crawl->walk, &crawl->entries[i].node,
				     false);
}

static void write_nodes(struct crawl *crawl)
{
	struct cmd_crawl_node node;

	while (cmd_crawl_nodes_next(crawl->nodes, &node))
		cmd_crawl_output_add(&crawl->output, &node);
	if (!crawl->broken && !cmd_crawl_output_flush(&crawl->output))
		crawl->broken = crawl->interrupted = true;
}

/* One of: a line that is drawn over, an object, a line now and then. */
static void show(struct crawl *crawl, int64_t now_ms)
{
	cmd_crawl_status_show(&crawl->progress, &crawl->status);
	if (now_ms < crawl->next_status_ms)
		return;
	crawl->next_status_ms = now_ms + crawl->plan.status_every_ms;
	if (crawl->plan.json)
		cmd_crawl_status_json(&crawl->output.lines, &crawl->status);
	else if (!crawl->progress.live)
		cmd_crawl_status_log(&crawl->output.lines, &crawl->status);
}

static void read_signals(struct crawl *crawl)
{
	int number;

	while ((number = cmd_signals_next(crawl->signal_fd)) != 0) {
		if (number == SIGTSTP) {
			cmd_progress_hide(&crawl->progress);
			(void)kill(getpid(), SIGSTOP);
		} else if (number != SIGWINCH) {
			crawl->interrupted = true;
		}
	}
}

static void read_status(struct crawl *crawl, int64_t now_ms)
{
	struct cmd_crawl_status *status = &crawl->status;
	size_t found_before = status->counts.found;

	offer_table(crawl);
	status->counts = cmd_crawl_nodes_count(crawl->nodes);
	status->in_flight = cmd_crawl_walk_in_flight(&crawl->walk);
	if (status->handshakes)
		status->dials_in_flight =
			cmd_crawl_survey_in_flight(&crawl->survey);
	status->elapsed_ms = now_ms - crawl->started_ms;
	status->per_second = cmd_rate_read(
		&crawl->rate, now_ms,
		status->counts.found - status->counts.fates[CMD_CRAWL_WAITING]);
	if (status->counts.found != found_before || status->in_flight > 0 ||
	    status->dials_in_flight > 0)
		crawl->changed_ms = now_ms;
}

/* False: there is nothing more to wait for. */
static bool turn(struct crawl *crawl)
{
	const struct cmd_crawl_plan *plan = &crawl->plan;
	int64_t now_ms = cmd_moment_now_ms();

	read_status(crawl, now_ms);
	write_nodes(crawl);
	show(crawl, now_ms);
	crawl->complete = now_ms - crawl->changed_ms >= plan->idle_ms;
	return !crawl->complete && !crawl->interrupted &&
	       (plan->for_ms == 0 || crawl->status.elapsed_ms < plan->for_ms);
}

static void walk(struct crawl *crawl)
{
	struct pollfd wait = {.fd = crawl->signal_fd, .events = POLLIN};

	while (turn(crawl)) {
		(void)poll(&wait, 1, TURN_MS);
		read_signals(crawl);
	}
}

static bool tell(struct crawl *crawl)
{
	const struct cmd_crawl_report report = {
		.nodes = crawl->nodes,
		.counts = crawl->status.counts,
		.discv4 = crawl->own.discv4,
		.self = crawl->output.self,
		.duration_ms = cmd_moment_now_ms() - crawl->started_ms,
		.complete = crawl->complete,
		.handshakes = crawl->plan.handshakes,
		.json = crawl->plan.json,
		.plot_path = crawl->plan.plot_path,
	};

	return cmd_crawl_report(&crawl->output.lines, &report) &&
	       (crawl->broken || cmd_crawl_output_flush(&crawl->output));
}

/* What runs comes to its end; then all that will be known is. */
static bool stop_and_tell(struct crawl *crawl)
{
	cmd_progress_hide(&crawl->progress);
	cmd_signals_let_through();
	cmd_crawl_walk_stop(&crawl->walk);
	if (crawl->status.handshakes)
		cmd_crawl_survey_stop(&crawl->survey);
	cmd_crawl_nodes_end(crawl->nodes);
	crawl->status.counts = cmd_crawl_nodes_count(crawl->nodes);
	write_nodes(crawl);
	return tell(crawl);
}

static dt_err open_dialers(struct crawl *crawl, struct dt_error *error)
{
	struct dt_config *config = &crawl->plan.settings.config;
	dt_err err = DT_OK;

	/* First: the walk changes the configuration, and offers it nodes. */
	if (crawl->status.handshakes)
		err = cmd_crawl_survey_open(&crawl->survey, config, error);
	if (err == DT_OK)
		err = cmd_crawl_walk_open(&crawl->walk, config, error);
	return err;
}

static int walk_and_tell(struct crawl *crawl)
{
	const char *bootnodes = crawl->plan.settings.config.bootnodes;
	struct dt_error error;
	dt_err err = open_dialers(crawl, &error);

	if (err != DT_OK) {
		cmd_complain("%s", error.text);
		if (crawl->survey.dialer != NULL)
			cmd_crawl_survey_stop(&crawl->survey);
		return err == DT_ERR_CONFIG ? CMD_EXIT_USAGE : CMD_EXIT_SYSTEM;
	}
	crawl->started_ms = crawl->changed_ms = cmd_moment_now_ms();
	crawl->next_status_ms = crawl->started_ms + crawl->plan.status_every_ms;
	crawl->rate = cmd_rate_make(crawl->started_ms);
	crawl->output.self = crawl->walk.self;
	offer_bootnodes(crawl, bootnodes);
	walk(crawl);
	if (!stop_and_tell(crawl) || crawl->broken)
		return CMD_EXIT_SYSTEM;
	return crawl->status.counts.fates[CMD_CRAWL_ANSWERED] > 0
		       ? CMD_EXIT_OK
		       : CMD_EXIT_FAILED;
}

static void prepare(struct crawl *crawl)
{
	crawl->walk.discv4 = crawl->own.discv4;
	crawl->walk.nodes = crawl->nodes;
	crawl->walk.tries = crawl->plan.tries;
	crawl->walk.depth = crawl->plan.depth;
	crawl->walk.timeout_ms = crawl->plan.timeout_ms;
	if (!crawl->status.handshakes)
		return;
	crawl->walk.survey = &crawl->survey;
	crawl->survey.nodes = crawl->nodes;
	crawl->survey.rlpx = crawl->own.rlpx;
	crawl->survey.timeout_ms = crawl->plan.timeout_ms;
}

static int start_and_walk(struct crawl *crawl)
{
	struct dt_config *config = &crawl->plan.settings.config;
	int exit_code;

	(void)cmd_resources_raise_descriptors();
	config->notice = pass_on;
	crawl->own.has_discovery = true;
	crawl->own.has_rlpx = crawl->status.handshakes;
	exit_code = cmd_own_node_open(&crawl->own, config);
	if (exit_code == CMD_EXIT_OK) {
		prepare(crawl);
		exit_code = walk_and_tell(crawl);
	}
	cmd_own_node_hang_up(&crawl->own);
	cmd_crawl_survey_close(&crawl->survey);
	cmd_crawl_walk_close(&crawl->walk);
	cmd_own_node_close(&crawl->own);
	return exit_code;
}

static int open_and_walk(struct crawl *crawl)
{
	int exit_code = CMD_EXIT_SYSTEM;

	/* Before any other thread is made. */
	crawl->signal_fd = cmd_signals_open();
	crawl->nodes = cmd_crawl_nodes_create(crawl->plan.limit,
					      crawl->plan.handshakes);
	if (crawl->signal_fd < 0 || crawl->nodes == NULL)
		cmd_complain("there is no memory or no descriptor to start "
			     "with");
	else if (cmd_crawl_output_open(&crawl->output)) {
		cmd_progress_init(&crawl->progress);
		exit_code = start_and_walk(crawl);
		cmd_progress_fini(&crawl->progress);
		if (!cmd_crawl_output_close(&crawl->output))
			exit_code = CMD_EXIT_SYSTEM;
	}
	cmd_crawl_nodes_destroy(crawl->nodes);
	if (crawl->signal_fd >= 0)
		(void)close(crawl->signal_fd);
	return exit_code;
}

int cmd_crawl(int argc, char **argv)
{
	/* Large, and single: not for the stack. */
	struct crawl *crawl = calloc(1, sizeof(*crawl));
	int exit_code;

	if (crawl == NULL) {
		cmd_complain("there is no memory to start with");
		return CMD_EXIT_SYSTEM;
	}
	if (cmd_crawl_plan_read(&crawl->plan, &exit_code, argc, argv)) {
		crawl->output.node_path = crawl->plan.output_path;
		crawl->output.record_path = crawl->plan.record_path;
		crawl->output.json = crawl->plan.json;
		crawl->output.handshakes = crawl->plan.handshakes;
		crawl->status.handshakes = crawl->plan.handshakes;
		exit_code = open_and_walk(crawl);
		cmd_crawl_plan_fini(&crawl->plan);
	}
	free(crawl);
	return exit_code;
}
