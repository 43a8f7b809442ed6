/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_HOLD_RUN_H
#define DTI_DIALSTATE_HOLD_RUN_H

/*
 * Holds that come in the order in which they end, as the history's do while
 * they all last equally long: a ring. What ends first stands in front, and the
 * memory of those that come after it is known beforehand. Against a heap: a
 * hold that leaves moves no other, whose record would have to be written.
 *
 * One that is taken out of the middle leaves a gap, which goes when it comes to
 * an end of the run, or when the run is closed up.
 *
 * Cost: push O(1), remove O(1) amortized, close_up O(n), the rest O(1).
 */

#include "lib/dialstate/hold_heap.h"

struct dti_hold_run {
	struct dti_hold_slot *slots; /* hold: NULL in a gap */
	uint32_t first;
	uint32_t count;    /* with gaps; the first and the last are none */
	uint32_t live;     /* without */
	uint32_t capacity; /* 0, or a power of two */
};

/** Make room for @capacity holds in all. False: no memory. */
bool dti_hold_run_reserve(struct dti_hold_run *run, uint64_t capacity,
			  const struct dt_allocator *allocator);
void dti_hold_run_fini(struct dti_hold_run *run,
		       const struct dt_allocator *allocator);
/** Is there room for one more, without closing up? */
static inline bool dti_hold_run_has_room(const struct dti_hold_run *run)
{
	return run->count < run->capacity;
}
/** Close the gaps. */
void dti_hold_run_close_up(struct dti_hold_run *run);
/** @hold is nowhere, there is room, @expires_ms is not before the last one. */
void dti_hold_run_push(struct dti_hold_run *run, struct dti_hold *hold,
		       int64_t expires_ms);
/** @hold is in this run. */
void dti_hold_run_remove(struct dti_hold_run *run, struct dti_hold *hold);

/** The @index-th slot from the front, gaps counted; @index < count. */
static inline const struct dti_hold_slot *
dti_hold_run_slot(const struct dti_hold_run *run, uint32_t index)
{
	return &run->slots[(run->first + index) & (run->capacity - 1)];
}

/** When @hold, which is in this run, ends. */
static inline int64_t dti_hold_run_expires_ms(const struct dti_hold_run *run,
					      const struct dti_hold *hold)
{
	return run->slots[hold->place].expires_ms;
}

/** When the first one ends; INT64_MAX: there is none. */
static inline int64_t dti_hold_run_first_ms(const struct dti_hold_run *run)
{
	return run->count > 0 ? dti_hold_run_slot(run, 0)->expires_ms
			      : INT64_MAX;
}

/** When the last one ends; INT64_MIN: there is none. */
static inline int64_t dti_hold_run_last_ms(const struct dti_hold_run *run)
{
	return run->count > 0
		       ? dti_hold_run_slot(run, run->count - 1)->expires_ms
		       : INT64_MIN;
}

#endif /* DTI_DIALSTATE_HOLD_RUN_H */
