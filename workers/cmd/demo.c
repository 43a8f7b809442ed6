/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/command_line.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/demo_story.h"
#include "workers/cmd/demo_verdict.h"
#include "workers/cmd/demo_world.h"
#include "workers/cmd/fates.h"
#include "workers/cmd/moment.h"
#include "workers/cmd/resources.h"
#include "workers/cmd/shares.h"
#include "workers/cmd/watch.h"

#define TURN_MS           50
#define PRESET_COUNT      11
/* Beside listeners and both ends of connections: cancels, files, timers. */
#define OTHER_DESCRIPTORS 400

struct demo {
	struct cmd_settings settings;
	struct cmd_shares shares;
	struct cmd_network_plan plan;
	struct cmd_demo_world world;
	struct cmd_watch watch;
	struct cmd_story story;
	dt_dialer *dialer;
	uint64_t network_size;
	uint64_t peers;
	uint64_t seed;
	int64_t duration_ms;
	bool json;
	bool interrupted;
};

static const char about[] =
	"Makes a network of its own out of listening sockets on 127.0.0.0/8, "
	"starts from\n"
	"three bootnodes, fills up to a number of peers, kills a third of them "
	"and shows\n"
	"the recovery; then prints what became of every task and every "
	"candidate. Needs\n"
	"nothing and ends by itself; exit code 0 only if the target was "
	"reached twice,\n"
	"the fates add up and nothing is left open. The soft limit of open "
	"descriptors\n"
	"is raised to the hard one.\n"
	"\n"
	"The shares of the network are percents of its nodes; those that are "
	"not given\n"
	"divide what is left in proportion to their defaults.";

#define OWN_FLAGS 5

static void list_shares(struct cmd_flag *flags, struct cmd_shares *shares)
{
	static const char *const helps[] = {
		[CMD_CHARACTER_ACCEPT] =
			"Nodes that greet and stay (default 52).",
		[CMD_CHARACTER_REFUSE] =
			"Nodes that refuse the connection (default 12).",
		[CMD_CHARACTER_SWALLOW] =
			"Nodes that never answer, not even a SYN (default 10).",
		[CMD_CHARACTER_RESET] =
			"Nodes that accept and reset at once (default 5).",
		[CMD_CHARACTER_SILENT] =
			"Nodes that accept and say nothing (default 6).",
		[CMD_CHARACTER_DROP] =
			"Nodes that greet, and hang up later (default 8).",
		[CMD_CHARACTER_FULL] =
			"Nodes that have too many peers (default 4).",
		[CMD_CHARACTER_IMPOSTOR] =
			"Nodes that greet with another id (default 3).",
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

static void list_flags(struct cmd_flag *flags, struct demo *demo)
{
	flags[0] =
		(struct cmd_flag){.name = "network-size",
				  .argument = "NUMBER",
				  .help = "Nodes of the network (default 600).",
				  .number = &demo->network_size,
				  .at_least = 10,
				  .at_most = 20000};
	flags[1] = (struct cmd_flag){.name = "peers",
				     .argument = "NUMBER",
				     .help = "Peers wanted (default 100).",
				     .number = &demo->peers,
				     .at_least = 3,
				     .at_most = 5000};
	flags[2] = (struct cmd_flag){
		.name = "seed",
		.argument = "NUMBER",
		.help = "Another number, another network (default 1).",
		.number = &demo->seed,
		.at_most = UINT64_MAX};
	flags[3] = (struct cmd_flag){
		.name = "duration",
		.argument = "DURATION",
		.help = "Give up after this time (default 25s).",
		.duration_ms = &demo->duration_ms};
	flags[4] = (struct cmd_flag){
		.name = "json",
		.help = "Write one JSON object a line, see dialtone(1).",
		.on = &demo->json};
}

/* Known by their ids alone, and kept whatever happens to the others. */
static uint64_t static_nodes(uint64_t peers)
{
	return peers / 12 < 8 ? peers / 12 : 8;
}

/* Quick, so that half a minute shows it all. */
static bool read_settings(struct demo *demo, const char *const *options)
{
	char dyn_dials[24];
	const struct cmd_preset presets[PRESET_COUNT] = {
		{"max_dyn_dials", dyn_dials},
		{"max_active_dials", "32"},
		{"dial_timeout", "500ms"},
		{"setup_timeout", "400ms"},
		{"lookup_timeout", "1s"},
		{"lookup_interval", "200ms"},
		{"fallback_interval", "500ms"},
		{"history_expiration", "3s"},
		{"resolve_delay", "1s"},
		{"resolve_delay_max", "4s"},
		{NULL, NULL},
	};

	(void)snprintf(dyn_dials, sizeof(dyn_dials), "%" PRIu64,
		       demo->peers - static_nodes(demo->peers));
	return cmd_settings_read(&demo->settings, presets, options);
}

static bool parse_arguments(struct demo *demo, int *exit_code, int argc,
			    char **argv)
{
	struct cmd_flag flags[OWN_FLAGS + CMD_CHARACTER_COUNT + 1] = {0};
	const struct cmd_command command = {.name = "demo",
					    .about = about,
					    .flags = flags,
					    .has_options = true};
	const char *options[CMD_OPTION_MAX];
	int first;

	list_flags(flags, demo);
	list_shares(flags + OWN_FLAGS, &demo->shares);
	if (!cmd_command_line_parse(&command, options, &first, exit_code, argc,
				    argv))
		return false;
	*exit_code = CMD_EXIT_USAGE;
	return read_settings(demo, options);
}

static bool plan_network(struct demo *demo)
{
	struct cmd_network_plan *plan = &demo->plan;
	uint64_t sum;

	plan->size = (size_t)demo->network_size;
	plan->seed = demo->seed;
	plan->private_nodes = (size_t)static_nodes(demo->peers);
	if (cmd_shares_divide(&demo->shares, plan->percent, &sum))
		return true;
	cmd_complain("demo: the shares that are given make %" PRIu64
		     " percent; %s",
		     sum,
		     sum > 100 ? "at most 100 are accepted"
			       : "as all of them are given, it must be 100");
	return false;
}

/* Enough nodes for the target, and a third of it once more. */
static bool check_target(const struct demo *demo)
{
	uint64_t willing = demo->network_size;
	uint64_t wanted = demo->story.target + demo->story.target / 3;

	for (int i = CMD_CHARACTER_ACCEPT + 1; i < CMD_CHARACTER_COUNT; i++)
		willing -= demo->network_size * demo->plan.percent[i] / 100;
	if (willing >= wanted)
		return true;
	cmd_complain("demo: %" PRIu64 " of the %" PRIu64
		     " nodes accept; %" PRIu64
		     " peers, a third of which is killed, need at least "
		     "%" PRIu64
		     ": give a larger --network-size, a larger --accept or "
		     "fewer --peers",
		     willing, demo->network_size, demo->story.target, wanted);
	return false;
}

static bool check_descriptors(const struct demo *demo)
{
	uint64_t limit = cmd_resources_raise_descriptors();
	uint64_t needed = demo->network_size + 3 * demo->story.target +
			  4 * (uint64_t)demo->settings.config.max_active_dials +
			  OTHER_DESCRIPTORS;

	if (limit >= needed)
		return true;
	cmd_complain("demo: %" PRIu64 " nodes and %" PRIu64
		     " peers need about %" PRIu64
		     " descriptors and the limit is %" PRIu64
		     "; give a smaller --network-size or raise it (ulimit -n)",
		     demo->network_size, demo->story.target, needed, limit);
	return false;
}

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
			demo->plan.percent[i]);
	cmd_watch_say(watch, DT_LEVEL_INFO,
		      "demo: a network of %zu nodes on 127.0.0.0/8, seed "
		      "%" PRIu64 ":%s",
		      demo->plan.size, demo->seed, line);
	length = 0;
	for (size_t i = 0; i < cmd_option_count(); i++) {
		const struct dt_option *option = dt_option_at(i);
		char value[64];

		if (demo->settings.sources[i] == CMD_SETTING_DEFAULT ||
		    dt_config_get(&demo->settings.config, value, sizeof(value),
				  option->name) != DT_OK ||
		    length + 100 > sizeof(line))
			continue;
		length += (size_t)snprintf(line + length, sizeof(line) - length,
					   " %s=%s", option->name, value);
	}
	cmd_watch_say(watch, DT_LEVEL_INFO, "demo: settings:%s", line);
}

static int start(struct demo *demo)
{
	struct dt_config *config = &demo->settings.config;
	struct dt_error error;
	dt_err err;

	cmd_demo_world_configure(&demo->world, config);
	cmd_watch_listen(&demo->watch, config);
	err = dt_dialer_create(&demo->dialer, config, &error);
	if (err == DT_OK) {
		err = cmd_demo_world_give_bootnodes(&demo->world, demo->dialer);
		(void)snprintf(error.text, sizeof(error.text),
			       "demo: the bootnodes could not be added: %s",
			       dt_err_text(err));
	}
	if (err == DT_OK)
		err = dt_dialer_start(demo->dialer, &error);
	if (err == DT_OK)
		return CMD_EXIT_OK;
	cmd_complain("%s", error.text);
	return err == DT_ERR_CONFIG ? CMD_EXIT_USAGE : CMD_EXIT_SYSTEM;
}

static void play(struct demo *demo)
{
	struct cmd_watch *watch = &demo->watch;
	struct cmd_story *story = &demo->story;
	int64_t end_ms;

	say_start(demo);
	cmd_watch_begin(watch, demo->dialer);
	watch->meter.target = story->target;
	story->watch = watch;
	story->world = &demo->world;
	story->dialer = demo->dialer;
	cmd_story_begin(story);
	end_ms = cmd_moment_now_ms() + demo->duration_ms;
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
		cmd_watch_tell_fates(watch);
		verdict.adds_up &= cmd_fates_add_up(&watch->figures.counters);
	}
	dt_dialer_destroy(demo->dialer);
	cmd_demo_world_close(&demo->world);
	if (exit_code != CMD_EXIT_OK)
		return exit_code;
	verdict.interrupted = demo->interrupted;
	verdict.left_descriptors = cmd_resources_descriptors() - descriptors;
	verdict.left_threads = cmd_resources_threads();
	cmd_verdict_tell(&verdict, watch);
	return cmd_verdict_is_good(&verdict) ? CMD_EXIT_OK : CMD_EXIT_FAILED;
}

static int open_world_and_run(struct demo *demo)
{
	int exit_code = CMD_EXIT_SYSTEM;
	size_t descriptors;

	demo->watch.output = cmd_watch_choose(demo->json);
	if (!check_descriptors(demo) || !cmd_watch_open(&demo->watch))
		return CMD_EXIT_SYSTEM;
	descriptors = cmd_resources_descriptors();
	if (cmd_demo_world_open(&demo->world, &demo->plan))
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
	demo->shares = cmd_shares_default();
	demo->network_size = 600;
	demo->peers = 100;
	demo->seed = 1;
	demo->duration_ms = 25000;
	if (parse_arguments(demo, &exit_code, argc, argv)) {
		demo->story.target = demo->settings.config.max_dyn_dials +
				     static_nodes(demo->peers);
		if (plan_network(demo) && check_target(demo))
			exit_code = open_world_and_run(demo);
		cmd_settings_fini(&demo->settings);
	}
	free(demo);
	return exit_code;
}
