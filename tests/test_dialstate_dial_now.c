/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/dialstate.h"

#include "tests/dial_script.h"
#include "tests/harness.h"

static const struct dti_dialstate_counters *
counters_of(const struct dial_script *script)
{
	return dti_dialstate_counters(script->state);
}

Test(dialstate_dial_now, it_goes_before_all_others_and_needs_no_free_place)
{
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = 1;
	SCRIPT_RUN(&script, {0, "peer", "90", ""}, {0, "static", "1", ""},
		   {0, "now", "5", ""}, {0, "now", "6", ""},
		   {0, "tick", "", "d5 d6 s1"});

	cr_assert_eq(script.tasks[0].source, DT_SOURCE_DIAL_NOW);
	cr_assert_eq(counters_of(&script)->dialed[DT_SOURCE_DIAL_NOW], 2);
	script_fini(&script);
}

Test(dialstate_dial_now, a_static_node_is_dialed_as_one_at_its_own_endpoint)
{
	struct dial_script script;

	script_init(&script);
	script.max = 1;
	SCRIPT_RUN(&script, {0, "static", "1 2", ""}, {0, "now", "2~", ""},
		   {0, "tick", "", "s2 L"}, {0, "tick", "", "s1"});

	cr_assert_eq(script.dials[2].node.endpoint.ip[0], 10);
	cr_assert_neq(script.dials[2].static_serial, 0);
	script_fini(&script);
}

Test(dialstate_dial_now, it_forgets_the_history_of_the_node)
{
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = 0;
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "tick", "", "s1"},
		   {1, "done", "1", ""}, {2, "tick", "", ""},
		   {2, "now", "1", ""}, {2, "tick", "", "s1"});

	cr_assert_eq(counters_of(&script)->history, 0);
	script_fini(&script);
}

Test(dialstate_dial_now,
     a_node_that_may_not_be_dialed_is_refused_with_its_reason)
{
	struct dial_script script;

	script_init(&script);
	script.config.check_endpoints = true;
	SCRIPT_RUN(&script, {0, "netrestrict", "10.0.0.0/8", ""},
		   {0, "tick", "1", "d1 L"}, {0, "inbound", "2", ""},
		   {0, "pending", "3", ""}, {0, "ban", "4", ""},
		   {1, "now", "1", "already_dialing"},
		   {1, "now", "2", "already_connected"},
		   {1, "now", "3", "pending_inbound"}, {1, "now", "0", "self"},
		   {1, "now", "4", "banned"}, {1, "now", "5!", "no_port"},
		   {1, "now", "5*", "bad_address"},
		   {1, "now", "5~", "not_allowed"},
		   {1, "now", "5?", "not_allowed"}, {1, "tick", "", ""});

	cr_assert_eq(counters_of(&script)->offered[DT_SOURCE_DIAL_NOW], 9);
	cr_assert_eq(counters_of(&script)->skipped[DT_SKIP_NOT_ALLOWED], 2);
	script_fini(&script);
}

Test(dialstate_dial_now, it_is_checked_again_when_it_is_taken)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "now", "1", ""}, {0, "now", "2", ""},
		   {0, "inbound", "1", ""}, {0, "tick", "", "d2"},
		   {0, "gone", "1", ""}, {0, "tick", "", ""});

	cr_assert_eq(counters_of(&script)->skipped[DT_SKIP_ALREADY_CONNECTED],
		     1);
	script_fini(&script);
}

Test(dialstate_dial_now, twice_is_once_at_the_latest_endpoint)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "now", "1", ""}, {0, "now", "2", ""},
		   {0, "now", "1~", ""}, {0, "tick", "", "d1 d2"});

	cr_assert_eq(script.dials[1].node.endpoint.ip[0], 11);
	script_fini(&script);
}

Test(dialstate_dial_now, it_waits_for_a_slot)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	script.max = 1;
	SCRIPT_RUN(&script, {0, "now", "1", ""}, {0, "now", "2", ""},
		   {0, "static", "3", ""}, {0, "tick", "", "d1"},
		   {0, "tick", "", "d2"}, {0, "tick", "", "s3"});
	script_fini(&script);
}

Test(dialstate_dial_now, a_node_that_becomes_static_meanwhile_is_dialed_as_one)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "now", "1", ""}, {0, "static", "1", ""},
		   {0, "static", "2", ""}, {0, "now", "2", ""},
		   {0, "unstatic", "2", ""}, {0, "tick", "", "s1 d2"});
	script_fini(&script);
}

Test(dialstate_dial_now, a_name_is_enough_of_an_endpoint)
{
	struct dial_script script;
	struct dt_node node = script_node("1?");
	enum dt_skip refused;

	script_init(&script);
	script.config.check_endpoints = true;
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "netrestrict", "10.0.0.0/8", ""});
	node.host_name = "node.example";
	cr_assert_eq(dti_dialstate_dial_now(script.state, &refused, &node),
		     DT_ERR_ARGUMENT);
	cr_assert_eq(refused, DT_SKIP_NO_PORT);
	node.endpoint.tcp_port = 30303;
	cr_assert_eq(dti_dialstate_dial_now(script.state, &refused, &node),
		     DT_OK);
	SCRIPT_RUN(&script, {0, "tick", "", "d1"});

	cr_assert_str_eq(script.tasks[0].node.host_name, "node.example");
	script_fini(&script);
}
