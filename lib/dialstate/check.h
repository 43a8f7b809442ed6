/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_CHECK_H
#define DTI_DIALSTATE_CHECK_H

/*
 * May this node be dialed? The reasons why not, in the order of enum dt_skip;
 * the first that holds is the answer. All O(1) but for the networks.
 */

#include "lib/dialstate/state.h"

/** No reason: it may be dialed. */
#define DTI_SKIP_NONE DT_SKIP_COUNT

struct dti_candidate {
	const struct dti_record *record; /* of id; NULL: there is none */
	const struct dt_node_id *id;
	const struct dt_endpoint *endpoint;
	const char *host_name; /* NULL: none */
	bool is_static;
};

/** @record itself as a candidate, at its own endpoint. */
struct dti_candidate dti_candidate_of(const struct dti_record *record);

/** All reasons. */
enum dt_skip dti_check_dial(const struct dti_dialstate *state,
			    const struct dti_candidate *candidate);
/** All but DT_SKIP_RECENTLY_DIALED. */
enum dt_skip dti_check_but_history(const struct dti_dialstate *state,
				   const struct dti_candidate *candidate);
/** What its record says: it is dialed, connected or on its way in. */
enum dt_skip dti_check_activity(const struct dti_record *record);
/** What only a new endpoint or netrestrict list can change: self as well. */
enum dt_skip dti_check_target(const struct dti_dialstate *state,
			      const struct dti_candidate *candidate);

#endif /* DTI_DIALSTATE_CHECK_H */
