/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/static_nodes.h"

#include "lib/dialstate/check.h"
#include "lib/dialstate/holds.h"
#include "lib/dialstate/records.h"

/* 0 is "not static". */
static uint32_t next_serial(struct dti_dialstate *state)
{
	if (++state->last_serial == 0)
		state->last_serial = 1;
	return state->last_serial;
}

static bool is_waiting(const struct dti_dialstate *state,
		       const struct dti_record *record)
{
	struct dti_candidate candidate = dti_candidate_of(record);

	if (dti_check_activity(record) != DTI_SKIP_NONE)
		return true;
	if (dti_ban_has(record))
		return true;
	return dti_history_has(record) &&
	       dti_check_target(state, &candidate) == DTI_SKIP_NONE;
}

void dti_static_nodes_settle(struct dti_dialstate *state,
			     struct dti_record *record)
{
	bool waiting;

	if (record->list == DTI_LIST_ASIDE || record->list == DTI_LIST_NOW)
		return;
	waiting = is_waiting(state, record);
	if (waiting && record->list == DTI_LIST_READY)
		dti_records_unlist(state, record);
	else if (!waiting && record->list == DTI_LIST_NONE)
		dti_records_list(state, record, DTI_LIST_READY);
}

struct dti_record *dti_static_nodes_take(struct dti_dialstate *state)
{
	struct dti_record *record = state->ready.head;

	if (state->recheck > 0) {
		state->recheck--;
		record = state->aside.head;
	}
	if (record != NULL)
		dti_records_unlist(state, record);
	return record;
}

uint64_t dti_static_nodes_ready(const struct dti_dialstate *state)
{
	return state->ready.count + state->recheck;
}

void dti_static_nodes_put_aside(struct dti_dialstate *state,
				struct dti_record *record)
{
	record->static_serial = next_serial(state);
	dti_records_list(state, record, DTI_LIST_ASIDE);
}

static void reset_backoff(struct dti_record *record, int64_t delay_ms)
{
	record->resolved_before = false;
	record->resolve_last_ms = 0;
	record->resolve_delay_ms = delay_ms;
}

dt_err dti_dialstate_add_static(struct dti_dialstate *state,
				const struct dt_node *node)
{
	struct dti_record *record = dti_records_get(state, &node->id);

	if (record == NULL)
		return DT_ERR_NO_MEMORY;
	if (!dti_records_set_node(state, record, node)) {
		dti_records_settle(state, record);
		return DT_ERR_NO_MEMORY;
	}
	if (!dti_record_is_static(record))
		state->counters.static_nodes++;
	record->static_serial = next_serial(state);
	reset_backoff(record, state->limits.resolve_delay_ms);
	record->cut_short = false;
	if (record->list == DTI_LIST_ASIDE)
		dti_records_unlist(state, record);
	dti_records_settle(state, record);
	return DT_OK;
}

bool dti_dialstate_remove_static(struct dti_dialstate *state,
				 const struct dt_node_id *id)
{
	struct dti_record *record = dti_records_find(state, id);

	if (record == NULL || !dti_record_is_static(record))
		return false;
	record->static_serial = 0;
	state->counters.static_nodes--;
	if (record->list != DTI_LIST_NOW)
		dti_records_unlist(state, record);
	dti_records_settle(state, record);
	return true;
}

void dti_dialstate_set_netrestrict(struct dti_dialstate *state,
				   const struct dti_netrestrict *list)
{
	state->netrestrict = list;
	state->recheck = state->aside.count;
}
