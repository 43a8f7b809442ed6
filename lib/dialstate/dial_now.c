/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/check.h"
#include "lib/dialstate/dialstate.h"
#include "lib/dialstate/holds.h"
#include "lib/dialstate/records.h"

static enum dt_skip check(const struct dti_dialstate *state,
			  const struct dti_record *record,
			  const struct dt_node *node)
{
	struct dti_candidate candidate = {
		.record = record,
		.id = &node->id,
		.endpoint = &node->endpoint,
		.host_name = node->host_name,
	};

	if (record != NULL && dti_record_is_static(record))
		candidate = dti_candidate_of(record);
	return dti_check_but_history(state, &candidate);
}

/* A static node keeps its endpoint: add_static is what changes that. */
dt_err dti_dialstate_dial_now(struct dti_dialstate *state,
			      enum dt_skip *refused, const struct dt_node *node)
{
	struct dti_record *record = dti_records_find(state, &node->id);
	enum dt_skip reason = check(state, record, node);

	if (reason != DTI_SKIP_NONE) {
		state->counters.offered[DT_SOURCE_DIAL_NOW]++;
		state->counters.skipped[reason]++;
		*refused = reason;
		return DT_ERR_ARGUMENT;
	}
	if (record == NULL)
		record = dti_records_get(state, &node->id);
	if (record == NULL)
		return DT_ERR_NO_MEMORY;
	if (!dti_record_is_static(record) &&
	    !dti_records_set_node(state, record, node)) {
		dti_records_settle(state, record);
		return DT_ERR_NO_MEMORY;
	}
	dti_history_clear(state, record);
	if (record->list != DTI_LIST_NOW)
		dti_records_list(state, record, DTI_LIST_NOW);
	return DT_OK;
}
