/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/check.h"

#include "lib/dialstate/holds.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"

struct dti_candidate dti_candidate_of(const struct dti_record *record)
{
	return (struct dti_candidate){
		.record = record,
		.id = &record->id,
		.endpoint = &record->endpoint,
		.host_name = record->host_name,
		.is_static = dti_record_is_static(record),
	};
}

enum dt_skip dti_check_activity(const struct dti_record *record)
{
	if (record->dialing != DTI_DIALING_NOT)
		return DT_SKIP_ALREADY_DIALING;
	if (record->connected)
		return DT_SKIP_ALREADY_CONNECTED;
	if (record->inbound > 0)
		return DT_SKIP_PENDING_INBOUND;
	return DTI_SKIP_NONE;
}

static bool is_self(const struct dti_dialstate *state,
		    const struct dt_node_id *id)
{
	return state->has_self && dti_node_id_equal(&state->self, id);
}

/*
 * A static node without an address is resolved when it is dialed, and a name
 * looked up; whoever dials checks what comes of it.
 */
static bool is_allowed(const struct dti_dialstate *state,
		       const struct dti_candidate *candidate)
{
	if (state->netrestrict == NULL)
		return true;
	if (!dti_endpoint_has_address(candidate->endpoint))
		return candidate->is_static || candidate->host_name != NULL;
	return dti_netrestrict_allows(state->netrestrict, candidate->endpoint);
}

static enum dt_skip check_endpoint(const struct dti_dialstate *state,
				   const struct dti_candidate *candidate)
{
	const struct dt_endpoint *endpoint = candidate->endpoint;
	bool has_address = dti_endpoint_has_address(endpoint);

	if (state->check_endpoints) {
		bool has_port = has_address || candidate->host_name != NULL;

		if (has_port && endpoint->tcp_port == 0)
			return DT_SKIP_NO_PORT;
		if (has_address && dti_endpoint_is_bad_address(endpoint))
			return DT_SKIP_BAD_ADDRESS;
	}
	return is_allowed(state, candidate) ? DTI_SKIP_NONE
					    : DT_SKIP_NOT_ALLOWED;
}

enum dt_skip dti_check_target(const struct dti_dialstate *state,
			      const struct dti_candidate *candidate)
{
	if (is_self(state, candidate->id))
		return DT_SKIP_SELF;
	return check_endpoint(state, candidate);
}

enum dt_skip dti_check_but_history(const struct dti_dialstate *state,
				   const struct dti_candidate *candidate)
{
	const struct dti_record *record = candidate->record;
	enum dt_skip reason;

	if (record != NULL) {
		reason = dti_check_activity(record);
		if (reason != DTI_SKIP_NONE)
			return reason;
	}
	if (is_self(state, candidate->id))
		return DT_SKIP_SELF;
	if (record != NULL && dti_ban_has(record))
		return DT_SKIP_BANNED;
	return check_endpoint(state, candidate);
}

enum dt_skip dti_check_dial(const struct dti_dialstate *state,
			    const struct dti_candidate *candidate)
{
	enum dt_skip reason = dti_check_but_history(state, candidate);

	if (reason != DTI_SKIP_NONE)
		return reason;
	if (candidate->record != NULL && dti_history_has(candidate->record))
		return DT_SKIP_RECENTLY_DIALED;
	return DTI_SKIP_NONE;
}
