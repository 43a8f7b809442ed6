/* SPDX-License-Identifier: MIT */
#ifndef TESTS_DIAL_SCRIPT_H
#define TESTS_DIAL_SCRIPT_H

/*
 * A dial state, told what happens by a table of lines: when, what, to whom, and
 * the tasks that are expected. Node k has the address 10.0.0.k and port 30303.
 * For tests: a difference ends the process (see tests/require.h).
 *
 *	{0, "static", "9", ""},
 *	{0, "tick", "1 2 3", "s9 d1 L"},	random nodes 1 2 3
 *	{5, "done", "1 9", ""},
 *	{5, "tick", "", "w30000"},
 *
 * Tasks: sK static dial, dK dynamic dial, L lookup, wMS wait; in this order.
 * Names end in what they are: "7!" is node 7 without a port, "7?" without an
 * address, "7~" with the address 11.0.0.7, "7*" with a multicast address.
 */

#include "lib/dialstate/dialstate.h"

enum {
	SCRIPT_TASKS_MAX = 300,
	SCRIPT_NODES_MAX = 100
};

struct script_line {
	int64_t at_ms;
	const char *event;
	const char *text;   /* nodes, or a number */
	const char *expect; /* of ticks; of dial_now the reason, if refused */
};

struct dial_script {
	struct dti_dialstate_config config;
	struct dt_allocator allocator;
	struct dti_dialstate *state;
	size_t max;     /* of each tick; may be changed by "max" */
	size_t running; /* of each tick; may be changed by "running" */
	struct dti_netrestrict *networks;
	struct dti_task tasks[SCRIPT_TASKS_MAX]; /* of the latest tick */
	size_t task_count;
	struct dti_task dials[SCRIPT_NODES_MAX]; /* the latest of each node */
	struct dt_node random[SCRIPT_NODES_MAX];
	size_t random_count;
};

/**
 * Fill in a configuration as 2017's (4 dynamic dials, nobody is n0, no limit on
 * slots), to be changed before script_run() makes the state of it.
 */
void script_init(struct dial_script *script);
void script_fini(struct dial_script *script);
/** Make the state now, if it is not there yet. */
void script_make(struct dial_script *script);
/** Do all lines, and verify the state after each. */
void script_run(struct dial_script *script, const struct script_line *lines,
		size_t count);

struct dt_node_id script_id(unsigned int number);
/** The node that @name ("7", "7!", ...) stands for. */
struct dt_node script_node(const char *name);

#define SCRIPT_RUN(script, ...)                                        \
	script_run(script, (const struct script_line[]){__VA_ARGS__},  \
		   sizeof((const struct script_line[]){__VA_ARGS__}) / \
			   sizeof(struct script_line))

#endif /* TESTS_DIAL_SCRIPT_H */
