/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_ROUND_H
#define DTI_DIALSTATE_ROUND_H

/*
 * One call of new_tasks: the tasks made so far and the slots that are left.
 * Each candidate that is looked at is counted here, with what came of it.
 */

#include "lib/dialstate/state.h"

struct dti_round {
	struct dti_dialstate *state;
	const struct dti_random_source *random; /* NULL: none */
	struct dti_task *out;
	size_t count;
	uint64_t slots;       /* dials that may still be made */
	size_t random_count;  /* nodes read into state->random */
	size_t random_looked; /* of which so many were looked at */
};

/** Dial the nodes that were ordered by command. */
void dti_round_dial_now(struct dti_round *round);
/** Dial at most @quota static nodes. */
void dti_round_static(struct dti_round *round, uint64_t quota);
/** Read random nodes; call it once, before dti_round_dyn_wanted(). */
void dti_round_read_random(struct dti_round *round);
/** How many dynamic dials can come of the candidates at hand, at most. */
uint64_t dti_round_dyn_wanted(const struct dti_round *round);
/** Dial a bootnode, random nodes and the lookup buffer, in this order. */
void dti_round_dyn(struct dti_round *round);
/** Put static dials before dynamic ones, from the @first task on. */
void dti_round_static_first(struct dti_round *round, size_t first);

/**
 * Dial a candidate if it may be dialed. A static node that stands ready is
 * dialed as such, whoever offers it.
 */
void dti_round_try(struct dti_round *round, const struct dt_node *node,
		   enum dt_source source);
/** Begin a dial to @record as a static node, at its own endpoint. */
void dti_round_begin_static(struct dti_round *round, struct dti_record *record,
			    enum dt_source source);

static inline void dti_round_skip(struct dti_round *round,
				  enum dt_source source, enum dt_skip reason)
{
	round->state->counters.offered[source]++;
	round->state->counters.skipped[reason]++;
}

#endif /* DTI_DIALSTATE_ROUND_H */
