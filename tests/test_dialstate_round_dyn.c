/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/round.h"

#include "tests/dial_script.h"
#include "tests/harness.h"

static const struct dti_dialstate_counters *
counters_of(const struct dial_script *script)
{
	return dti_dialstate_counters(script->state);
}

/* Says that it wrote more than there was room for, as 2017's table did. */
static size_t read_too_many(void *context, struct dt_node *out, size_t max)
{
	size_t *asked = context;

	*asked = max;
	for (size_t i = 0; i < max; i++)
		out[i] = (struct dt_node){
			.id = script_id((unsigned int)i + 1),
		};
	return max + 1;
}

Test(dialstate_round_dyn, bootnodes_wait_until_after_the_fallback_interval)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {5, "boot", "7 8", ""}, {5, "tick", "", ""},
		   {5, "deadline", "", "20006"}, {20005, "tick", "", ""},
		   {20006, "tick", "", "d7"}, {20006, "tick", "", "d8"},
		   {20006, "tick", "", ""});
	script_fini(&script);
}

Test(dialstate_round_dyn, any_peer_stops_the_bootnodes)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "boot", "7", ""}, {0, "tick", "", ""},
		   {0, "inbound", "1", ""}, {0, "deadline", "", "never"},
		   {30000, "tick", "", ""}, {30000, "gone", "1", ""},
		   {30000, "tick", "", "d7"});
	script_fini(&script);
}

Test(dialstate_round_dyn, a_refused_bootnode_has_had_its_turn)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "boot", "0 8", ""}, {0, "tick", "", ""},
		   {20001, "tick", "", ""}, {20001, "tick", "", "d8"});
	script_fini(&script);
}

Test(dialstate_round_dyn, a_removed_bootnode_is_not_dialed)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "boot", "7 8 7", ""}, {0, "tick", "", ""},
		   {0, "unboot", "7", ""}, {20001, "tick", "", "d8"},
		   {20001, "done", "8", ""}, {20001, "tick", "", ""});
	script_fini(&script);
}

Test(dialstate_round_dyn, half_of_need_is_looked_at_after_the_bootnode)
{
	struct dial_script script;

	/* need 4 - 1: half is 1, and the refused one is not made up for */
	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "boot", "7", ""}, {0, "tick", "", ""},
		   {20001, "tick", "0 1 2 3", "d7"},
		   {20002, "tick", "1 2 3", "d1"}, {20003, "tick", "2", "d2"},
		   {20004, "tick", "3", ""});

	cr_assert_eq(counters_of(&script)->offered[DT_SOURCE_RANDOM], 3);
	script_fini(&script);
}

Test(dialstate_round_dyn,
     the_buffer_is_used_up_to_need_and_refused_ones_are_lost)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "found", "0 1 2 1 3 4 5", ""},
		   {0, "tick", "", "d1 d2 d3 d4"}, {0, "tick", "", ""},
		   {1, "done", "1", ""}, {1, "tick", "", "d5"});
	script_fini(&script);
}

Test(dialstate_round_dyn, a_lookup_result_that_is_too_old_is_dropped)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	script.config.limits.lookup_max_age_ms = 600000;
	SCRIPT_RUN(&script, {0, "found", "1 2", ""}, {1, "found", "3", ""},
		   {600001, "tick", "", "d3"});

	cr_assert_eq(counters_of(&script)->skipped[DT_SKIP_STALE], 2);
	cr_assert_eq(counters_of(&script)->offered[DT_SOURCE_LOOKUP], 3);
	script_fini(&script);
}

Test(dialstate_round_dyn, need_may_be_negative)
{
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = 1;
	SCRIPT_RUN(&script, {0, "peer", "91 92 93", ""}, {0, "found", "1", ""},
		   {0, "tick", "2 3", ""}, {0, "gone", "91 92", ""},
		   {0, "tick", "2 3", ""}, {0, "gone", "93", ""},
		   {0, "tick", "2 3", "d1"});
	script_fini(&script);
}

Test(dialstate_round_dyn, the_tables_answer_is_clamped)
{
	struct dial_script script;
	size_t asked = 0;
	struct dti_random_source random = {.read = read_too_many,
					   .context = &asked};

	script_init(&script);
	script.config.limits.max_dyn_dials = 9;
	script_make(&script);

	cr_assert_eq(dti_dialstate_new_tasks(script.state, script.tasks, 0, 0,
					     &random, 100),
		     5, "4 dials and a lookup");
	cr_assert_eq(asked, 4);
	script_fini(&script);
}

Test(dialstate_round_dyn, the_table_is_asked_for_as_much_as_the_limit_says)
{
	struct dial_script script;
	size_t asked = 0;
	struct dti_random_source random = {.read = read_too_many,
					   .context = &asked};

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "max_dyn", "1", ""});
	cr_assert_eq(dti_dialstate_new_tasks(script.state, script.tasks, 0, 1,
					     &random, 100),
		     0);
	cr_assert_eq(asked, 0);
	SCRIPT_RUN(&script, {0, "max_dyn", "20", ""});
	cr_assert_eq(dti_dialstate_new_tasks(script.state, script.tasks, 0, 1,
					     &random, 100),
		     10);

	cr_assert_eq(asked, 10);
	script_fini(&script);
}

Test(dialstate_round_dyn, few_slots_are_halved_between_the_table_and_the_buffer)
{
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = 20;
	script.config.has_lookup = false;
	script.max = 3;
	SCRIPT_RUN(&script, {0, "found", "11 12 13 14 15 16", ""},
		   {0, "tick", "1 2 3 4 5", "d1 d2 d11"},
		   {0, "tick", "3 4 5 6 7", "d3 d12 d13"},
		   {0, "tick", "0 0 0 8 9", "d8 d9 d14"}, {0, "max", "4", ""},
		   {0, "tick", "0 0 0 0", "d15 d16"}, {0, "found", "17", ""},
		   {0, "tick", "21 22 23 24", "d21 d22 d23 d17"});
	script_fini(&script);
}

Test(dialstate_round_dyn, what_the_buffer_does_not_use_goes_to_the_table)
{
	struct dial_script script;

	/* Two of four for the buffer, whose nodes are refused. */
	script_init(&script);
	script.config.limits.max_dyn_dials = 20;
	script.config.has_lookup = false;
	script.max = 4;
	SCRIPT_RUN(&script, {0, "found", "0 0 0", ""},
		   {0, "tick", "1 2 3 4 5", "d1 d2 d3 d4"});
	script_fini(&script);
}

Test(dialstate_round_dyn, never_more_random_nodes_than_half_of_need)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	script.max = 3;
	SCRIPT_RUN(&script, {0, "found", "0", ""},
		   {0, "tick", "1 2 3 4", "d1 d2"});
	script_fini(&script);
}

Test(dialstate_round_dyn, single_slots_go_half_to_each_over_time)
{
	struct dial_script script;

	script_init(&script);
	script.config.limits.max_dyn_dials = 40;
	script.config.limits.history_expiration_ms = 0;
	script.config.has_lookup = false;
	script.max = 1;
	script_make(&script);
	for (int64_t now_ms = 1; now_ms <= 10000; now_ms++) {
		const struct dti_task_result result = {
			.outcome = DT_OUTCOME_REFUSED,
		};
		struct dt_node nodes[] = {script_node("1"), script_node("2")};
		struct dti_task lookup = {.kind = DT_TASK_LOOKUP};
		struct dti_task_result found = {.nodes = nodes,
						.node_count = 1};
		size_t asked;
		struct dti_random_source random = {.read = read_too_many,
						   .context = &asked};

		dti_dialstate_task_done(script.state, now_ms, &lookup, &found);
		cr_assert_eq(dti_dialstate_new_tasks(script.state, script.tasks,
						     now_ms, 1, &random, 1),
			     1);
		dti_dialstate_task_done(script.state, now_ms, &script.tasks[0],
					&result);
	}

	cr_assert_eq(counters_of(&script)->dialed[DT_SOURCE_RANDOM], 5000);
	cr_assert_eq(counters_of(&script)->dialed[DT_SOURCE_LOOKUP], 5000);
	script_fini(&script);
}
