/* SPDX-License-Identifier: MIT */
#include "tests/dial_script.h"
#include "tests/harness.h"

Test(dialstate_new_tasks, the_worked_example_of_the_format)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "boot", "7", ""}, {0, "static", "9", ""},
		   {0, "tick", "1 9 2", "s9 d1 L"}, {1000, "peer", "1", ""},
		   {1500, "done", "1", ""}, {1500, "tick", "", ""},
		   {2000, "found", "5 1 6 8 4", ""}, {2000, "static", "12", ""},
		   {2000, "tick", "5 1", "s12 d5 d6 d8"},
		   {2300, "done", "5 12", ""}, {2300, "gone", "1", ""},
		   {2300, "unstatic", "9", ""}, {2300, "tick", "", "d4 L"},
		   {2400, "done", "6 8 4", ""}, {15000, "done", "9", ""},
		   {30001, "tick", "", "d7"}, {31500, "running", "0", ""},
		   {31500, "tick", "1 7", "w0"}, {31501, "tick", "1 7", "d1"},
		   {32301, "tick", "5", "s12 d5"});
	script_fini(&script);
}

Test(dialstate_new_tasks, the_first_call_may_be_at_time_0)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "boot", "7", ""}, {0, "tick", "", ""},
		   {20000, "tick", "", ""}, {20001, "tick", "", "d7"});
	script_fini(&script);
}

Test(dialstate_new_tasks, a_wait_comes_alone_and_only_if_nothing_runs)
{
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = 0;
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "tick", "", "s1"},
		   {100, "done", "1", ""}, {100, "tick", "", ""},
		   {200, "running", "0", ""}, {200, "tick", "", "w29900"},
		   {200, "static", "2", ""}, {200, "tick", "", "s2"},
		   {30100, "tick", "", "w0"}, {30101, "tick", "", "s1"},
		   {30102, "tick", "", ""});
	script_fini(&script);
}

Test(dialstate_new_tasks, a_wait_is_for_the_history_and_not_for_a_ban)
{
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = 0;
	script.running = 0;
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "ban100", "1", ""},
		   {0, "tick", "", ""}, {0, "deadline", "", "100001"},
		   {100000, "tick", "", ""}, {100001, "tick", "", "s1"});
	script_fini(&script);
}

Test(dialstate_new_tasks, without_dynamic_dials_and_static_nodes_there_are_none)
{
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = 0;
	SCRIPT_RUN(&script, {0, "boot", "7", ""}, {0, "found", "1 2", ""},
		   {0, "tick", "3 4", ""}, {90000, "tick", "3 4", ""});
	script_fini(&script);
}

Test(dialstate_new_tasks, one_lookup_at_a_time)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "tick", "", "L"}, {1, "tick", "", ""},
		   {2, "found", "", ""}, {2, "tick", "", "L"});
	script_fini(&script);
}

Test(dialstate_new_tasks, no_lookup_while_the_buffer_is_as_large_as_need)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "tick", "", "L"}, {0, "max", "0", ""},
		   {1, "found", "1 2 3 4", ""}, {1, "tick", "", ""},
		   {1, "max", "1", ""}, {1, "tick", "", "d1"},
		   {1, "max_dyn", "5", ""}, {1, "max", "0", ""},
		   {1, "tick", "", "L"});
	script_fini(&script);
}

Test(dialstate_new_tasks, without_a_table_there_are_no_lookups)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "tick", "", ""});

	cr_assert_eq(dti_dialstate_new_tasks(script.state, script.tasks, 1, 1,
					     NULL, 10),
		     0);
	script_fini(&script);
}

Test(dialstate_new_tasks, no_slot_leaves_everything_where_it_is)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "tick", "", "L"}, {0, "found", "5 6", ""},
		   {0, "static", "1", ""}, {0, "boot", "7", ""},
		   {0, "now", "9", ""}, {0, "max", "0", ""},
		   {30000, "tick", "3 4", "L"}, {30000, "max", "100", ""},
		   {30000, "tick", "3 4", "d9 s1 d7 d3 d5"});
	script_fini(&script);
}

Test(dialstate_new_tasks, the_share_holds_when_slots_come_one_at_a_time)
{
	struct dial_script script;
	unsigned int statics = 0;

	script_init(&script);
	script.config.limits.max_dyn_dials = 50;
	script.config.limits.history_expiration_ms = 0;
	script.max = 1;
	SCRIPT_RUN(&script, {0, "static", "1 2 3 4 5 6 7 8", ""});

	for (int64_t now_ms = 1; now_ms <= 10000; now_ms++) {
		struct dti_task_result result = {
			.outcome = DT_OUTCOME_REFUSED,
		};
		struct dti_task lookup = {.kind = DT_TASK_LOOKUP};
		struct dti_task_result found = {
			.nodes = (struct dt_node[]){script_node("20"),
						    script_node("21")},
			.node_count = 2,
		};
		size_t count = dti_dialstate_new_tasks(
			script.state, script.tasks, now_ms, 1, NULL, 1);

		cr_assert_geq(count, 1);
		statics += script.tasks[0].kind == DT_TASK_STATIC_DIAL;
		if (script.tasks[0].kind != DT_TASK_LOOKUP)
			dti_dialstate_task_done(script.state, now_ms,
						&script.tasks[0], &result);
		if (script.tasks[count - 1].kind == DT_TASK_LOOKUP)
			dti_dialstate_task_done(script.state, now_ms, &lookup,
						&found);
	}

	cr_assert_geq(statics, 7400);
	cr_assert_leq(statics, 7600);
	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_new_tasks, static_nodes_take_what_dynamic_dials_leave)
{
	struct dial_script script;

	script_init(&script);
	script.max = 4;
	SCRIPT_RUN(&script, {0, "static", "11 12 13 14 15 16", ""},
		   {0, "tick", "", "s11 s12 s13 s14 L"},
		   {1, "done", "11 12 13 14", ""}, {1, "found", "1", ""},
		   {1, "tick", "", "s15 s16 d1 L"});
	script_fini(&script);
}

Test(dialstate_new_tasks, static_dials_stand_first_although_some_come_later)
{
	struct dial_script script;

	/* 3 of 4 slots for static nodes; the fourth's candidate is refused, so
	 * a static node has it after the dynamic part. */
	script_init(&script);
	script.max = 8;
	SCRIPT_RUN(&script, {0, "static", "11 12 13 14 15 16 17 18 19", ""},
		   {0, "inbound", "2", ""}, {0, "found", "1 2", ""},
		   {0, "tick", "", "s11 s12 s13 s14 s15 s16 s17 d1 L"});
	script_fini(&script);
}
