/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/dialstate.h"

#include "tests/dial_script.h"
#include "tests/failing_allocator.h"
#include "tests/harness.h"

Test(dialstate_dialstate, a_new_one_has_nothing_and_waits_for_nothing)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "deadline", "", "never"});

	cr_assert_eq(dti_dialstate_counters(script.state)->records, 0);
	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_dialstate, destroy_frees_everything)
{
	struct failing_allocator counter = {0};
	struct dial_script script;
	struct dt_node named = script_node("33");

	script_init(&script);
	script.allocator = failing_allocator_functions(&counter);
	SCRIPT_RUN(&script, {0, "static", "1 2 3", ""}, {0, "boot", "7", ""},
		   {0, "ban100", "5 6", ""}, {0, "ban", "4", ""},
		   {0, "found", "8 9 10", ""}, {0, "now", "30", ""},
		   {0, "tick", "20", "d30 s1 s2 s3 d20 d8 d9"},
		   {0, "done", "1 1 1", ""});
	named.host_name = "node.example";
	cr_assert_eq(dti_dialstate_add_static(script.state, &named), DT_OK);
	script_fini(&script);

	cr_assert_gt(counter.calls, 5);
	cr_assert_eq(counter.live, 0);
	dti_dialstate_destroy(NULL);
}

Test(dialstate_dialstate, create_fails_as_a_whole_at_each_allocation)
{
	size_t fail_at = 1;

	for (;; fail_at++) {
		struct failing_allocator counter = {.fail_at = fail_at};
		struct dial_script script;
		struct dti_dialstate *state = NULL;

		script_init(&script);
		script.allocator = failing_allocator_functions(&counter);
		if (dti_dialstate_create(&state, &script.config) == DT_OK) {
			dti_dialstate_destroy(state);
			cr_assert_eq(counter.live, 0);
			break;
		}
		cr_assert_null(state);
		cr_assert_eq(counter.live, 0);
	}

	cr_assert_geq(fail_at, 4);
}

Test(dialstate_dialstate, the_deadline_is_when_the_first_hold_ends)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "static", "1 2", ""}, {0, "tick", "", "s1 s2"},
		   {10, "done", "1", ""}, {20, "done", "2", ""},
		   {20, "deadline", "", "30011"}, {20, "ban100", "3", ""},
		   {30011, "tick", "", "s1"}, {30011, "deadline", "", "30021"},
		   {30021, "tick", "", "s2"},
		   {30021, "deadline", "", "100001"});
	script_fini(&script);
}

Test(dialstate_dialstate, after_a_call_the_deadline_lies_ahead)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "boot", "7", ""}, {0, "static", "1", ""},
		   {0, "tick", "", "s1"}, {0, "deadline", "", "20001"},
		   {20001, "done", "1", ""}, {20001, "tick", "", "d7"},
		   {20001, "deadline", "", "50002"}, {60000, "tick", "", "s1"},
		   {60000, "deadline", "", "never"});
	script_fini(&script);
}

Test(dialstate_dialstate, limits_can_change_while_it_runs)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "max_dyn", "0", ""}, {0, "tick", "1 2", ""},
		   {0, "max_dyn", "2", ""}, {0, "tick", "1 2", "d1"},
		   {0, "max_dyn", "100", ""},
		   {0, "tick", "1 2 3 4", "d2 d3 d4"}, {0, "max_dyn", "1", ""},
		   {0, "tick", "5 6", ""});
	script.config.limits.history_expiration_ms = 5;
	dti_dialstate_set_limits(script.state, &script.config.limits);
	SCRIPT_RUN(&script, {10, "done", "1", ""}, {10, "deadline", "", "16"});
	script_fini(&script);
}

Test(dialstate_dialstate, without_memory_for_more_random_nodes_fewer_are_read)
{
	struct failing_allocator counter = {0};
	struct dial_script script;

	script_init(&script);
	script.allocator = failing_allocator_functions(&counter);
	script.config.has_lookup = false;
	script_make(&script);
	counter.fail_at = counter.calls + 1;
	SCRIPT_RUN(&script, {0, "max_dyn", "20", ""},
		   {0, "tick", "1 2 3 4", "d1 d2"});
	SCRIPT_RUN(&script, {0, "max_dyn", "20", ""},
		   {0, "tick", "3 4 5", "d3 d4 d5"});
	script_fini(&script);
}

Test(dialstate_dialstate, a_huge_limit_does_not_take_huge_memory)
{
	struct failing_allocator counter = {0};
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = UINT32_MAX;
	script.allocator = failing_allocator_functions(&counter);
	SCRIPT_RUN(&script, {0, "tick", "1 2 3", "d1 d2 d3 L"});
	script_fini(&script);

	cr_assert_eq(counter.live, 0);
}

Test(dialstate_dialstate, a_removed_bootnode_was_one)
{
	struct dial_script script;
	struct dt_node_id id = script_id(7);

	script_init(&script);
	SCRIPT_RUN(&script, {0, "boot", "7 7", ""});
	cr_assert_eq(dti_dialstate_counters(script.state)->bootnodes, 2);
	cr_assert(dti_dialstate_remove_bootnode(script.state, &id));
	cr_assert_not(dti_dialstate_remove_bootnode(script.state, &id));

	cr_assert_eq(dti_dialstate_counters(script.state)->bootnodes, 0);
	script_fini(&script);
}
