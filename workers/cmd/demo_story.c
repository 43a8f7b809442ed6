/* SPDX-License-Identifier: MIT */
#include "workers/cmd/demo_story.h"

#include <inttypes.h>

#define KILL_ONE_IN 3

void cmd_story_begin(struct cmd_story *story)
{
	story->chapter = CMD_CHAPTER_MEET;
	story->chapter_ms = 0;
	story->met_ms = -1;
	story->filled_ms = -1;
	story->killed_ms = -1;
	story->recovered_ms = -1;
	story->watch->stage = "no peer yet: discovery asks its bootnodes";
}

static double seconds(int64_t ms)
{
	return (double)ms / 1000.0;
}

static void open_chapter(struct cmd_story *story, enum cmd_chapter chapter,
			 const char *stage)
{
	story->chapter = chapter;
	story->chapter_ms = story->watch->figures.elapsed_ms;
	story->watch->stage = stage;
}

static void meet(struct cmd_story *story)
{
	struct cmd_watch *watch = story->watch;

	if (watch->figures.counters.peers == 0)
		return;
	story->met_ms = watch->figures.elapsed_ms;
	open_chapter(story, CMD_CHAPTER_FILL, "filling up to the target");
	cmd_watch_say(watch, DT_LEVEL_INFO,
		      "demo: the first peer is there after %.1f s; the table "
		      "knows %" PRIu64 " of %zu nodes, from %d bootnodes",
		      seconds(story->met_ms),
		      watch->figures.discovery.counters.entries,
		      story->network_size, CMD_DEMO_BOOTNODES);
}

static void fill(struct cmd_story *story)
{
	struct cmd_watch *watch = story->watch;

	if (watch->figures.counters.peers < story->target)
		return;
	story->filled_ms = watch->figures.elapsed_ms;
	open_chapter(story, CMD_CHAPTER_HOLD, "target reached: holding it");
	cmd_timeline_mark(&watch->timeline, story->filled_ms,
			  "the target is reached");
	cmd_watch_say(
		watch, DT_LEVEL_INFO,
		"demo: the target of %" PRIu64
		" peers is reached after %.1f s; the table knows %" PRIu64
		" of %zu nodes, %" PRIu64 " of %" PRIu64 " ids were resolved",
		story->target, seconds(story->filled_ms),
		watch->figures.discovery.counters.entries, story->network_size,
		watch->figures.counters.resolves_found,
		watch->figures.counters.resolves);
}

static void hold(struct cmd_story *story)
{
	struct cmd_watch *watch = story->watch;

	if (watch->figures.elapsed_ms < story->chapter_ms + story->hold_ms)
		return;
	story->removed_before = watch->figures.counters.peers_removed;
	cmd_network_kill(story->world->network, KILL_ONE_IN);
	open_chapter(story, CMD_CHAPTER_KILL, "a third of the peers goes down");
}

/* Until the dialer knows of all of them. */
static void count_the_killed(struct cmd_story *story)
{
	struct cmd_watch *watch = story->watch;
	uint64_t removed = watch->figures.counters.peers_removed;

	if (!cmd_network_kill_done(story->world->network))
		return;
	cmd_network_bury(story->world->network);
	story->killed = cmd_network_killed(story->world->network);
	if (removed - story->removed_before < story->killed)
		return;
	story->killed_ms = story->chapter_ms;
	cmd_timeline_mark(&watch->timeline, story->killed_ms,
			  "a third of the peers is killed");
	open_chapter(story, CMD_CHAPTER_RECOVER,
		     "a third of the peers is gone: recovering");
	cmd_watch_say(watch, DT_LEVEL_INFO,
		      "demo: %" PRIu64 " of the peers went down for good",
		      story->killed);
}

static void recover(struct cmd_story *story)
{
	struct cmd_watch *watch = story->watch;

	if (watch->figures.counters.peers < story->target)
		return;
	story->recovered_ms = watch->figures.elapsed_ms;
	open_chapter(story, CMD_CHAPTER_HOLD_AGAIN,
		     "recovered: holding the target");
	cmd_timeline_mark(&watch->timeline, story->recovered_ms,
			  "the target is reached again");
	cmd_watch_say(watch, DT_LEVEL_INFO,
		      "demo: recovered to %" PRIu64 " peers in %.1f s",
		      story->target,
		      seconds(story->recovered_ms - story->killed_ms));
}

static void hold_again(struct cmd_story *story)
{
	if (story->watch->figures.elapsed_ms >=
	    story->chapter_ms + story->hold_ms)
		open_chapter(story, CMD_CHAPTER_END, "the end");
}

bool cmd_story_turn(struct cmd_story *story)
{
	switch (story->chapter) {
	case CMD_CHAPTER_MEET:
		meet(story);
		break;
	case CMD_CHAPTER_FILL:
		fill(story);
		break;
	case CMD_CHAPTER_HOLD:
		hold(story);
		break;
	case CMD_CHAPTER_KILL:
		count_the_killed(story);
		break;
	case CMD_CHAPTER_RECOVER:
		recover(story);
		break;
	case CMD_CHAPTER_HOLD_AGAIN:
		hold_again(story);
		break;
	case CMD_CHAPTER_END:
		break;
	}
	return story->chapter != CMD_CHAPTER_END;
}
