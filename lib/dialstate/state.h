/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_STATE_H
#define DTI_DIALSTATE_STATE_H

/*
 * What the dial state is made of. Private to lib/dialstate/; everybody else
 * includes lib/dialstate/dialstate.h.
 */

#include "lib/dialstate/bootnodes.h"
#include "lib/dialstate/dialstate.h"
#include "lib/dialstate/hold_heap.h"
#include "lib/dialstate/hold_run.h"
#include "lib/dialstate/index.h"
#include "lib/dialstate/lookup_buffer.h"
#include "lib/dialstate/record_list.h"
#include "lib/dialstate/slots.h"
#include "lib/slab.h"

/** Where random nodes of the table are read into. */
struct dti_random_buffer {
	struct dt_node *nodes;
	uint32_t capacity;
};

struct dti_dialstate {
	/* Set at creation. */
	const struct dt_allocator *allocator;
	struct dt_node_id self; /* if has_self */
	bool has_self;
	bool has_lookup;
	bool check_endpoints;

	/* Settings. */
	struct dti_dialstate_limits limits;
	const struct dti_netrestrict *netrestrict; /* the caller's; or NULL */

	/* Nodes. */
	struct dti_index index;
	struct dti_slab records;
	struct dti_record_list ready;
	struct dti_record_list aside;
	struct dti_record_list now;
	uint64_t recheck; /* so many at aside's head are to be looked at again,
			     since netrestrict has changed */
	/* The history. Early: what ends before an entry that was there first,
	 * since history_expiration was lowered meanwhile. */
	struct dti_hold_run history;
	struct dti_hold_heap early;
	struct dti_hold_heap bans;
	uint64_t extra_history; /* entries that are not a record's `recent` */
	uint32_t last_serial;   /* of static records */

	/* Candidates. */
	struct dti_bootnodes bootnodes;
	struct dti_lookup_buffer lookup_buffer;
	struct dti_random_buffer random;
	bool lookup_running;

	/* The course of time. */
	bool started;
	int64_t start_ms; /* the first new_tasks, if started */
	int64_t last_ms;  /* the latest new_tasks, if started */

	struct dti_slots slots;
	struct dti_dialstate_counters counters;
};

/** max_dyn_dials less dynamic peers and dynamic dials; may be negative. */
static inline int64_t dti_dialstate_need(const struct dti_dialstate *state)
{
	return (int64_t)state->limits.max_dyn_dials -
	       (int64_t)state->counters.dyn_peers -
	       (int64_t)state->counters.dyn_dials;
}

/** @time_ms + @duration_ms, or the end of time. Neither is negative. */
static inline int64_t dti_time_after(int64_t time_ms, int64_t duration_ms)
{
	int64_t sum;

	return __builtin_add_overflow(time_ms, duration_ms, &sum) ? DTI_NEVER
								  : sum;
}

/** When the bootnodes' turn comes, if started. */
static inline int64_t
dti_dialstate_fallback_ms(const struct dti_dialstate *state)
{
	return dti_time_after(
		dti_time_after(state->start_ms,
			       state->limits.fallback_interval_ms),
		1);
}

#endif /* DTI_DIALSTATE_STATE_H */
