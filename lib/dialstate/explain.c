/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/dialstate/check.h"
#include "lib/dialstate/dialstate.h"
#include "lib/dialstate/holds.h"
#include "lib/dialstate/records.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"

/* What lasts until @until_ms, that included, is over in so many ms. */
static int64_t due_after(int64_t until_ms, int64_t now_ms)
{
	return until_ms < now_ms ? 0 : dti_time_after(until_ms - now_ms, 1);
}

static enum dt_waits_for waits_for_of(enum dt_skip reason)
{
	switch (reason) {
	case DT_SKIP_ALREADY_DIALING:
		return DT_WAITS_FOR_DIAL;
	case DT_SKIP_ALREADY_CONNECTED:
		return DT_WAITS_FOR_PEER;
	case DT_SKIP_PENDING_INBOUND:
		return DT_WAITS_FOR_INBOUND;
	case DT_SKIP_BANNED:
		return DT_WAITS_FOR_BAN;
	case DT_SKIP_NO_PORT:
	case DT_SKIP_BAD_ADDRESS:
		return DT_WAITS_FOR_PORT;
	case DT_SKIP_NOT_ALLOWED:
		return DT_WAITS_FOR_NETRESTRICT;
	case DT_SKIP_RECENTLY_DIALED:
		return DT_WAITS_FOR_HISTORY;
	case DT_SKIP_SELF:
	case DT_SKIP_STALE:
	case DT_SKIP_NO_MEMORY:
	case DT_SKIP_COUNT:
		break;
	}
	return DT_WAITS_FOR_NOTHING;
}

/* One whose endpoint is not known is not held back by it. */
static enum dt_skip reason_of(const struct dti_dialstate *state,
			      const struct dti_record *record)
{
	struct dti_candidate candidate = dti_candidate_of(record);

	if (!dti_endpoint_has_address(&record->endpoint))
		candidate.is_static = true;
	return dti_check_dial(state, &candidate);
}

static void explain_wait(const struct dti_dialstate *state,
			 struct dt_explanation *out, int64_t now_ms,
			 const struct dti_record *record)
{
	enum dt_skip reason = reason_of(state, record);

	if (reason == DTI_SKIP_NONE) {
		bool chosen = out->is_static || record->list == DTI_LIST_NOW;

		out->waits_for =
			chosen ? DT_WAITS_FOR_SLOT : DT_WAITS_FOR_CANDIDACY;
		return;
	}
	out->waits_for = waits_for_of(reason);
	if (reason == DT_SKIP_RECENTLY_DIALED)
		out->due_ms =
			due_after(dti_history_last_ms(state, record), now_ms);
	else if (reason == DT_SKIP_BANNED && record->banned_for_ever)
		out->due_ms = -1;
	else if (reason == DT_SKIP_BANNED)
		out->due_ms =
			due_after(dti_ban_until_ms(state, record), now_ms);
}

static void explain_record(const struct dti_dialstate *state,
			   struct dt_explanation *out, int64_t now_ms,
			   const struct dti_record *record)
{
	out->is_static = dti_record_is_static(record);
	out->peer_flags = record->peer_flags;
	out->inbound = record->inbound;
	out->dials = record->dials;
	if (record->dials > 0) {
		out->last_outcome = (enum dt_outcome)record->last_outcome;
		out->last_detail = (struct dt_outcome_detail){
			record->last_errno, record->last_reason};
		out->last_dial_ms = now_ms - record->last_dial_ms;
	}
	if (out->is_static)
		out->resolve_delay_ms = record->resolve_delay_ms;
	out->endpoint = record->endpoint;
	explain_wait(state, out, now_ms, record);
}

bool dti_dialstate_explain(const struct dti_dialstate *state,
			   struct dt_explanation *out, int64_t now_ms,
			   const struct dt_node_id *id)
{
	const struct dti_record *record = dti_records_find(state, id);

	memset(out, 0, sizeof(*out));
	out->is_self = state->has_self && dti_node_id_equal(&state->self, id);
	if (record != NULL)
		explain_record(state, out, now_ms, record);
	else if (!out->is_self)
		out->waits_for = DT_WAITS_FOR_CANDIDACY;
	return record != NULL || out->is_self;
}
