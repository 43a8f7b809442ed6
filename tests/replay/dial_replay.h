/* SPDX-License-Identifier: MIT */
#ifndef TESTS_REPLAY_DIAL_REPLAY_H
#define TESTS_REPLAY_DIAL_REPLAY_H

/* A dialtrace under way: shared by the files that read its parts. */

#include "lib/dialstate/dialstate.h"

#include "tests/replay/active.h"
#include "tests/replay/call.h"

enum {
	/* No line has room for more: "n0@-:0," is the shortest item. */
	DIAL_LIST_MAX = TRACE_LINE_MAX / 7
};

struct dial_replay {
	struct trace *trace;
	struct dti_dialstate *state;
	struct dti_netrestrict *netrestrict;
	bool has_table;
	struct active_dials active;
	struct calls calls;
	struct dti_task *tasks; /* of a tick; calls.got has as much room */
	size_t task_room;
	struct trace_node list[DIAL_LIST_MAX]; /* of the current line */
	size_t list_count;
};

/** From behind the first line up to "begin"; makes the state. */
bool dial_replay_header(struct dial_replay *replay);

/* The events: each reads its line and tells the state. False: why is set. */
bool dial_replay_tick(struct dial_replay *replay);
bool dial_replay_done(struct dial_replay *replay);
bool dial_replay_add_peer(struct dial_replay *replay);
bool dial_replay_add_static(struct dial_replay *replay);
/** A peer or a static node, as the line's first word says. */
bool dial_replay_remove(struct dial_replay *replay);

/** A node as the dial state wants it. */
struct dt_node dial_replay_node(const struct trace_node *node);
/** The first nodes of the current line's list: a table's random nodes. */
size_t dial_replay_hand_out(void *context, struct dt_node *out, size_t max);

#endif /* TESTS_REPLAY_DIAL_REPLAY_H */
