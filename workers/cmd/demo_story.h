/* SPDX-License-Identifier: MIT */
#ifndef CMD_DEMO_STORY_H
#define CMD_DEMO_STORY_H

/*
 * The demo's course: meet a first peer, fill up to the target, hold it, lose a
 * third of the peers, recover, hold it, end.
 */

#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/demo_world.h"
#include "workers/cmd/watch.h"

enum cmd_chapter {
	CMD_CHAPTER_MEET,
	CMD_CHAPTER_FILL,
	CMD_CHAPTER_HOLD,
	CMD_CHAPTER_KILL,
	CMD_CHAPTER_RECOVER,
	CMD_CHAPTER_HOLD_AGAIN,
	CMD_CHAPTER_END
};

struct cmd_story {
	/* Set by the demo. */
	struct cmd_demo_world *world;
	struct cmd_watch *watch;
	size_t network_size;
	uint64_t target;
	int64_t hold_ms;

	/* Its own; elapsed times, -1: not yet. */
	enum cmd_chapter chapter;
	int64_t chapter_ms;
	int64_t met_ms;
	int64_t filled_ms;
	int64_t killed_ms;
	int64_t recovered_ms;
	uint64_t removed_before; /* peers, when some were killed */
	uint64_t killed;
};

void cmd_story_begin(struct cmd_story *story);
/** Look at watch->figures; go on if it is time. False: the end. */
bool cmd_story_turn(struct cmd_story *story);

#endif /* CMD_DEMO_STORY_H */
