/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/rlpx/ending.h"

#include "tests/harness.h"

static enum dt_ending ending_at(int index)
{
	return (enum dt_ending)index;
}

Test(rlpx_ending, each_has_a_name_and_a_text_of_its_own)
{
	for (int i = 0; i < DT_ENDING_COUNT; i++) {
		const char *name = dt_ending_name(ending_at(i));
		const char *text = dt_ending_text(ending_at(i));

		cr_assert_gt(strlen(name), 0, "%d", i);
		cr_assert_eq(strspn(name, "abcdefghijklmnopqrstuvwxyz_"),
			     strlen(name), "%s", name);
		cr_assert_gt(strlen(text), 0, "%s", name);
		for (int j = 0; j < i; j++) {
			cr_assert_str_neq(name, dt_ending_name(ending_at(j)));
			cr_assert_str_neq(text, dt_ending_text(ending_at(j)));
		}
	}
}

Test(rlpx_ending, a_name_is_the_constant_in_lower_case)
{
	cr_assert_str_eq(dt_ending_name(DT_ENDING_NONE), "none");
	cr_assert_str_eq(dt_ending_name(DT_ENDING_REMOTE_TOO_MANY),
			 "remote_too_many");
	cr_assert_str_eq(dt_ending_name(DT_ENDING_HELLO_TIMED_OUT),
			 "hello_timed_out");
	cr_assert_str_eq(dt_ending_name(DT_ENDING_LOCAL_FAULT), "local_fault");
	cr_assert_str_eq(dt_ending_text(DT_ENDING_REMOTE_TOO_MANY),
			 "the remote has too many peers");
}

Test(rlpx_ending, an_unknown_one_has_a_name_too)
{
	cr_assert_str_eq(dt_ending_name(DT_ENDING_COUNT), "?");
	cr_assert_str_eq(dt_ending_name((enum dt_ending) - 1), "?");
	cr_assert_str_eq(dt_ending_text(DT_ENDING_COUNT),
			 "for an unknown cause");
	cr_assert_str_eq(dt_ending_text((enum dt_ending) - 1),
			 "for an unknown cause");
}

/* They are in the same order, which has no gap here. */
Test(rlpx_ending, each_reason_of_a_remote_is_an_ending_of_its_own)
{
	int expected = DT_ENDING_REMOTE_REQUESTED;

	for (int i = 0; i < DTI_DISCONNECT_COUNT; i++) {
		enum dti_disconnect_reason reason =
			(enum dti_disconnect_reason)i;

		if (i > DTI_DISCONNECT_TIMEOUT &&
		    i < DTI_DISCONNECT_SUBPROTOCOL)
			continue;
		cr_assert_eq((int)dti_ending_of_disconnect(reason), expected,
			     "%d", i);
		expected++;
	}
	cr_assert_eq(expected, DT_ENDING_REMOTE_UNSTATED + 1);
}

Test(rlpx_ending, each_refusal_is_an_ending_of_its_own)
{
	cr_assert_eq(dti_ending_of_refusal(DTI_REFUSAL_NONE), DT_ENDING_NONE);
	for (int i = 1; i < DTI_REFUSAL_COUNT; i++)
		cr_assert_eq((int)dti_ending_of_refusal((enum dti_refusal)i),
			     DT_ENDING_HANDSHAKE_SIZE + i - 1, "%d", i);
	cr_assert_eq(dti_ending_of_refusal(DTI_REFUSAL_NOTHING_SHARED),
		     DT_ENDING_NOTHING_SHARED);
}

Test(rlpx_ending, what_a_dial_comes_to)
{
	static const struct {
		enum dt_ending ending;
		enum dt_outcome outcome;
	} cases[] = {
		{DT_ENDING_NONE, DT_OUTCOME_CONNECTED},
		{DT_ENDING_REMOTE_TOO_MANY, DT_OUTCOME_TOO_MANY_PEERS},
		{DT_ENDING_REMOTE_ALREADY, DT_OUTCOME_ALREADY_CONNECTED},
		{DT_ENDING_LOCAL_ALREADY, DT_OUTCOME_ALREADY_CONNECTED},
		{DT_ENDING_WRONG_ID, DT_OUTCOME_WRONG_IDENTITY},
		{DT_ENDING_OWN_ID, DT_OUTCOME_WRONG_IDENTITY},
		{DT_ENDING_REMOTE_WRONG_ID, DT_OUTCOME_WRONG_IDENTITY},
		{DT_ENDING_REMOTE_SELF, DT_OUTCOME_WRONG_IDENTITY},
		{DT_ENDING_AUTH_TIMED_OUT, DT_OUTCOME_SETUP_TIMED_OUT},
		{DT_ENDING_HELLO_TIMED_OUT, DT_OUTCOME_SETUP_TIMED_OUT},
		{DT_ENDING_SILENT, DT_OUTCOME_SETUP_TIMED_OUT},
		{DT_ENDING_STUCK, DT_OUTCOME_SETUP_TIMED_OUT},
		{DT_ENDING_AUTH_CLOSED, DT_OUTCOME_RESET},
		{DT_ENDING_HELLO_CLOSED, DT_OUTCOME_RESET},
		{DT_ENDING_CLOSED, DT_OUTCOME_RESET},
		{DT_ENDING_LOCAL_REQUESTED, DT_OUTCOME_CANCELLED},
		{DT_ENDING_LOCAL_QUITTING, DT_OUTCOME_CANCELLED},
		{DT_ENDING_LOCAL_FAULT, DT_OUTCOME_LOCAL_FAULT},
	};
	size_t failed = 0;

	for (int i = 0; i < DT_ENDING_COUNT; i++)
		failed += dti_ending_outcome(ending_at(i)) ==
			  DT_OUTCOME_SETUP_FAILED;

	for (size_t i = 0; i < dti_array_length(cases); i++)
		cr_assert_eq(dti_ending_outcome(cases[i].ending),
			     cases[i].outcome, "%s",
			     dt_ending_name(cases[i].ending));
	cr_assert_eq(failed + dti_array_length(cases), DT_ENDING_COUNT);
}

Test(rlpx_ending, what_a_remote_is_told_is_what_it_then_has)
{
	for (int i = DT_ENDING_REMOTE_REQUESTED;
	     i <= DT_ENDING_REMOTE_SUBPROTOCOL; i++) {
		enum dti_disconnect_reason reason =
			dti_ending_reason(ending_at(i));

		cr_assert_leq(reason, DTI_DISCONNECT_SUBPROTOCOL, "%d", i);
		cr_assert_eq((int)dti_ending_of_disconnect(reason), i);
	}
	cr_assert_eq(dti_ending_reason(DT_ENDING_LOCAL_REQUESTED),
		     DTI_DISCONNECT_REQUESTED);
	cr_assert_eq(dti_ending_reason(DT_ENDING_LOCAL_QUITTING),
		     DTI_DISCONNECT_QUITTING);
	cr_assert_eq(dti_ending_reason(DT_ENDING_LOCAL_TOO_MANY),
		     DTI_DISCONNECT_TOO_MANY);
	cr_assert_eq(dti_ending_reason(DT_ENDING_LOCAL_ALREADY),
		     DTI_DISCONNECT_ALREADY);
	cr_assert_eq(dti_ending_reason(DT_ENDING_SILENT),
		     DTI_DISCONNECT_TIMEOUT);
	cr_assert_eq(dti_ending_reason(DT_ENDING_HELLO_TIMED_OUT),
		     DTI_DISCONNECT_TIMEOUT);
}

Test(rlpx_ending, who_has_gone_is_told_nothing)
{
	static const enum dt_ending cases[] = {
		DT_ENDING_NONE,        DT_ENDING_REMOTE_OTHER, DT_ENDING_CLOSED,
		DT_ENDING_AUTH_CLOSED, DT_ENDING_LOCAL_FAULT,  DT_ENDING_STUCK,
		DT_ENDING_COUNT,
	};

	for (size_t i = 0; i < dti_array_length(cases); i++)
		cr_assert_eq(dti_ending_reason(cases[i]),
			     DTI_DISCONNECT_UNSTATED, "%s",
			     dt_ending_name(cases[i]));
}
