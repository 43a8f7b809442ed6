/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/dialstate.h"
#include "lib/dialstate/holds.h"
#include "lib/dialstate/records.h"

/* What the dial learned goes back, if it is still the record it came from. */
static void bring_back(struct dti_record *record, const struct dti_task *task,
		       const struct dti_task_result *result)
{
	if (task->kind != DT_TASK_STATIC_DIAL ||
	    task->static_serial != record->static_serial)
		return;
	record->cut_short = result->cut_short;
	if (result->has_backoff) {
		record->resolved_before = result->backoff.resolved_before;
		record->resolve_last_ms = result->backoff.last_ms;
		record->resolve_delay_ms = result->backoff.delay_ms;
	}
	if (result->has_endpoint)
		record->endpoint = result->endpoint;
}

static int16_t narrow(int32_t number)
{
	if (number < INT16_MIN || number > INT16_MAX)
		return 0;
	return (int16_t)number;
}

/*
 * A local fault says nothing about the node, so it leaves no entry in the
 * history. (A dial that is not active ends like any other: the original's rule.)
 */
static void dial_done(struct dti_dialstate *state, int64_t now_ms,
		      const struct dti_task *task,
		      const struct dti_task_result *result)
{
	struct dti_record *record = dti_records_of_dial(task);
	int64_t expires_ms =
		dti_time_after(now_ms, state->limits.history_expiration_ms);

	if (record == NULL)
		record = dti_records_get(state, &task->node.id);
	if (record == NULL)
		return; /* only one that is not active has no record */
	dti_records_set_dialing(state, record, DTI_DIALING_NOT);
	record->dials++;
	record->last_outcome = (uint8_t)result->outcome;
	record->last_errno = narrow(result->detail.sys_errno);
	record->last_reason = narrow(result->detail.reason);
	record->last_dial_ms = now_ms;
	bring_back(record, task, result);
	if (!dt_outcome_is_local_fault(result->outcome))
		dti_history_add(state, record, expires_ms);
	dti_records_settle(state, record);
}

static void lookup_done(struct dti_dialstate *state, int64_t now_ms,
			const struct dti_task_result *result)
{
	struct dti_lookup_buffer *buffer = &state->lookup_buffer;

	state->lookup_running = false;
	for (size_t i = 0; i < result->node_count; i++) {
		if (dti_lookup_buffer_append(buffer, &result->nodes[i], now_ms,
					     state->allocator))
			continue;
		state->counters.offered[DT_SOURCE_LOOKUP]++;
		state->counters.skipped[DT_SKIP_NO_MEMORY]++;
	}
	state->counters.lookup_buffer = buffer->count;
}

void dti_dialstate_task_done(struct dti_dialstate *state, int64_t now_ms,
			     const struct dti_task *task,
			     const struct dti_task_result *result)
{
	switch (task->kind) {
	case DT_TASK_STATIC_DIAL:
	case DT_TASK_DYN_DIAL:
		dial_done(state, now_ms, task, result);
		break;
	case DT_TASK_LOOKUP:
		lookup_done(state, now_ms, result);
		break;
	case DT_TASK_WAIT:
	case DT_TASK_COUNT:
		break;
	}
}
