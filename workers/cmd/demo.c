/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/demo_plan.h"
#include "workers/cmd/demo_story.h"
#include "workers/cmd/demo_verdict.h"
#include "workers/cmd/demo_world.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/resources.h"
#include "workers/cmd/signals.h"
#include "workers/cmd/watch.h"

#define TURN_MS       50
#define LINE_EVERY_MS 1000

struct demo {
	struct cmd_demo_plan plan;
	struct cmd_demo_world world;
	struct cmd_watch watch;
	struct cmd_story story;
	dt_dialer *dialer;
	bool interrupted;
};

static void say_start(struct demo *demo)
{
	struct cmd_watch *watch = &demo->watch;
	char line[512];
	size_t length = 0;

	for (int i = 0; i < CMD_CHARACTER_COUNT; i++)
		length += (size_t)snprintf(
			line + length, sizeof(line) - length, "%s %s %u%%",
			i > 0 ? "," : "",
			cmd_character_name((enum cmd_character)i),
			demo->plan.network.percent[i]);
	cmd_watch_say(watch, DT_LEVEL_INFO,
		      "demo: a network of %zu nodes on 127.0.0.0/8, seed "
		      "%" PRIu64 ":%s",
		      demo->plan.network.size, demo->plan.seed, line);
	length = 0;
	for (size_t i = 0; i < cmd_option_count(); i++) {
		const struct dt_option *option = dt_option_at(i);
		char value[64];

		if (demo->plan.settings.sources[i] == CMD_SETTING_DEFAULT ||
		    dt_config_get(&demo->plan.settings.config, value,
				  sizeof(value), option->name) != DT_OK ||
		    length + 100 > sizeof(line))
			continue;
		length += (size_t)snprintf(line + length, sizeof(line) - length,
					   " %s=%s", option->name, value);
	}
	cmd_watch_say(watch, DT_LEVEL_INFO, "demo: settings:%s", line);
}

static bool is_told_to_stop(const struct demo *demo)
{
	int number;

	while ((number = cmd_signals_next(demo->watch.signal_fd)) != 0) {
		if (number == SIGINT || number == SIGTERM)
			return true;
	}
	return false;
}

/* The nodes of the network get to know each other. Returns an exit code. */
static int join_all(struct demo *demo)
{
	struct cmd_network *network = demo->world.network;
	int64_t begun_ms = cmd_moment_now_ms();
	int64_t next_line_ms = begun_ms + LINE_EVERY_MS;
	struct dt_error error;

	while (cmd_network_joined(network) < demo->plan.network.size) {
		if (cmd_moment_now_ms() >= next_line_ms) {
			next_line_ms += LINE_EVERY_MS;
			cmd_watch_say(&demo->watch, DT_LEVEL_INFO,
				      "demo: %zu of its nodes have joined",
				      cmd_network_joined(network));
		}
		if (is_told_to_stop(demo)) {
			cmd_complain("demo: interrupted before its network was "
				     "there");
			return CMD_EXIT_FAILED;
		}
		if (cmd_network_join_next(network, &error) != DT_OK) {
			cmd_complain("%s", error.text);
			return CMD_EXIT_SYSTEM;
		}
	}
	cmd_watch_say(&demo->watch, DT_LEVEL_INFO,
		      "demo: its nodes have greeted each other with %" PRIu64
		      " datagrams in %.1f s",
		      cmd_network_traffic(network).sent,
		      (double)(cmd_moment_now_ms() - begun_ms) / 1000.0);
	return CMD_EXIT_OK;
}

static int start_dialer(struct demo *demo)
{
	const struct dt_config *config = &demo->plan.settings.config;
	struct dt_error error;
	dt_err err = dt_dialer_create(&demo->dialer, config, &error);

	if (err == DT_OK) {
		err = cmd_demo_world_give_nodes(&demo->world, demo->dialer);
		(void)snprintf(error.text, sizeof(error.text),
			       "demo: the nodes could not be handed over: %s",
			       dt_err_text(err));
	}
	if (err == DT_OK)
		err = dt_rlpx_start(demo->world.own.rlpx, demo->dialer, &error);
	if (err == DT_OK)
		err = dt_dialer_start(demo->dialer, &error);
	if (err == DT_OK)
		return CMD_EXIT_OK;
	cmd_complain("%s", error.text);
	return err == DT_ERR_CONFIG ? CMD_EXIT_USAGE : CMD_EXIT_SYSTEM;
}

static int start(struct demo *demo)
{
	struct dt_config *config = &demo->plan.settings.config;
	int exit_code;

	say_start(demo);
	cmd_watch_listen(&demo->watch, config);
	exit_code = join_all(demo);
	if (exit_code == CMD_EXIT_OK)
		exit_code = cmd_demo_world_configure(&demo->world, config);
	if (exit_code == CMD_EXIT_OK)
		exit_code = start_dialer(demo);
	return exit_code;
}

static void play(struct demo *demo)
{
	struct cmd_watch *watch = &demo->watch;
	struct cmd_story *story = &demo->story;
	int64_t end_ms;

	cmd_watch_begin(watch, demo->dialer);
	watch->meter.discv4 = demo->world.own.discv4;
	watch->meter.rlpx = demo->world.own.rlpx;
	watch->meter.target = demo->plan.target;
	story->target = demo->plan.target;
	story->hold_ms = demo->plan.hold_ms;
	story->watch = watch;
	story->world = &demo->world;
	story->network_size = demo->plan.network.size;
	cmd_story_begin(story);
	end_ms = cmd_moment_now_ms() + demo->plan.duration_ms;
	do {
		int64_t now_ms = cmd_moment_now_ms();

		if (cmd_watch_wait(watch, now_ms + TURN_MS) == CMD_NEWS_STOP)
			demo->interrupted = true;
		cmd_watch_read(watch);
		if (now_ms >= end_ms)
			break;
	} while (!demo->interrupted && cmd_story_turn(story));
	cmd_watch_end(watch);
}

/* With a world: dial it, stop, close it all, judge. */
static int dial_world(struct demo *demo, size_t descriptors)
{
	struct cmd_watch *watch = &demo->watch;
	struct cmd_verdict verdict = {.story = &demo->story};
	int exit_code = start(demo);

	if (exit_code == CMD_EXIT_OK) {
		play(demo);
		verdict.adds_up = dt_dialer_stop(demo->dialer) == DT_OK;
		dt_rlpx_stop(demo->world.own.rlpx);
		cmd_watch_tell_fates(watch);
		verdict.adds_up &= cmd_figures_add_up(&watch->figures);
		verdict.traffic = cmd_network_traffic(demo->world.network);
	}
	cmd_own_node_hang_up(&demo->world.own);
	dt_dialer_destroy(demo->dialer);
	cmd_demo_world_close(&demo->world);
	if (exit_code != CMD_EXIT_OK)
		return exit_code;
	verdict.interrupted = demo->interrupted;
	verdict.left_descriptors = cmd_resources_descriptors() - descriptors;
	verdict.left_threads = cmd_resources_threads();
	cmd_verdict_tell(&verdict, watch);
	if (watch->output_gone) {
		cmd_complain("demo: nobody reads the output any more: stopped");
		return CMD_EXIT_SYSTEM;
	}
	return cmd_verdict_is_good(&verdict) ? CMD_EXIT_OK : CMD_EXIT_FAILED;
}

static int open_world_and_run(struct demo *demo)
{
	int exit_code = CMD_EXIT_SYSTEM;
	size_t descriptors;

	demo->watch.output = cmd_watch_choose(demo->plan.json);
	if (!cmd_demo_plan_fits(&demo->plan) || !cmd_watch_open(&demo->watch))
		return CMD_EXIT_SYSTEM;
	descriptors = cmd_resources_descriptors();
	if (cmd_demo_world_open(&demo->world, &demo->plan.network))
		exit_code = dial_world(demo, descriptors);
	cmd_watch_close(&demo->watch);
	return exit_code;
}

int cmd_demo(int argc, char **argv)
{
	/* Large, and single: not for the stack. */
	struct demo *demo = calloc(1, sizeof(*demo));
	int exit_code;

	if (demo == NULL) {
		cmd_complain("there is no memory to start with");
		return CMD_EXIT_SYSTEM;
	}
	demo->watch.title = "dialtone demo";
	demo->watch.status_every_ms = 1000;
	demo->watch.hide_events = true;
	if (cmd_demo_plan_read(&demo->plan, &exit_code, argc, argv)) {
		exit_code = open_world_and_run(demo);
		cmd_demo_plan_fini(&demo->plan);
	}
	free(demo);
	return exit_code;
}
