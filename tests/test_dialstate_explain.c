/* SPDX-License-Identifier: MIT */
#include "lib/container.h"
#include "lib/dialstate/dialstate.h"

#include "tests/dial_script.h"
#include "tests/harness.h"

static struct dt_explanation explain(const struct dial_script *script,
				     unsigned int number, int64_t now_ms)
{
	struct dt_node_id id = script_id(number);
	struct dt_explanation explanation;

	cr_assert(dti_dialstate_explain(script->state, &explanation, now_ms,
					&id));
	return explanation;
}

static void assert_waits(const struct dial_script *script, unsigned int number,
			 int64_t now_ms, enum dt_waits_for waits_for,
			 int64_t due_ms)
{
	struct dt_explanation explanation = explain(script, number, now_ms);

	cr_assert_eq(explanation.waits_for, waits_for, "n%u waits for %s",
		     number, dt_waits_for_name(explanation.waits_for));
	cr_assert_eq(explanation.due_ms, due_ms);
}

Test(dialstate_explain, what_is_not_remembered_waits_to_be_offered)
{
	struct dial_script script;
	struct dt_node_id id = script_id(5);
	struct dt_explanation explanation;

	script_init(&script);
	script_make(&script);

	cr_assert_not(
		dti_dialstate_explain(script.state, &explanation, 0, &id));
	cr_assert_eq(explanation.waits_for, DT_WAITS_FOR_CANDIDACY);
	script_fini(&script);
}

Test(dialstate_explain, this_node_itself_waits_for_nothing)
{
	struct dial_script script;

	script_init(&script);
	script_make(&script);

	assert_waits(&script, 0, 0, DT_WAITS_FOR_NOTHING, 0);
	cr_assert(explain(&script, 0, 0).is_self);
	SCRIPT_RUN(&script, {0, "static", "0", ""});
	assert_waits(&script, 0, 0, DT_WAITS_FOR_NOTHING, 0);
	cr_assert(explain(&script, 0, 0).is_static);
	script_fini(&script);
}

Test(dialstate_explain, a_static_node_goes_from_wait_to_wait)
{
	struct dial_script script;

	script_init(&script);
	script.config.has_lookup = false;
	SCRIPT_RUN(&script, {0, "static", "1", ""});
	assert_waits(&script, 1, 0, DT_WAITS_FOR_SLOT, 0);
	SCRIPT_RUN(&script, {0, "tick", "", "s1"});
	assert_waits(&script, 1, 0, DT_WAITS_FOR_DIAL, 0);
	SCRIPT_RUN(&script, {0, "inbound", "1", ""}, {5, "done", "1", ""});
	assert_waits(&script, 1, 5, DT_WAITS_FOR_PEER, 0);
	SCRIPT_RUN(&script, {5, "gone", "1", ""}, {5, "pending", "1", ""});
	assert_waits(&script, 1, 5, DT_WAITS_FOR_INBOUND, 0);
	SCRIPT_RUN(&script, {5, "ended", "1", ""});
	assert_waits(&script, 1, 5, DT_WAITS_FOR_HISTORY, 30001);
	assert_waits(&script, 1, 30005, DT_WAITS_FOR_HISTORY, 1);
	assert_waits(&script, 1, 90000, DT_WAITS_FOR_HISTORY, 0);
	SCRIPT_RUN(&script, {5, "ban100", "1", ""});
	assert_waits(&script, 1, 40, DT_WAITS_FOR_BAN, 99961);
	SCRIPT_RUN(&script, {5, "ban", "1", ""});
	assert_waits(&script, 1, 40, DT_WAITS_FOR_BAN, -1);
	script_fini(&script);
}

Test(dialstate_explain, an_endpoint_that_may_not_be_dialed_is_named)
{
	struct dial_script script;

	script_init(&script);
	script.config.check_endpoints = true;
	SCRIPT_RUN(&script, {0, "netrestrict", "10.0.0.0/8", ""},
		   {0, "static", "1! 2* 3~ 4?", ""}, {0, "tick", "", "s4 L"});

	assert_waits(&script, 1, 0, DT_WAITS_FOR_PORT, 0);
	assert_waits(&script, 2, 0, DT_WAITS_FOR_PORT, 0);
	assert_waits(&script, 3, 0, DT_WAITS_FOR_NETRESTRICT, 0);
	assert_waits(&script, 4, 0, DT_WAITS_FOR_DIAL, 0);
	script_fini(&script);
}

Test(dialstate_explain, a_node_that_is_not_static_waits_to_be_offered_again)
{
	struct dial_script script;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "tick", "1", "d1 L"}, {0, "ban100", "1", ""},
		   {5, "fault", "1", ""}, {5, "now", "2", ""});
	SCRIPT_RUN(&script, {100001, "max", "0", ""}, {100001, "peer", "1", ""},
		   {100001, "tick", "", ""});
	assert_waits(&script, 1, 100001, DT_WAITS_FOR_PEER, 0);
	assert_waits(&script, 2, 100001, DT_WAITS_FOR_SLOT, 0);
	cr_assert_eq(explain(&script, 1, 100001).peer_flags, DT_PEER_DYN);
	script_fini(&script);
}

Test(dialstate_explain, what_is_known_of_the_last_dial_is_told)
{
	struct dial_script script;
	struct dt_explanation explanation;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "static", "1", ""});
	explanation = explain(&script, 1, 0);
	cr_assert_eq(explanation.dials, 0);
	cr_assert_eq(explanation.resolve_delay_ms, 60000);
	cr_assert_eq(explanation.endpoint.tcp_port, 30303);
	SCRIPT_RUN(&script, {0, "tick", "", "s1 L"}, {7, "done", "1", ""},
		   {30008, "tick", "", "s1"}, {30010, "fault", "1", ""});
	explanation = explain(&script, 1, 30110);

	cr_assert_eq(explanation.dials, 2);
	cr_assert_eq(explanation.last_outcome, DT_OUTCOME_NO_DESCRIPTORS);
	cr_assert_eq(explanation.last_dial_ms, 100);
	script_fini(&script);
}

/* The detail of a dial that ends with @told, as it is remembered. */
static struct dt_outcome_detail remembered(struct dt_outcome_detail told)
{
	struct dial_script script;
	struct dti_task_result result = {.outcome = DT_OUTCOME_SETUP_FAILED,
					 .detail = told};
	struct dt_outcome_detail detail;

	script_init(&script);
	SCRIPT_RUN(&script, {0, "static", "1", ""}, {0, "tick", "", "s1 L"});
	dti_dialstate_task_done(script.state, 7, &script.dials[1], &result);
	detail = explain(&script, 1, 8).last_detail;
	script_fini(&script);
	return detail;
}

Test(dialstate_explain, why_the_last_dial_failed_is_remembered)
{
	static const struct {
		struct dt_outcome_detail told;
		struct dt_outcome_detail remembered;
	} cases[] = {
		{{0, 0}, {0, 0}},
		{{104, DT_ENDING_CLOSED}, {104, DT_ENDING_CLOSED}},
		{{32767, -32768}, {32767, -32768}},
		{{32768, -32769}, {0, 0}},
		{{0, INT32_MAX}, {0, 0}},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct dt_outcome_detail detail = remembered(cases[i].told);

		cr_assert_eq(detail.sys_errno, cases[i].remembered.sys_errno);
		cr_assert_eq(detail.reason, cases[i].remembered.reason);
	}
}
