/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/dialstate.h"
#include "lib/dialstate/holds.h"
#include "lib/dialstate/records.h"

static void set_peer(struct dti_dialstate *state, struct dti_record *record,
		     bool connected, uint32_t flags)
{
	struct dti_dialstate_counters *counters = &state->counters;

	if (record->connected) {
		counters->peers--;
		counters->dyn_peers -= (record->peer_flags & DT_PEER_DYN) != 0;
	}
	record->connected = connected;
	record->peer_flags = flags;
	if (connected) {
		counters->peers++;
		counters->dyn_peers += (flags & DT_PEER_DYN) != 0;
	}
	dti_records_settle(state, record);
}

dt_err dti_dialstate_peer_added(struct dti_dialstate *state,
				const struct dt_node_id *id, uint32_t flags)
{
	struct dti_record *record = dti_records_get(state, id);

	if (record == NULL)
		return DT_ERR_NO_MEMORY;
	if (!record->connected)
		state->counters.peers_added++;
	set_peer(state, record, true, flags);
	return DT_OK;
}

uint32_t dti_dialstate_peer_flags(const struct dti_dialstate *state,
				  const struct dt_node_id *id)
{
	const struct dti_record *record = dti_records_find(state, id);

	return record != NULL && record->connected ? record->peer_flags : 0;
}

uint32_t dti_dialstate_peer_removed(struct dti_dialstate *state,
				    const struct dt_node_id *id)
{
	struct dti_record *record = dti_records_find(state, id);
	uint32_t flags;

	if (record == NULL || !record->connected)
		return 0;
	flags = record->peer_flags;
	state->counters.peers_removed++;
	set_peer(state, record, false, 0);
	return flags;
}

dt_err dti_dialstate_inbound_pending(struct dti_dialstate *state,
				     const struct dt_node_id *id)
{
	struct dti_record *record = dti_records_get(state, id);

	if (record == NULL)
		return DT_ERR_NO_MEMORY;
	record->inbound++;
	dti_records_settle(state, record);
	return DT_OK;
}

void dti_dialstate_inbound_done(struct dti_dialstate *state,
				const struct dt_node_id *id)
{
	struct dti_record *record = dti_records_find(state, id);

	if (record == NULL || record->inbound == 0)
		return;
	record->inbound--;
	dti_records_settle(state, record);
}

dt_err dti_dialstate_ban(struct dti_dialstate *state,
			 const struct dt_node_id *id, int64_t until_ms)
{
	struct dti_record *record = dti_records_get(state, id);
	bool banned;

	if (record == NULL)
		return DT_ERR_NO_MEMORY;
	banned = dti_ban_set(state, record, until_ms);
	dti_records_settle(state, record);
	return banned ? DT_OK : DT_ERR_NO_MEMORY;
}

void dti_dialstate_unban(struct dti_dialstate *state,
			 const struct dt_node_id *id)
{
	struct dti_record *record = dti_records_find(state, id);

	if (record == NULL)
		return;
	dti_ban_lift(state, record);
	dti_records_settle(state, record);
}

bool dti_dialstate_is_banned(const struct dti_dialstate *state,
			     const struct dt_node_id *id)
{
	const struct dti_record *record = dti_records_find(state, id);

	return record != NULL && dti_ban_has(record);
}

void dti_dialstate_set_tag(const struct dti_task *task, uint32_t tag)
{
	struct dti_record *record = dti_records_of_dial(task);

	if (record != NULL)
		record->tag = tag;
}

uint32_t dti_dialstate_tag(const struct dti_dialstate *state,
			   const struct dt_node_id *id)
{
	const struct dti_record *record = dti_records_find(state, id);

	return record != NULL ? record->tag : DTI_NO_TAG;
}
