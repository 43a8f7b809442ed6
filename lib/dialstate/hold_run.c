/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/hold_run.h"

#include "lib/assert.h"
#include "lib/memory.h"

static void place(struct dti_hold_slot *slots, uint32_t index,
		  struct dti_hold_slot slot)
{
	slots[index] = slot;
	slot.hold->place = index;
}

/* What had gone over the end of the ring now comes behind it. */
static void unwrap(struct dti_hold_run *run, uint32_t old_capacity)
{
	uint64_t end = (uint64_t)run->first + run->count;

	for (uint64_t i = old_capacity; i < end; i++) {
		struct dti_hold_slot slot = run->slots[i - old_capacity];

		run->slots[i] = slot;
		if (slot.hold != NULL)
			slot.hold->place = (uint32_t)i;
	}
}

bool dti_hold_run_reserve(struct dti_hold_run *run, uint64_t capacity,
			  const struct dt_allocator *allocator)
{
	uint32_t old_capacity = run->capacity;

	if (!dti_hold_slots_reserve(&run->slots, &run->capacity, capacity,
				    allocator))
		return false;
	if (run->capacity != old_capacity)
		unwrap(run, old_capacity);
	return true;
}

void dti_hold_run_fini(struct dti_hold_run *run,
		       const struct dt_allocator *allocator)
{
	dti_free(allocator, run->slots);
	*run = (struct dti_hold_run){0};
}

void dti_hold_run_close_up(struct dti_hold_run *run)
{
	uint32_t live = 0;

	for (uint32_t i = 0; i < run->count; i++) {
		struct dti_hold_slot slot = *dti_hold_run_slot(run, i);
		uint32_t to = (run->first + live) & (run->capacity - 1);

		if (slot.hold == NULL)
			continue;
		place(run->slots, to, slot);
		live++;
	}
	run->count = live;
}

void dti_hold_run_push(struct dti_hold_run *run, struct dti_hold *hold,
		       int64_t expires_ms)
{
	struct dti_hold_slot slot = {.expires_ms = expires_ms, .hold = hold};

	DTI_ASSERT(!dti_hold_is_held(hold));
	DTI_ASSERT(dti_hold_run_has_room(run));
	DTI_ASSERT(expires_ms >= dti_hold_run_last_ms(run));
	place(run->slots, (run->first + run->count++) & (run->capacity - 1),
	      slot);
	run->live++;
	hold->in_run = true;
}

void dti_hold_run_remove(struct dti_hold_run *run, struct dti_hold *hold)
{
	DTI_ASSERT(hold->in_run && run->slots[hold->place].hold == hold);
	run->slots[hold->place].hold = NULL;
	hold->place = DTI_HOLD_NOWHERE;
	hold->in_run = false;
	run->live--;
	while (run->count > 0 && dti_hold_run_slot(run, 0)->hold == NULL) {
		run->first = (run->first + 1) & (run->capacity - 1);
		run->count--;
	}
	/* So that a new one may end before one that is gone. */
	while (run->count > 0 &&
	       dti_hold_run_slot(run, run->count - 1)->hold == NULL)
		run->count--;
}
