/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/holds.h"
#include "lib/dialstate/records.h"

#include "tests/dial_script.h"
#include "tests/failing_allocator.h"
#include "tests/harness.h"

/* A script whose state was made, and n1's record, which a ban keeps. */
static struct dti_record *make_record(struct dial_script *script)
{
	struct dt_node_id id = script_id(1);
	struct dti_record *record;

	script_init(script);
	script_make(script);
	record = dti_records_get(script->state, &id);
	cr_assert_not_null(record);
	record->banned_for_ever = true;
	return record;
}

Test(dialstate_holds, an_id_may_be_in_the_history_several_times)
{
	struct dial_script script;
	struct dti_record *record = make_record(&script);

	cr_assert_not(dti_history_has(record));
	dti_history_add(script.state, record, 100);
	dti_history_add(script.state, record, 300);
	dti_history_add(script.state, record, 200);

	cr_assert(dti_history_has(record));
	cr_assert_eq(dti_history_last_ms(script.state, record), 300);
	cr_assert_eq(script.state->counters.history, 3);
	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_holds, an_entry_stays_at_its_time_and_goes_after_it)
{
	struct dial_script script;
	struct dti_record *record = make_record(&script);

	dti_history_add(script.state, record, 100);
	dti_history_add(script.state, record, 200);
	cr_assert(dti_holds_expire(script.state, 100, UINT64_MAX));
	cr_assert_eq(script.state->counters.history, 2);
	cr_assert(dti_holds_expire(script.state, 101, UINT64_MAX));
	cr_assert_eq(script.state->counters.history, 1);
	cr_assert(dti_history_has(record));
	cr_assert_null(dti_dialstate_verify(script.state));
	cr_assert(dti_holds_expire(script.state, 201, UINT64_MAX));

	cr_assert_not(dti_history_has(record));
	cr_assert_eq(dti_history_last_ms(script.state, record), INT64_MIN);
	script_fini(&script);
}

Test(dialstate_holds, an_entry_that_ends_before_older_ones_goes_before_them)
{
	struct dial_script script;
	struct dti_record *record = make_record(&script);

	dti_history_add(script.state, record, 300);
	dti_history_add(script.state, record, 100);
	dti_history_add(script.state, record, 400);
	dti_history_add(script.state, record, 200);
	cr_assert_null(dti_dialstate_verify(script.state));

	for (int64_t first_ms = 100; first_ms <= 400; first_ms += 100) {
		cr_assert_eq(dti_history_first_ms(script.state), first_ms);
		cr_assert(dti_holds_expire(script.state, first_ms + 1,
					   UINT64_MAX));
		cr_assert_null(dti_dialstate_verify(script.state));
	}
	cr_assert_eq(dti_history_first_ms(script.state), INT64_MAX);
	script_fini(&script);
}

Test(dialstate_holds, without_memory_an_entry_lasts_as_long_as_the_one_before)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dial_script script;
	struct dt_node_id id = script_id(2);
	struct dti_record *record = make_record(&script);
	struct dti_record *other = dti_records_get(script.state, &id);

	cr_assert_not_null(other);
	other->banned_for_ever = true;
	dti_history_add(script.state, record, 300);
	script.state->allocator = &allocator;
	counter.fail_at = 1;
	dti_history_add(script.state, other, 100);
	script.state->allocator = script.config.allocator;

	cr_assert_eq(counter.calls, 1);
	cr_assert_eq(dti_history_last_ms(script.state, other), 300);
	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_holds, so_many_end_at_once_and_no_more)
{
	struct dial_script script;
	struct dti_record *record = make_record(&script);

	for (int i = 0; i < 3; i++)
		dti_history_add(script.state, record, 100);

	cr_assert_not(dti_holds_expire(script.state, 101, 2));
	cr_assert_eq(script.state->counters.history, 1);
	cr_assert_null(dti_dialstate_verify(script.state));
	cr_assert(dti_holds_expire(script.state, 101, 2));
	cr_assert_eq(script.state->counters.history, 0);
	script_fini(&script);
}

Test(dialstate_holds, clearing_takes_all_entries_of_one_id)
{
	struct dial_script script;
	struct dt_node_id other_id = script_id(2);
	struct dti_record *record = make_record(&script);
	struct dti_record *other = dti_records_get(script.state, &other_id);

	dti_history_add(script.state, other, 150);
	for (int64_t ms = 0; ms < 1000; ms += 100)
		dti_history_add(script.state, record, ms);
	dti_history_clear(script.state, record);

	cr_assert_not(dti_history_has(record));
	cr_assert(dti_history_has(other));
	cr_assert_eq(script.state->counters.history, 1);
	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_holds, a_ban_ends_when_it_says_and_leaves_the_history_alone)
{
	struct dial_script script;
	struct dti_record *record = make_record(&script);

	dti_history_add(script.state, record, 100);
	dti_history_add(script.state, record, 500);
	cr_assert(dti_ban_set(script.state, record, 300));
	cr_assert_not(record->banned_for_ever);
	cr_assert(dti_ban_has(record));
	cr_assert_eq(dti_ban_until_ms(script.state, record), 300);
	cr_assert_null(dti_dialstate_verify(script.state));
	cr_assert(dti_holds_expire(script.state, 300, UINT64_MAX));
	cr_assert(dti_ban_has(record));
	cr_assert(dti_holds_expire(script.state, 301, UINT64_MAX));

	cr_assert_not(dti_ban_has(record));
	cr_assert_eq(dti_ban_until_ms(script.state, record), DTI_NEVER);
	cr_assert(dti_history_has(record));
	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_holds, a_second_ban_replaces_the_first)
{
	struct dial_script script;
	struct dti_record *record = make_record(&script);

	cr_assert(dti_ban_set(script.state, record, 300));
	cr_assert(dti_ban_set(script.state, record, 200));
	cr_assert_eq(dti_ban_until_ms(script.state, record), 200);
	cr_assert_eq(script.state->bans.count, 1);
	cr_assert(dti_ban_set(script.state, record, DTI_NEVER));
	cr_assert_eq(script.state->bans.count, 0);
	cr_assert(dti_ban_has(record));
	dti_ban_lift(script.state, record);

	cr_assert_not(dti_ban_has(record));
	dti_records_settle(script.state, record);
	cr_assert_eq(script.state->counters.records, 0);
	script_fini(&script);
}

Test(dialstate_holds, a_record_is_forgotten_with_its_last_hold)
{
	struct dial_script script;
	struct dti_record *record = make_record(&script);

	dti_history_add(script.state, record, 100);
	cr_assert(dti_ban_set(script.state, record, 200));
	cr_assert(dti_holds_expire(script.state, 150, UINT64_MAX));
	cr_assert_eq(script.state->counters.records, 1);
	cr_assert(dti_holds_expire(script.state, 250, UINT64_MAX));

	cr_assert_eq(script.state->counters.records, 0);
	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}
