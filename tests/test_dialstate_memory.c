/* SPDX-License-Identifier: MIT */
/* What holds when memory is short, whichever allocation fails. */
#include <stdlib.h>
#include <string.h>

#include "tests/counting_allocator.h"
#include "tests/dial_script.h"
#include "tests/failing_allocator.h"
#include "tests/harness.h"

/* A command on n1, which is named. */
typedef dt_err (*command)(struct dti_dialstate *state,
			  const struct dt_node *node);

static dt_err add_peer(struct dti_dialstate *state, const struct dt_node *node)
{
	return dti_dialstate_peer_added(state, &node->id, DT_PEER_DYN);
}

static dt_err begin_inbound(struct dti_dialstate *state,
			    const struct dt_node *node)
{
	return dti_dialstate_inbound_pending(state, &node->id);
}

static dt_err ban(struct dti_dialstate *state, const struct dt_node *node)
{
	return dti_dialstate_ban(state, &node->id, 1000);
}

static dt_err dial_now(struct dti_dialstate *state, const struct dt_node *node)
{
	enum dt_skip refused = DT_SKIP_COUNT;
	dt_err err = dti_dialstate_dial_now(state, &refused, node);

	cr_assert_eq(refused, DT_SKIP_COUNT);
	return err;
}

/*
 * Fail each allocation of @run in turn: it says so, leaves the state as it was,
 * and works when it is tried again.
 */
static void fail_each(command run, size_t failures_expected)
{
	struct dt_node node = script_node("1");
	size_t failures = 0;

	node.host_name = "node.example";
	for (size_t fail_at = 1;; fail_at++) {
		struct failing_allocator counter = {0};
		struct dti_dialstate_counters before;
		struct dial_script script;
		dt_err err;

		script_init(&script);
		script.allocator = failing_allocator_functions(&counter);
		script_make(&script);
		before = *dti_dialstate_counters(script.state);
		counter.fail_at = counter.calls + fail_at;
		err = run(script.state, &node);
		cr_assert_null(dti_dialstate_verify(script.state));
		if (err != DT_OK) {
			failures++;
			cr_assert_eq(err, DT_ERR_NO_MEMORY);
			cr_assert_arr_eq(dti_dialstate_counters(script.state),
					 &before, sizeof(before));
			cr_assert_eq(run(script.state, &node), DT_OK);
			cr_assert_null(dti_dialstate_verify(script.state));
		}
		script_fini(&script);
		cr_assert_eq(counter.live, 0);
		if (err == DT_OK)
			break;
	}

	cr_assert_eq(failures, failures_expected);
}

Test(dialstate_memory, a_command_without_memory_has_done_nothing)
{
	fail_each(dti_dialstate_add_static, 3);
	fail_each(dti_dialstate_add_bootnode, 1);
	fail_each(add_peer, 2);
	fail_each(begin_inbound, 2);
	fail_each(ban, 4);
	fail_each(dial_now, 3);
}

Test(dialstate_memory, a_static_node_keeps_its_record_if_the_new_name_fails)
{
	struct failing_allocator counter = {0};
	struct dt_node node = script_node("1~");
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	script.allocator = failing_allocator_functions(&counter);
	SCRIPT_RUN(&script, {0, "static", "1", ""});
	node.host_name = "node.example";
	counter.fail_at = counter.calls + 1;
	cr_assert_eq(dti_dialstate_add_static(script.state, &node),
		     DT_ERR_NO_MEMORY);
	SCRIPT_RUN(&script, {0, "tick", "", "s1"});

	cr_assert_eq(script.tasks[0].node.endpoint.ip[0], 10);
	cr_assert_null(script.tasks[0].node.host_name);
	script_fini(&script);
}

Test(dialstate_memory, a_candidate_without_memory_is_skipped_and_dialed_later)
{
	struct failing_allocator counter = {0};
	struct dial_script script;
	const struct dti_dialstate_counters *counters;

	script_init(&script);
	script.allocator = failing_allocator_functions(&counter);
	script.config.has_lookup = false;
	script_make(&script);
	counters = dti_dialstate_counters(script.state);
	counter.fail_at = counter.calls + 1;
	SCRIPT_RUN(&script, {0, "tick", "1 2", "d2"});
	cr_assert_eq(counters->skipped[DT_SKIP_NO_MEMORY], 1);
	SCRIPT_RUN(&script, {0, "tick", "1", "d1"});
	script_fini(&script);

	cr_assert_eq(counter.live, 0);
}

Test(dialstate_memory, lookup_results_without_memory_are_skipped)
{
	struct failing_allocator counter = {0};
	struct dial_script script;
	const struct dti_dialstate_counters *counters;

	script_init(&script);
	script.allocator = failing_allocator_functions(&counter);
	script.config.has_lookup = false;
	script_make(&script);
	counters = dti_dialstate_counters(script.state);
	counter.fail_at = counter.calls + 1;
	SCRIPT_RUN(&script, {0, "found", "1 2 3", ""},
		   {0, "tick", "", "d2 d3"});

	cr_assert_eq(counters->skipped[DT_SKIP_NO_MEMORY], 1);
	cr_assert_eq(counters->offered[DT_SOURCE_LOOKUP], 3);
	script_fini(&script);
}

Test(dialstate_memory, the_end_of_a_dial_needs_no_memory)
{
	struct failing_allocator counter = {0};
	struct dial_script script;
	size_t calls;

	script_init(&script);
	script.allocator = failing_allocator_functions(&counter);
	script.config.limits.max_dyn_dials = 10;
	SCRIPT_RUN(&script, {0, "static", "1 2 3 4 5", ""},
		   {0, "tick", "11 12 13", "s1 s2 s3 s4 s5 d11 d12 d13 L"});
	calls = counter.calls;
	SCRIPT_RUN(&script, {1, "done", "1 2 3 4 5 11 12 13", ""});

	cr_assert_eq(counter.calls, calls);
	cr_assert_eq(dti_dialstate_counters(script.state)->history, 8);
	script_fini(&script);
}

Test(dialstate_memory, static_nodes_go_round_without_any)
{
	struct failing_allocator counter = {0};
	struct dial_script script;
	size_t calls;

	script_init(&script);
	script.allocator = failing_allocator_functions(&counter);
	script.config.limits.max_dyn_dials = 0;
	SCRIPT_RUN(&script, {0, "static", "1 2 3", ""});
	calls = counter.calls;
	for (int64_t now_ms = 0; now_ms < 1000000; now_ms += 40000)
		SCRIPT_RUN(&script, {now_ms, "tick", "", "s1 s2 s3"},
			   {now_ms + 1, "done", "1", ""},
			   {now_ms + 2, "done", "2", ""},
			   {now_ms + 3, "done", "3", ""});

	cr_assert_eq(counter.calls, calls);
	script_fini(&script);
}

/* One command of each kind now and then; each may fail. */
static void give_commands(struct dti_dialstate *state, unsigned int turn,
			  const struct dt_node *node)
{
	static const struct {
		unsigned int every;
		command give;
	} commands[] = {
		{5, dti_dialstate_add_static},
		{11, ban},
		{13, dti_dialstate_add_bootnode},
		{19, add_peer},
		{23, begin_inbound},
	};
	enum dt_skip refused;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (turn % commands[i].every == 0)
			(void)commands[i].give(state, node);
	if (turn % 17 == 0)
		(void)dti_dialstate_dial_now(state, &refused, node);
}

static void take_turn(struct dial_script *script, int64_t now_ms,
		      const struct dt_node *node)
{
	struct dti_task lookup = {.kind = DT_TASK_LOOKUP};
	struct dti_task_result found = {.nodes = node, .node_count = 1};
	struct dti_task_result ended = {.outcome = DT_OUTCOME_REFUSED};
	size_t count;

	dti_dialstate_task_done(script->state, now_ms, &lookup, &found);
	count = dti_dialstate_new_tasks(script->state, script->tasks, now_ms, 0,
					NULL, 20);
	for (size_t i = 0; i < count; i++)
		if (script->tasks[i].kind != DT_TASK_LOOKUP)
			dti_dialstate_task_done(script->state, now_ms,
						&script->tasks[i], &ended);
}

/* A day in which everything happens. */
static void live_through(struct dial_script *script)
{
	for (unsigned int turn = 0; turn < 300; turn++) {
		struct dt_node node = script_node("1");

		node.id = script_id(turn % 50 + 1);
		node.host_name = turn % 7 == 0 ? "node.example" : NULL;
		give_commands(script->state, turn, &node);
		take_turn(script, 200 * (int64_t)turn, &node);
		(void)dti_dialstate_peer_removed(script->state, &node.id);
		dti_dialstate_inbound_done(script->state, &node.id);
		cr_assert_null(dti_dialstate_verify(script->state));
	}
}

Test(dialstate_memory, any_allocation_of_a_long_run_may_fail, .timeout = 120)
{
	size_t fail_at = 1;

	for (;; fail_at++) {
		struct failing_allocator counter = {.fail_at = fail_at};
		struct dial_script script;

		script_init(&script);
		script.allocator = failing_allocator_functions(&counter);
		if (dti_dialstate_create(&script.state, &script.config) ==
		    DT_OK) {
			live_through(&script);
			script_fini(&script);
		}
		cr_assert_eq(counter.live, 0);
		if (counter.calls < fail_at)
			break;
	}

	cr_assert_gt(fail_at, 50);
}

/* All of @count static nodes are dialed at once and come into the history. */
static double bytes_a_node(uint32_t count)
{
	struct counting_allocator memory = {0};
	struct dti_task *tasks = calloc(count + 1, sizeof(*tasks));
	struct dti_task_result result = {.outcome = DT_OUTCOME_REFUSED};
	struct dial_script script;
	double bytes;

	cr_assert_not_null(tasks);
	script_init(&script);
	script.allocator = counting_allocator_functions(&memory);
	script.config.limits.max_dyn_dials = 0;
	script_make(&script);
	for (uint32_t i = 0; i < count; i++) {
		struct dt_node node = script_node("1");

		memcpy(node.id.bytes, &i, sizeof(i));
		cr_assert_eq(dti_dialstate_add_static(script.state, &node),
			     DT_OK);
	}
	cr_assert_eq(
		dti_dialstate_new_tasks(script.state, tasks, 0, 0, NULL, count),
		count);
	for (uint32_t i = 0; i < count; i++)
		dti_dialstate_task_done(script.state, i, &tasks[i], &result);
	cr_assert_eq(dti_dialstate_counters(script.state)->history, count);
	cr_assert_null(dti_dialstate_verify(script.state));
	bytes = (double)memory.peak_bytes / count;
	script_fini(&script);
	cr_assert_eq(memory.live_bytes, 0);
	free(tasks);
	return bytes - sizeof(struct dt_node_id) - sizeof(struct dt_endpoint);
}

Test(dialstate_memory, a_static_node_costs_less_than_200_bytes_of_its_own,
     .timeout = 120)
{
	/* The second is just after the tables have doubled. */
	cr_assert_lt(bytes_a_node(100000), 200);
	cr_assert_lt(bytes_a_node(131073), 200);
}
