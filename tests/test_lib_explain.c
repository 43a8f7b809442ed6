/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "lib/explain.h"

#include "tests/harness.h"

static const struct dti_explain_pause nothing = {.paused = false};
static const struct dti_explain_pause paused = {.paused = true};
static const struct dti_explain_pause faulted = {.faulted = true,
						 .fault_ms = 1500};

static void expect(struct dt_explanation explanation,
		   const struct dti_explain_pause *pause, const char *sentence)
{
	dti_explain_finish(&explanation, pause);
	cr_assert_str_eq(explanation.text, sentence);
}

static struct dt_explanation waiting_for(enum dt_waits_for waits_for)
{
	return (struct dt_explanation){.waits_for = waits_for};
}

Test(lib_explain, each_wait_has_its_sentence)
{
	struct dt_explanation ban = {.waits_for = DT_WAITS_FOR_BAN,
				     .due_ms = 90000};
	struct dt_explanation history = {.waits_for = DT_WAITS_FOR_HISTORY,
					 .due_ms = 2500};

	expect(waiting_for(DT_WAITS_FOR_NOTHING), &nothing,
	       "node: may be dialed now");
	expect(waiting_for(DT_WAITS_FOR_SLOT), &nothing,
	       "node: may be dialed, waits for a free slot");
	expect(waiting_for(DT_WAITS_FOR_DIAL), &nothing,
	       "node: is being dialed");
	expect(waiting_for(DT_WAITS_FOR_PEER), &nothing, "node: is connected");
	expect(waiting_for(DT_WAITS_FOR_INBOUND), &nothing,
	       "node: is shaking hands with us inbound");
	expect(history, &nothing,
	       "node: was dialed recently, may be dialed again in 2s500ms");
	expect(ban, &nothing, "node: is banned for 1m30s");
	ban.due_ms = -1;
	expect(ban, &nothing, "node: is banned for ever");
	expect(waiting_for(DT_WAITS_FOR_NETRESTRICT), &nothing,
	       "node: lies outside netrestrict");
	expect(waiting_for(DT_WAITS_FOR_PORT), &nothing,
	       "node: has no endpoint that can be dialed");
	expect(waiting_for(DT_WAITS_FOR_CANDIDACY), &nothing,
	       "node: is dialed when the table or a lookup offers it");
}

Test(lib_explain, a_static_node_is_called_one)
{
	struct dt_explanation explanation = waiting_for(DT_WAITS_FOR_PEER);

	explanation.is_static = true;
	expect(explanation, &nothing, "static node: is connected");
}

Test(lib_explain, a_pause_holds_back_what_could_be_dialed_only)
{
	struct dt_explanation explanation = waiting_for(DT_WAITS_FOR_SLOT);

	expect(explanation, &paused,
	       "node: would be dialed, but dialing is paused");
	dti_explain_finish(&explanation, &paused);
	cr_assert_eq(explanation.waits_for, DT_WAITS_FOR_RESUME);
	explanation = waiting_for(DT_WAITS_FOR_PEER);
	expect(explanation, &paused, "node: is connected");
	dti_explain_finish(&explanation, &paused);
	cr_assert_eq(explanation.waits_for, DT_WAITS_FOR_PEER);
}

Test(lib_explain, a_local_fault_holds_back_what_could_be_dialed_only)
{
	static const struct dti_explain_pause over = {.faulted = true,
						      .fault_ms = -20};
	struct dt_explanation explanation = waiting_for(DT_WAITS_FOR_SLOT);

	expect(explanation, &faulted,
	       "node: would be dialed, but this machine has a fault; the next "
	       "try is in 1s500ms");
	dti_explain_finish(&explanation, &faulted);
	cr_assert_eq(explanation.waits_for, DT_WAITS_FOR_FAULT);
	cr_assert_eq(explanation.due_ms, 1500);
	explanation = waiting_for(DT_WAITS_FOR_SLOT);
	dti_explain_finish(&explanation, &over);
	cr_assert_eq(explanation.due_ms, 0);
	expect(waiting_for(DT_WAITS_FOR_DIAL), &faulted,
	       "node: is being dialed");
}

Test(lib_explain, a_pause_counts_before_a_fault)
{
	static const struct dti_explain_pause both = {
		.paused = true, .faulted = true, .fault_ms = 1};

	expect(waiting_for(DT_WAITS_FOR_SLOT), &both,
	       "node: would be dialed, but dialing is paused");
}

Test(lib_explain, own_node_is_never_dialed_paused_or_not)
{
	struct dt_explanation explanation = {.waits_for = DT_WAITS_FOR_NOTHING,
					     .is_self = true};

	expect(explanation, &nothing, "own node: is never dialed");
	expect(explanation, &paused, "own node: is never dialed");
	dti_explain_finish(&explanation, &paused);
	cr_assert_eq(explanation.waits_for, DT_WAITS_FOR_NOTHING);
}

Test(lib_explain, the_last_dial_is_told_behind_it)
{
	struct dt_explanation explanation = {
		.waits_for = DT_WAITS_FOR_HISTORY,
		.due_ms = 1000,
		.dials = 3,
		.last_outcome = DT_OUTCOME_TIMED_OUT,
		.last_dial_ms = 29000,
	};

	expect(explanation, &nothing,
	       "node: was dialed recently, may be dialed again in 1s; its last "
	       "dial (of 3) ended 29s ago: timed_out");
}

Test(lib_explain, why_the_last_dial_failed_is_told_too)
{
	struct dt_explanation explanation = {
		.waits_for = DT_WAITS_FOR_SLOT,
		.dials = 1,
		.last_outcome = DT_OUTCOME_SETUP_FAILED,
		.last_detail.reason = DT_ENDING_NOTHING_SHARED,
		.last_dial_ms = 12000,
	};

	expect(explanation, &nothing,
	       "node: may be dialed, waits for a free slot; its last dial (of "
	       "1) ended 12s ago: setup_failed: the remote has no capability in "
	       "common with us");
	explanation.last_outcome = DT_OUTCOME_REFUSED;
	explanation.last_detail = (struct dt_outcome_detail){ECONNREFUSED, 0};
	expect(explanation, &nothing,
	       "node: may be dialed, waits for a free slot; its last dial (of "
	       "1) ended 12s ago: refused: Connection refused");
}

static size_t longest_ending(void)
{
	size_t longest = 0;

	for (size_t i = 0; i < DT_ENDING_COUNT; i++)
		if (strlen(dt_ending_text((enum dt_ending)i)) >
		    strlen(dt_ending_text((enum dt_ending)longest)))
			longest = i;
	return longest;
}

Test(lib_explain, the_longest_sentence_fits)
{
	size_t ending = longest_ending();
	struct dt_explanation explanation = {
		.waits_for = DT_WAITS_FOR_SLOT,
		.is_static = true,
		.dials = UINT32_MAX,
		.last_outcome = DT_OUTCOME_ALREADY_CONNECTED,
		.last_dial_ms = INT64_MAX,
		.last_detail = {ECONNRESET, (int32_t)ending},
	};
	static const struct dti_explain_pause longest = {
		.faulted = true, .fault_ms = INT64_MAX - 1};

	dti_explain_finish(&explanation, &longest);

	cr_assert_lt(strlen(explanation.text), sizeof(explanation.text) - 1);
	cr_assert_not_null(strstr(explanation.text,
				  "ago: already_connected: Connection "
				  "reset by peer, "));
	cr_assert_str_eq(explanation.text + strlen(explanation.text) -
				 strlen(dt_ending_text((enum dt_ending)ending)),
			 dt_ending_text((enum dt_ending)ending));
}
