/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/dialstate.h"

#include "tests/dial_script.h"
#include "tests/harness.h"

static const struct dti_dialstate_counters *
counters_of(const struct dial_script *script)
{
	return dti_dialstate_counters(script->state);
}

Test(dialstate_peers, only_dynamic_peers_take_of_need)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "inbound", "91 92 93 94 95", ""},
		   {0, "peer", "96", ""}, {0, "found", "1 2 3 4 5", ""},
		   {0, "tick", "", "d1 d2 d3"});
	script_fini(&script);
}

Test(dialstate_peers, a_dynamic_peer_whose_dial_has_not_ended_counts_twice)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "found", "1 2 3 4 5", ""},
		   {0, "max_dyn", "3", ""}, {0, "tick", "", "d1 d2 d3"},
		   {1, "peer", "1", ""}, {1, "max_dyn", "4", ""},
		   {1, "tick", "", ""}, {1, "done", "1", ""},
		   {1, "tick", "", "d4"});
	script_fini(&script);
}

Test(dialstate_peers, a_known_peer_gets_the_new_flags)
{
	struct dial_script script;
	struct dt_node_id id = script_id(1);

	script_init(&script);
	SCRIPT_RUN(&script, {0, "peer", "1", ""}, {0, "inbound", "1", ""});

	cr_assert_eq(counters_of(&script)->peers, 1);
	cr_assert_eq(counters_of(&script)->dyn_peers, 0);
	cr_assert_eq(counters_of(&script)->peers_added, 1);
	cr_assert_eq(dti_dialstate_peer_removed(script.state, &id),
		     DT_PEER_INBOUND);
	cr_assert_eq(dti_dialstate_peer_removed(script.state, &id), 0);
	cr_assert_eq(counters_of(&script)->peers_removed, 1);
	cr_assert_eq(counters_of(&script)->records, 0);
	script_fini(&script);
}

Test(dialstate_peers, handshakes_under_way_are_counted_one_by_one)
{
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = 0;
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "pending", "1 1", ""},
		   {0, "tick", "", ""}, {0, "ended", "1", ""},
		   {0, "tick", "", ""}, {0, "ended", "1", ""},
		   {0, "tick", "", "s1"}, {0, "ended", "1 2", ""});
	script_fini(&script);
}

Test(dialstate_peers, a_candidate_that_is_on_its_way_in_is_not_dialed)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "pending", "1", ""},
		   {0, "tick", "1 2", "d2 L"});

	cr_assert_eq(counters_of(&script)->skipped[DT_SKIP_PENDING_INBOUND], 1);
	script_fini(&script);
}

Test(dialstate_peers, a_banned_node_is_not_dialed_until_the_ban_is_lifted)
{
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = 0;
	SCRIPT_RUN(&script, {0, "ban", "1", ""}, {0, "static", "1", ""},
		   {90000, "tick", "", ""}, {90000, "deadline", "", "never"},
		   {90000, "unban", "1 2", ""}, {90000, "tick", "", "s1"});
	script_fini(&script);
}

Test(dialstate_peers, a_tag_lives_as_long_as_the_dial)
{
	struct dial_script script;
	struct dt_node_id id = script_id(1);
	struct dti_task none = {.kind = DT_TASK_DYN_DIAL, .node.id = id};

	script_init(&script);
	SCRIPT_RUN(&script, {0, "inbound", "1", ""});
	dti_dialstate_set_tag(&none, 7);
	cr_assert_eq(dti_dialstate_tag(script.state, &id), DTI_NO_TAG);
	SCRIPT_RUN(&script, {0, "gone", "1", ""}, {0, "tick", "1", "d1 L"});
	cr_assert_eq(dti_dialstate_tag(script.state, &id), DTI_NO_TAG);
	dti_dialstate_set_tag(&script.dials[1], 7);
	cr_assert_eq(dti_dialstate_tag(script.state, &id), 7);
	SCRIPT_RUN(&script, {0, "done", "1", ""});

	cr_assert_eq(dti_dialstate_tag(script.state, &id), DTI_NO_TAG);
	id = script_id(2);
	cr_assert_eq(dti_dialstate_tag(script.state, &id), DTI_NO_TAG);
	script_fini(&script);
}

Test(dialstate_peers, who_is_banned_is_known_until_the_ban_ends)
{
	struct dial_script script;
	struct dt_node_id for_ever = script_id(1);
	struct dt_node_id for_a_while = script_id(2);

	script_init(&script);
	SCRIPT_RUN(&script, {0, "ban", "1", ""}, {0, "ban100", "2", ""});
	cr_assert(dti_dialstate_is_banned(script.state, &for_ever));
	cr_assert(dti_dialstate_is_banned(script.state, &for_a_while));
	SCRIPT_RUN(&script, {100001, "tick", "", "L"});
	cr_assert(dti_dialstate_is_banned(script.state, &for_ever));
	cr_assert_not(dti_dialstate_is_banned(script.state, &for_a_while));
	SCRIPT_RUN(&script, {100002, "unban", "1", ""});
	cr_assert_not(dti_dialstate_is_banned(script.state, &for_ever));
	script_fini(&script);
}
