/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/records.h"
#include "lib/dialstate/state.h"

#include "tests/dial_script.h"
#include "tests/harness.h"

/* A bit of everything. */
static void make(struct dial_script *script)
{
	script_init(script);
	script->config.check_endpoints = true;
	SCRIPT_RUN(script, {0, "static", "1 2 3! 4", ""}, {0, "boot", "7", ""},
		   {0, "found", "8 9 10", ""}, {0, "peer", "90", ""},
		   {0, "ban100", "91", ""}, {0, "pending", "92", ""},
		   {0, "tick", "20", "s1 s2 s4 d20 d8 d9"},
		   {1, "done", "1 1 20", ""}, {2, "fault", "2", ""},
		   {2, "now", "30", ""});
}

static struct dti_record *record_of(const struct dial_script *script,
				    unsigned int number)
{
	struct dt_node_id id = script_id(number);
	struct dti_record *record = dti_records_find(script->state, &id);

	cr_assert_not_null(record);
	return record;
}

static void assert_names(const struct dial_script *script,
			 const char *invariant)
{
	const char *broken = dti_dialstate_verify(script->state);

	cr_assert_not_null(broken, "not seen: %s", invariant);
	cr_assert_str_eq(broken, invariant);
}

Test(dialstate_verify, a_sound_state_passes)
{
	struct dial_script script;

	make(&script);

	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_verify, a_wrong_counter_is_seen)
{
	struct dial_script script;

	make(&script);
	script.state->counters.dyn_dials++;
	assert_names(&script, "the counters are what a recount finds");
	script.state->counters.dyn_dials--;
	script.state->counters.offered[DT_SOURCE_LOOKUP]++;
	assert_names(&script, "offered = dialed + skipped");
	script.state->counters.offered[DT_SOURCE_LOOKUP]--;
	script.state->counters.peers_added++;
	assert_names(&script, "peers = added - removed");
	script.state->counters.peers_added--;

	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_verify, a_history_in_disorder_is_seen)
{
	struct dial_script script;
	struct dti_hold_run *history;
	struct dti_hold *hold;
	int64_t expires_ms;

	make(&script);
	history = &script.state->history;
	cr_assert_eq(history->count, 3);
	expires_ms = history->slots[0].expires_ms;
	history->slots[0].expires_ms = INT64_MAX;
	assert_names(&script, "a run is in order");
	history->slots[0].expires_ms = expires_ms;
	hold = history->slots[0].hold;
	hold->place = 1;
	assert_names(&script, "a hold knows its place in the run");
	hold->place = 0;
	history->slots[0].hold = NULL;
	assert_names(&script, "no gap stands at an end of a run");
	history->slots[0].hold = hold;
	history->live--;
	assert_names(&script, "a run's holds are counted");
	history->live++;

	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_verify, a_heap_in_disorder_is_seen)
{
	struct dial_script script;
	struct dti_hold_heap *bans;
	struct dt_node_id id = script_id(1);
	int64_t until_ms;

	make(&script);
	cr_assert_eq(dti_dialstate_ban(script.state, &id, 1000000), DT_OK);
	id = script_id(2);
	cr_assert_eq(dti_dialstate_ban(script.state, &id, 2000000), DT_OK);
	bans = &script.state->bans;
	until_ms = bans->slots[0].expires_ms;
	bans->slots[0].expires_ms = INT64_MAX;
	assert_names(&script, "a heap is in order");
	bans->slots[0].expires_ms = until_ms;
	bans->slots[0].hold->place = 1;
	assert_names(&script, "a hold knows its place in the heap");
	bans->slots[0].hold->place = 0;

	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_verify, a_static_node_that_nothing_would_ever_wake_is_seen)
{
	struct dial_script script;

	make(&script);
	dti_records_unlist(script.state, record_of(&script, 2));

	assert_names(&script,
		     "a static node is ready, aside, or waits for something");
	script_fini(&script);
}

Test(dialstate_verify, a_busy_node_that_stands_ready_is_seen)
{
	struct dial_script script;

	make(&script);
	dti_records_list(script.state, record_of(&script, 4), DTI_LIST_READY);

	assert_names(&script, "what is being dialed is not about to be dialed");
	script_fini(&script);
}

Test(dialstate_verify, a_record_that_nothing_holds_is_seen)
{
	struct dial_script script;

	make(&script);
	record_of(&script, 92)->inbound = 0;

	assert_names(&script, "a record is held by something");
	script_fini(&script);
}

Test(dialstate_verify, a_list_that_lost_its_links_is_seen)
{
	struct dial_script script;
	struct dti_record *head;

	make(&script);
	head = script.state->ready.head;
	script.state->ready.count++;
	assert_names(&script, "a list has as many records as it says");
	script.state->ready.count--;
	head->previous = head;
	assert_names(&script, "a list is linked both ways");
	head->previous = NULL;
	script.state->ready.tail = NULL;
	assert_names(&script, "a list has its tail");
	script.state->ready.tail = head;

	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_verify, a_record_that_is_not_found_by_its_id_is_seen)
{
	struct dial_script script;
	struct dti_record *record;

	make(&script);
	record = record_of(&script, 92);
	record->id.bytes[0] ^= 1;
	assert_names(&script, "a record is found by its id");
	record->id.bytes[0] ^= 1;

	cr_assert_null(dti_dialstate_verify(script.state));
	script_fini(&script);
}

Test(dialstate_verify, a_tag_without_a_dial_is_seen)
{
	struct dial_script script;

	make(&script);
	record_of(&script, 90)->tag = 3;

	assert_names(&script, "only a dial has a tag");
	script_fini(&script);
}
