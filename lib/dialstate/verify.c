/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/dialstate/check.h"
#include "lib/dialstate/dialstate.h"
#include "lib/dialstate/holds.h"
#include "lib/dialstate/records.h"
#include "lib/dialstate/state.h"

/* What a walk over all records has found. */
struct recount {
	const struct dti_dialstate *state;
	const char *broken; /* the first invariant that does not hold */
	struct dti_dialstate_counters counters;
	uint64_t listed[DTI_LIST_COUNT];
	uint64_t extra_history;
	uint64_t bans;
};

static void require(struct recount *found, bool holds, const char *invariant)
{
	if (!holds && found->broken == NULL)
		found->broken = invariant;
}

static void check_heap(struct recount *found, const struct dti_hold_heap *heap)
{
	require(found, heap->count <= heap->capacity, "a heap has its room");
	for (uint32_t i = 0; i < heap->count; i++) {
		const struct dti_hold_slot *slot = &heap->slots[i];

		require(found, slot->hold->place == i,
			"a hold knows its place in the heap");
		require(found,
			i == 0 ||
				heap->slots[(i - 1) / DTI_HOLD_HEAP_CHILDREN]
						.expires_ms <= slot->expires_ms,
			"a heap is in order");
	}
}

static void check_run(struct recount *found, const struct dti_hold_run *run)
{
	uint32_t live = 0;
	int64_t last_ms = INT64_MIN;

	require(found, run->count <= run->capacity, "a run has its room");
	for (uint32_t i = 0; i < run->count; i++) {
		const struct dti_hold_slot *slot = dti_hold_run_slot(run, i);
		bool at_end = i == 0 || i + 1 == run->count;

		require(found, last_ms <= slot->expires_ms,
			"a run is in order");
		require(found,
			slot->hold == NULL ||
				&run->slots[slot->hold->place] == slot,
			"a hold knows its place in the run");
		require(found, slot->hold != NULL || !at_end,
			"no gap stands at an end of a run");
		last_ms = slot->expires_ms;
		live += slot->hold != NULL ? 1 : 0;
	}
	require(found, run->live == live, "a run's holds are counted");
}

static bool is_in_heap(const struct dti_hold_heap *heap,
		       const struct dti_hold *hold)
{
	return !hold->in_run && hold->place < heap->count &&
	       heap->slots[hold->place].hold == hold;
}

static bool is_in_history(const struct dti_dialstate *state,
			  const struct dti_hold *hold)
{
	if (!hold->in_run)
		return is_in_heap(&state->early, hold);
	return hold->place < state->history.capacity &&
	       state->history.slots[hold->place].hold == hold;
}

static void check_extra(struct recount *found, const struct dti_record *record)
{
	const struct dti_dialstate *state = found->state;
	const struct dti_extra_hold *previous = NULL;

	for (const struct dti_extra_hold *extra = record->extra; extra != NULL;
	     extra = extra->next) {
		bool is_ban = extra->hold.kind == DTI_HOLD_BAN;

		require(found, extra->record == record,
			"a hold knows its record");
		require(found, extra->previous == previous,
			"a record's holds are linked both ways");
		require(found, !is_ban || extra == record->extra,
			"a ban stands first");
		require(found, !is_ban || !record->banned_for_ever,
			"a node is banned once");
		require(found,
			is_ban ? is_in_heap(&state->bans, &extra->hold)
			       : is_in_history(state, &extra->hold),
			"a hold is where it says");
		found->bans += is_ban ? 1 : 0;
		found->extra_history += is_ban ? 0 : 1;
		found->counters.history += is_ban ? 0 : 1;
		previous = extra;
	}
}

static void check_holds(struct recount *found, const struct dti_record *record)
{
	check_extra(found, record);
	if (!dti_hold_is_held(&record->recent))
		return;
	found->counters.history++;
	require(found, is_in_history(found->state, &record->recent),
		"a history entry is in the history");
}

/* A static node that waits has something to wait for, which ends some day. */
static bool static_node_is_where_it_belongs(const struct dti_dialstate *state,
					    const struct dti_record *record)
{
	struct dti_candidate candidate = dti_candidate_of(record);
	bool busy = dti_check_activity(record) != DTI_SKIP_NONE ||
		    dti_ban_has(record);

	switch ((enum dti_list_id)record->list) {
	case DTI_LIST_NONE:
		return busy || dti_history_has(record);
	case DTI_LIST_READY:
		return !busy;
	case DTI_LIST_ASIDE:
		return state->recheck > 0 ||
		       dti_check_target(state, &candidate) != DTI_SKIP_NONE;
	case DTI_LIST_NOW:
		return true;
	case DTI_LIST_COUNT:
		break;
	}
	return false;
}

static void check_record(struct recount *found, const struct dti_record *record)
{
	struct dti_dialstate_counters *counters = &found->counters;
	bool is_static = dti_record_is_static(record);
	bool held = is_static || record->connected ||
		    record->dialing != DTI_DIALING_NOT || record->inbound > 0 ||
		    dti_ban_has(record) || dti_history_has(record) ||
		    record->list == DTI_LIST_NOW;

	require(found, held, "a record is held by something");
	found->listed[record->list]++;
	counters->records++;
	counters->static_nodes += is_static ? 1 : 0;
	counters->peers += record->connected ? 1 : 0;
	counters->dyn_peers +=
		record->connected && (record->peer_flags & DT_PEER_DYN) ? 1 : 0;
	counters->dyn_dials += record->dialing == DTI_DIALING_DYN ? 1 : 0;
	counters->static_dials += record->dialing == DTI_DIALING_STATIC ? 1 : 0;
	require(found, record->connected || record->peer_flags == 0,
		"only a peer has flags");
	require(found,
		record->dialing != DTI_DIALING_NOT || record->tag == DTI_NO_TAG,
		"only a dial has a tag");
	require(found,
		record->dialing == DTI_DIALING_NOT ||
			record->list == DTI_LIST_NONE ||
			record->list == DTI_LIST_ASIDE,
		"what is being dialed is not about to be dialed");
	require(found,
		!is_static ||
			static_node_is_where_it_belongs(found->state, record),
		"a static node is ready, aside, or waits for something");
	require(found,
		is_static || record->list == DTI_LIST_NONE ||
			record->list == DTI_LIST_NOW,
		"only static nodes are ready or aside");
}

static void check_records(struct recount *found)
{
	const struct dti_index *index = &found->state->index;
	const struct dti_record *record = NULL;

	while ((record = dti_index_next(index, record)) != NULL) {
		uint32_t hash = dti_index_hash(index, &record->id);

		require(found,
			dti_index_find(index, &record->id, hash) == record,
			"a record is found by its id");
		check_record(found, record);
		check_holds(found, record);
	}
}

static void check_list(struct recount *found,
		       const struct dti_record_list *list, enum dti_list_id id)
{
	const struct dti_record *previous = NULL;
	uint64_t count = 0;

	for (const struct dti_record *record = list->head; record != NULL;
	     record = record->next) {
		require(found, record->list == id, "a record knows its list");
		require(found, record->previous == previous,
			"a list is linked both ways");
		previous = record;
		count++;
	}
	require(found, list->tail == previous, "a list has its tail");
	require(found, list->count == count && found->listed[id] == count,
		"a list has as many records as it says");
}

static void check_counters(struct recount *found)
{
	const struct dti_dialstate *state = found->state;
	const struct dti_dialstate_counters *says = &state->counters;
	struct dti_dialstate_counters *is = &found->counters;
	uint64_t sum = 0;

	for (size_t i = 0; i < DT_SOURCE_COUNT; i++)
		sum += says->offered[i] - says->dialed[i];
	for (size_t i = 0; i < DT_SKIP_COUNT; i++)
		sum -= says->skipped[i];
	require(found, sum == 0, "offered = dialed + skipped");
	memcpy(is->offered, says->offered, sizeof(is->offered));
	memcpy(is->dialed, says->dialed, sizeof(is->dialed));
	memcpy(is->skipped, says->skipped, sizeof(is->skipped));
	is->peers_added = says->peers_added;
	is->peers_removed = says->peers_removed;
	is->static_ready = state->ready.count;
	is->bootnodes = state->bootnodes.count;
	is->lookup_buffer = state->lookup_buffer.count;
	require(found, says->peers_added - says->peers_removed == is->peers,
		"peers = added - removed");
	require(found, memcmp(is, says, sizeof(*is)) == 0,
		"the counters are what a recount finds");
}

static void check_sizes(struct recount *found)
{
	const struct dti_dialstate *state = found->state;

	require(found,
		(uint64_t)state->history.live + state->early.count ==
			found->counters.history,
		"the history holds what the records say");
	require(found, state->extra_history == found->extra_history,
		"extra entries are counted");
	require(found, state->bans.count == found->bans,
		"the bans are those of the records");
	require(found,
		state->history.capacity >= found->counters.records +
						   found->extra_history ||
			found->counters.records == 0,
		"there is room in the history for each record");
	require(found, state->recheck <= state->aside.count,
		"only what stands aside is checked again");
	require(found, state->slots.credit < 100, "the credit is below 100");
}

const char *dti_dialstate_verify(const struct dti_dialstate *state)
{
	struct recount found = {.state = state};

	check_run(&found, &state->history);
	check_heap(&found, &state->early);
	check_heap(&found, &state->bans);
	check_records(&found);
	check_list(&found, &state->ready, DTI_LIST_READY);
	check_list(&found, &state->aside, DTI_LIST_ASIDE);
	check_list(&found, &state->now, DTI_LIST_NOW);
	check_sizes(&found);
	check_counters(&found);
	return found.broken;
}
