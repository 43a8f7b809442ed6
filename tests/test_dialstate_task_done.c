/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/dialstate.h"

#include "tests/dial_script.h"
#include "tests/harness.h"

static const struct dt_endpoint moved = {
	.ip = {10, 9, 9, 9},
	.family = 4,
	.tcp_port = 40404,
};

static void init_static_only(struct dial_script *script)
{
	script_init(script);
	script->config.limits.max_dyn_dials = 0;
}

/* n1's latest dial ends at @now_ms; it has found `moved`. */
static void end_moved(struct dial_script *script, int64_t now_ms)
{
	struct dti_task_result result = {
		.outcome = DT_OUTCOME_REFUSED,
		.has_endpoint = true,
		.endpoint = moved,
		.has_backoff = true,
		.backoff = {.last_ms = now_ms,
			    .delay_ms = 77,
			    .resolved_before = true},
	};

	dti_dialstate_task_done(script->state, now_ms, &script->dials[1],
				&result);
}

Test(dialstate_task_done, what_a_static_dial_found_is_used_by_the_next)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "tick", "", "s1"});
	cr_assert_not(script.tasks[0].backoff.resolved_before);
	cr_assert_eq(script.tasks[0].backoff.delay_ms, 60000);
	end_moved(&script, 5);
	SCRIPT_RUN(&script, {30006, "tick", "", "s1"});

	cr_assert_eq(script.tasks[0].node.endpoint.tcp_port, 40404);
	cr_assert(script.tasks[0].backoff.resolved_before);
	cr_assert_eq(script.tasks[0].backoff.delay_ms, 77);
	cr_assert_eq(script.tasks[0].backoff.last_ms, 5);
	script_fini(&script);
}

Test(dialstate_task_done, what_it_found_is_lost_if_the_record_was_replaced)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "tick", "", "s1"},
		   {1, "static", "1~", ""});
	end_moved(&script, 5);
	SCRIPT_RUN(&script, {30006, "tick", "", "s1"});

	cr_assert_eq(script.tasks[0].node.endpoint.ip[0], 11);
	cr_assert_not(script.tasks[0].backoff.resolved_before);
	script_fini(&script);
}

Test(dialstate_task_done, what_it_found_is_lost_if_the_record_was_removed)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "tick", "", "s1"},
		   {1, "unstatic", "1", ""}, {2, "static", "1", ""});
	end_moved(&script, 5);
	SCRIPT_RUN(&script, {30006, "tick", "", "s1"});

	cr_assert_eq(script.tasks[0].node.endpoint.tcp_port, 30303);
	script_fini(&script);
}

/* n1's latest dial has failed after a shortened timeout, or not. */
static void end_timed_out(struct dial_script *script, bool cut_short)
{
	struct dti_task_result result = {
		.outcome = DT_OUTCOME_TIMED_OUT,
		.cut_short = cut_short,
		.has_backoff = true,
		.backoff = {.delay_ms = 60000},
	};

	dti_dialstate_task_done(script->state, 0, &script->dials[1], &result);
}

Test(dialstate_task_done, a_static_dial_knows_whether_the_last_was_cut_short)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "tick", "", "s1"});
	cr_assert_not(script.tasks[0].cut_short);
	end_timed_out(&script, true);
	SCRIPT_RUN(&script, {30001, "tick", "", "s1"});
	cr_assert(script.tasks[0].cut_short);
	end_timed_out(&script, false);
	SCRIPT_RUN(&script, {60002, "tick", "", "s1"});

	cr_assert_not(script.tasks[0].cut_short);
	script_fini(&script);
}

Test(dialstate_task_done, a_record_that_was_replaced_was_not_cut_short)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "tick", "", "s1"});
	end_timed_out(&script, true);
	SCRIPT_RUN(&script, {1, "static", "1~", ""}, {30001, "tick", "", "s1"});

	cr_assert_not(script.tasks[0].cut_short);
	script_fini(&script);
}

Test(dialstate_task_done, what_a_dynamic_dial_found_has_no_effect)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "tick", "1", "d1 L"}, {1, "static", "1", ""});
	end_moved(&script, 5);
	SCRIPT_RUN(&script, {30006, "tick", "", "s1"});

	cr_assert_eq(script.tasks[0].node.endpoint.tcp_port, 30303);
	script_fini(&script);
}

Test(dialstate_task_done, a_local_fault_is_not_held_against_the_node)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "1 2", ""}, {0, "tick", "", "s1 s2"},
		   {1, "fault", "1", ""}, {1, "done", "2", ""},
		   {1, "tick", "", "s1"}, {2, "fault", "1", ""});

	cr_assert_eq(dti_dialstate_counters(script.state)->history, 1);
	cr_assert_eq(dti_dialstate_counters(script.state)->static_ready, 1);
	script_fini(&script);
}

Test(dialstate_task_done, after_a_local_fault_a_static_node_waits_behind_others)
{
	struct dial_script script;

	init_static_only(&script);
	script.max = 1;
	SCRIPT_RUN(&script, {0, "static", "1 2", ""}, {0, "tick", "", "s1"},
		   {1, "fault", "1", ""}, {1, "tick", "", "s2"},
		   {1, "tick", "", "s1"});
	script_fini(&script);
}

Test(dialstate_task_done, after_a_local_fault_a_dynamic_node_is_forgotten)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "tick", "1", "d1 L"}, {1, "fault", "1", ""});

	cr_assert_eq(dti_dialstate_counters(script.state)->records, 0);
	script_fini(&script);
}

Test(dialstate_task_done, the_end_of_a_dial_that_is_not_active_is_remembered)
{
	struct dial_script script;
	struct dti_task task = {
		.kind = DT_TASK_DYN_DIAL,
		.node = {.id = script_id(5)},
	};
	struct dti_task_result result = {.outcome = DT_OUTCOME_REFUSED};

	script_init(&script);
	script.running = 0;
	script.config.has_lookup = false;
	script_make(&script);
	dti_dialstate_task_done(script.state, 100, &task, &result);
	dti_dialstate_task_done(script.state, 200, &task, &result);

	cr_assert_eq(dti_dialstate_counters(script.state)->history, 2);
	SCRIPT_RUN(&script, {200, "tick", "5", "w29900"},
		   {30101, "tick", "5", "w99"}, {30201, "tick", "5", "d5"});
	script_fini(&script);
}

Test(dialstate_task_done, a_dial_that_ends_twice_ends_no_dial_of_another_node)
{
	struct dial_script script;
	struct dti_task old;
	struct dti_task_result result = {.outcome = DT_OUTCOME_REFUSED};

	/* n1 is forgotten, and n2 gets the record that was n1's. */
	script_init(&script);
	SCRIPT_RUN(&script, {0, "tick", "1", "d1 L"}, {1, "fault", "1", ""},
		   {2, "tick", "2", "d2"});
	old = script.dials[1];
	cr_assert_eq(old.record, script.dials[2].record);
	dti_dialstate_task_done(script.state, 3, &old, &result);

	cr_assert_eq(dti_dialstate_counters(script.state)->dyn_dials, 1);
	cr_assert_eq(dti_dialstate_counters(script.state)->history, 1);
	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_task_done, lookup_results_that_find_no_lookup_are_kept_as_well)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "found", "1 2", ""}, {0, "found", "3", ""},
		   {0, "tick", "", "d1 d2 d3 L"});
	script_fini(&script);
}

Test(dialstate_task_done, a_wait_that_ends_changes_nothing)
{
	struct dial_script script;
	struct dti_task task = {.kind = DT_TASK_WAIT, .wait_ms = 5};
	struct dti_task_result result = {.outcome = DT_OUTCOME_EXPIRED};

	script_init(&script);
	SCRIPT_RUN(&script, {0, "tick", "1", "d1 L"});
	dti_dialstate_task_done(script.state, 5, &task, &result);

	SCRIPT_RUN(&script, {5, "tick", "1", ""});
	script_fini(&script);
}

Test(dialstate_task_done, history_at_the_end_of_time_lasts_for_ever)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {INT64_MAX - 10, "static", "1", ""},
		   {INT64_MAX - 10, "tick", "", "s1"},
		   {INT64_MAX - 5, "done", "1", ""},
		   {INT64_MAX - 5, "tick", "", ""}, {INT64_MAX, "tick", "", ""},
		   {0, "deadline", "", "never"});
	script_fini(&script);
}
