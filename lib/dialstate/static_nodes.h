/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_STATIC_NODES_H
#define DTI_DIALSTATE_STATIC_NODES_H

/*
 * Nodes to keep connected. Each is at any time in one of these situations:
 *
 *	ready	in the list `ready`: nothing that is known speaks against a
 *		dial. It is checked once more when it is taken.
 *	waiting	in no list: for its dial, its connection, its inbound handshake,
 *		its ban or its history to end, whose end settles it.
 *	aside	in the list `aside`: it is this node itself, or has an endpoint
 *		that may not be dialed. Netrestrict may change, or the user
 *		gives it another endpoint. (The original deletes it: from the
 *		outside the two look the same.)
 *	now	in the list `now`: to be dialed by command.
 *
 * A node whose endpoint may not be dialed is ready even while it is in the
 * history, as the original looks at the endpoint first and then at the history.
 */

#include "lib/dialstate/state.h"

/** A static @record's situation may have changed. */
void dti_static_nodes_settle(struct dti_dialstate *state,
			     struct dti_record *record);
/**
 * Take the next one to look at out of its list; NULL: there is none. Those
 * that stand aside come first after netrestrict has changed: each of them once.
 */
struct dti_record *dti_static_nodes_take(struct dti_dialstate *state);
/** How many dti_static_nodes_take() can take. */
uint64_t dti_static_nodes_ready(const struct dti_dialstate *state);
/**
 * Put a taken @record aside. It gets a new serial: a dial that was made from
 * it and ends later brings no endpoint back.
 */
void dti_static_nodes_put_aside(struct dti_dialstate *state,
				struct dti_record *record);

#endif /* DTI_DIALSTATE_STATIC_NODES_H */
