/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/static_nodes.h"

#include "tests/dial_script.h"
#include "tests/harness.h"

static void init_static_only(struct dial_script *script)
{
	script_init(script);
	script->config.limits.max_dyn_dials = 0;
}

Test(dialstate_static_nodes, all_are_dialed_at_once)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "3 1 2", ""},
		   {0, "tick", "", "s3 s1 s2"}, {0, "tick", "", ""});
	script_fini(&script);
}

Test(dialstate_static_nodes, they_have_their_turn_in_the_order_they_got_ready)
{
	struct dial_script script;

	init_static_only(&script);
	script.max = 1;
	SCRIPT_RUN(&script, {0, "static", "3 1 2", ""}, {0, "tick", "", "s3"},
		   {1, "done", "3", ""}, {1, "tick", "", "s1"},
		   {2, "done", "1", ""}, {40000, "tick", "", "s2"},
		   {40000, "tick", "", "s3"}, {40000, "tick", "", "s1"});
	script_fini(&script);
}

Test(dialstate_static_nodes, one_waits_for_its_dial_its_peer_and_the_history)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "tick", "", "s1"},
		   {10, "tick", "", ""}, {20, "inbound", "1", ""},
		   {30, "done", "1", ""}, {40000, "tick", "", ""},
		   {40000, "gone", "1", ""}, {40000, "tick", "", "s1"},
		   {40010, "done", "1", ""}, {40010, "tick", "", ""},
		   {70010, "tick", "", ""}, {70011, "tick", "", "s1"});
	script_fini(&script);
}

Test(dialstate_static_nodes, adding_one_again_replaces_its_record)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "static", "1~", ""},
		   {0, "tick", "", "s1"});

	cr_assert_eq(script.tasks[0].node.endpoint.ip[0], 11);
	cr_assert_eq(dti_dialstate_counters(script.state)->static_nodes, 1);
	script_fini(&script);
}

Test(dialstate_static_nodes, adding_one_again_begins_its_backoff_anew)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "tick", "", "s1"});
	script.dials[1].backoff.resolved_before = true;
	script.dials[1].backoff.delay_ms = 77;
	SCRIPT_RUN(&script, {1, "done", "1", ""}, {30002, "tick", "", "s1"});
	cr_assert(script.tasks[0].backoff.resolved_before);
	cr_assert_eq(script.tasks[0].backoff.delay_ms, 77);
	SCRIPT_RUN(&script, {30002, "done", "1", ""},
		   {30003, "static", "1", ""}, {60003, "tick", "", "s1"});

	cr_assert_not(script.tasks[0].backoff.resolved_before);
	cr_assert_eq(script.tasks[0].backoff.delay_ms, 60000);
	script_fini(&script);
}

Test(dialstate_static_nodes, removing_one_leaves_its_dial_and_its_history)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "tick", "", "s1"},
		   {1, "unstatic", "1", ""}, {1, "static", "1", ""},
		   {1, "tick", "", ""}, {2, "done", "1", ""},
		   {3, "unstatic", "1", ""}, {3, "static", "1", ""},
		   {30002, "tick", "", ""}, {30003, "tick", "", "s1"});
	script_fini(&script);
}

Test(dialstate_static_nodes, one_that_is_this_node_is_never_dialed)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "static", "0 1", ""}, {0, "tick", "", "s1"},
		   {90000, "tick", "", ""});

	cr_assert_eq(
		dti_dialstate_counters(script.state)->skipped[DT_SKIP_SELF], 1,
		"it is looked at once and not again");
	script_fini(&script);
}

Test(dialstate_static_nodes, netrestrict_puts_one_aside_until_it_changes)
{
	struct dial_script script;

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "netrestrict", "10.0.0.0/8", ""},
		   {0, "static", "1~ 2 3~", ""}, {0, "tick", "", "s2"},
		   {1, "tick", "", ""}, {2, "netrestrict", "12.0.0.0/8", ""},
		   {2, "tick", "", ""}, {3, "netrestrict", "", ""},
		   {3, "tick", "", "s1 s3"}, {3, "tick", "", ""});

	cr_assert_eq(dti_dialstate_counters(script.state)
			     ->skipped[DT_SKIP_NOT_ALLOWED],
		     4);
	script_fini(&script);
}

Test(dialstate_static_nodes, those_aside_are_looked_at_again_as_slots_allow)
{
	struct dial_script script;

	init_static_only(&script);
	script.max = 1;
	SCRIPT_RUN(&script, {0, "netrestrict", "12.0.0.0/8", ""},
		   {0, "static", "1 2 3", ""}, {0, "tick", "", ""},
		   {1, "static", "4", ""}, {2, "netrestrict", "", ""},
		   {2, "tick", "", "s1"}, {2, "unstatic", "2", ""},
		   {2, "tick", "", "s3"}, {2, "tick", "", "s4"},
		   {2, "tick", "", ""});
	script_fini(&script);
}

Test(dialstate_static_nodes, a_new_endpoint_brings_one_back_from_aside)
{
	struct dial_script script;

	init_static_only(&script);
	script.config.check_endpoints = true;
	SCRIPT_RUN(&script, {0, "static", "1! 2*", ""}, {0, "tick", "", ""},
		   {1, "static", "1", ""}, {1, "tick", "", "s1"},
		   {1, "static", "2", ""}, {1, "tick", "", "s2"});
	script_fini(&script);
}

Test(dialstate_static_nodes, one_without_an_address_is_dialed_to_be_resolved)
{
	struct dial_script script;

	init_static_only(&script);
	script.config.check_endpoints = true;
	SCRIPT_RUN(&script, {0, "netrestrict", "10.0.0.0/8", ""},
		   {0, "static", "1?", ""}, {0, "tick", "", "s1"});
	script_fini(&script);
}

Test(dialstate_static_nodes, the_name_is_a_copy_that_goes_with_each_dial)
{
	struct dial_script script;
	char name[] = "node.example";
	struct dt_node node = script_node("1?");

	init_static_only(&script);
	script_make(&script);
	node.host_name = name;
	node.endpoint.tcp_port = 30303;
	cr_assert_eq(dti_dialstate_add_static(script.state, &node), DT_OK);
	name[0] = 'X';
	SCRIPT_RUN(&script, {0, "tick", "", "s1"});

	cr_assert_str_eq(script.tasks[0].node.host_name, "node.example");
	script_fini(&script);
}

Test(dialstate_static_nodes, removing_what_is_not_static_is_false)
{
	struct dial_script script;
	struct dt_node_id one = script_id(1);

	init_static_only(&script);
	SCRIPT_RUN(&script, {0, "inbound", "1", ""});

	cr_assert_not(dti_dialstate_remove_static(script.state, &one));
	one = script_id(2);
	cr_assert_not(dti_dialstate_remove_static(script.state, &one));
	script_fini(&script);
}
