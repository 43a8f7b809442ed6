/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/round.h"

#include "tests/dial_script.h"
#include "tests/harness.h"

static const struct dti_dialstate_counters *
counters_of(const struct dial_script *script)
{
	return dti_dialstate_counters(script->state);
}

Test(dialstate_round, each_candidate_is_counted_with_what_came_of_it)
{
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = 8;
	SCRIPT_RUN(&script, {0, "static", "1 0", ""}, {0, "boot", "7", ""},
		   {0, "tick", "1 2 0 2 3", "s1 d2 L"},
		   {1, "found", "2 5 5", ""}, {1, "tick", "", "d5 L"},
		   {2, "done", "1 2 5", ""}, {2, "now", "9", ""},
		   {20001, "tick", "", "d9 d7"});

	cr_assert_eq(counters_of(&script)->dialed[DT_SOURCE_STATIC], 1);
	cr_assert_eq(counters_of(&script)->offered[DT_SOURCE_STATIC], 2);
	cr_assert_eq(counters_of(&script)->dialed[DT_SOURCE_RANDOM], 1);
	cr_assert_eq(counters_of(&script)->offered[DT_SOURCE_RANDOM], 4,
		     "the fifth was not looked at");
	cr_assert_eq(counters_of(&script)->dialed[DT_SOURCE_LOOKUP], 1);
	cr_assert_eq(counters_of(&script)->offered[DT_SOURCE_LOOKUP], 3);
	cr_assert_eq(counters_of(&script)->dialed[DT_SOURCE_BOOTNODE], 1);
	cr_assert_eq(counters_of(&script)->dialed[DT_SOURCE_DIAL_NOW], 1);
	cr_assert_eq(counters_of(&script)->skipped[DT_SKIP_ALREADY_DIALING], 4);
	cr_assert_eq(counters_of(&script)->skipped[DT_SKIP_SELF], 2);
	script_fini(&script);
}

Test(dialstate_round, a_ready_static_node_is_dialed_as_one_whoever_offers_it)
{
	struct dial_script script;

	/* One slot, and it is the dynamic dials' turn. */
	script_init(&script);
	script.config.limits.static_share = 0;
	script.max = 1;
	SCRIPT_RUN(&script, {0, "static", "5 1~", ""}, {0, "tick", "1", "s1 L"},
		   {1, "tick", "", "s5"});

	cr_assert_eq(script.dials[1].source, DT_SOURCE_RANDOM);
	cr_assert_eq(script.dials[1].node.endpoint.ip[0], 11,
		     "at its own endpoint");
	cr_assert_eq(counters_of(&script)->dyn_dials, 0);
	script_fini(&script);
}

Test(dialstate_round, a_static_node_aside_can_be_dialed_where_others_found_it)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "netrestrict", "10.0.0.0/8", ""},
		   {0, "static", "1~", ""}, {0, "tick", "", "L"},
		   {1, "tick", "1", "d1"}, {2, "done", "1", ""},
		   {40000, "tick", "", ""}, {40000, "netrestrict", "", ""},
		   {40000, "tick", "", "s1"});

	cr_assert_eq(script.dials[1].node.endpoint.ip[0], 11,
		     "its own endpoint is as it was");
	script_fini(&script);
}

Test(dialstate_round, a_dynamic_dial_carries_a_copy_of_the_name)
{
	struct dial_script script;
	struct dt_node node = script_node("1");
	struct dti_task lookup = {.kind = DT_TASK_LOOKUP};
	struct dti_task_result result = {.nodes = &node, .node_count = 1};
	char name[] = "node.example";

	script_init(&script);
	script_make(&script);
	node.host_name = name;
	dti_dialstate_task_done(script.state, 0, &lookup, &result);
	name[0] = 'X';
	SCRIPT_RUN(&script, {0, "tick", "", "d1 L"});

	cr_assert_str_eq(script.tasks[0].node.host_name, "node.example");
	script_fini(&script);
}
