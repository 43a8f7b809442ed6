/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_HOLDS_H
#define DTI_DIALSTATE_HOLDS_H

/*
 * What keeps a node from being dialed until a time: the history and bans.
 *
 * The history is a bag: an id is in it once for each dial of it that ended not
 * long ago. The first entry is part of the record; another one, which only
 * comes of a dial that ends twice, is allocated.
 *
 * Cost: O(log n) for each entry that comes or goes.
 */

#include "lib/dialstate/state.h"

/** A dial of @record has ended. A second entry is lost if memory is short. */
void dti_history_add(struct dti_dialstate *state, struct dti_record *record,
		     int64_t expires_ms);
/** Take all entries of @record out. Settle it afterwards. */
void dti_history_clear(struct dti_dialstate *state, struct dti_record *record);
bool dti_history_has(const struct dti_record *record);
/** When the first entry of all expires; INT64_MAX: there is none. */
int64_t dti_history_first_ms(const struct dti_dialstate *state);
/** When @record's last entry expires, if it has any. */
int64_t dti_history_last_ms(const struct dti_dialstate *state,
			    const struct dti_record *record);

/** @until_ms: DTI_NEVER for ever. Replaces an earlier ban. False: no memory. */
bool dti_ban_set(struct dti_dialstate *state, struct dti_record *record,
		 int64_t until_ms);
/** Settle @record afterwards. */
void dti_ban_lift(struct dti_dialstate *state, struct dti_record *record);
bool dti_ban_has(const struct dti_record *record);
/** When @record's ban ends, if it has one; DTI_NEVER. */
int64_t dti_ban_until_ms(const struct dti_dialstate *state,
			 const struct dti_record *record);

/**
 * End what expires before @now_ms, at most @max holds, and settle the records.
 * False: it ended @max of them, and there may be more.
 */
bool dti_holds_expire(struct dti_dialstate *state, int64_t now_ms,
		      uint64_t max);

#endif /* DTI_DIALSTATE_HOLDS_H */
