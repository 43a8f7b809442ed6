/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_RECORDS_H
#define DTI_DIALSTATE_RECORDS_H

/*
 * The life of a record: made when something about a node must be remembered,
 * settled after each event, forgotten when nothing holds it any more.
 */

#include "lib/dialstate/state.h"

/** NULL: nothing is remembered of @id. */
struct dti_record *dti_records_find(const struct dti_dialstate *state,
				    const struct dt_node_id *id);
/**
 * Find or make it. Settle it afterwards, whatever happens in between: a new
 * one is held by nothing. There is room in the history for it.
 * NULL: no memory.
 */
struct dti_record *dti_records_get(struct dti_dialstate *state,
				   const struct dt_node_id *id);
/**
 * The record of @task's dial, without looking for it. NULL: the dial is not
 * active (any more). A record never moves, and one that was forgotten is not
 * being dialed: so a task that is older than what is in its place is noticed.
 */
struct dti_record *dti_records_of_dial(const struct dti_task *task);
/**
 * After an event on @record: put it where it belongs, or forget it. @record
 * may be gone afterwards.
 */
void dti_records_settle(struct dti_dialstate *state, struct dti_record *record);
/** Give it @node's endpoint and a copy of its name. False: no memory. */
bool dti_records_set_node(struct dti_dialstate *state,
			  struct dti_record *record,
			  const struct dt_node *node);
/** Take it out of the list that it is in, if any. */
void dti_records_unlist(struct dti_dialstate *state, struct dti_record *record);
void dti_records_list(struct dti_dialstate *state, struct dti_record *record,
		      enum dti_list_id id);
/** A dial has begun; or ended (DTI_DIALING_NOT). */
void dti_records_set_dialing(struct dti_dialstate *state,
			     struct dti_record *record,
			     enum dti_dialing dialing);
/** Free what a record owns; the record goes back with the slab. */
void dti_records_fini(struct dti_dialstate *state);

#endif /* DTI_DIALSTATE_RECORDS_H */
