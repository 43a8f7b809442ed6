/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_HOLD_HEAP_H
#define DTI_DIALSTATE_HOLD_HEAP_H

/*
 * A min-heap of holds: what ends first stands at the top. Each hold knows its
 * place, so that any of them can be taken out.
 *
 * Cost: push and remove O(log n), the rest O(1). Room is reserved beforehand,
 * so a push cannot fail.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/dialtone.h"

#define DTI_HOLD_NOWHERE       UINT32_MAX
/*
 * Of a place in the heap. Four make half the levels of two, and so half the
 * holds whose place is written; siblings stand together in memory.
 */
#define DTI_HOLD_HEAP_CHILDREN 4

enum dti_hold_kind {
	DTI_HOLD_RECENT,  /* in the history; part of the record */
	DTI_HOLD_HISTORY, /* in the history; a second entry of the same id */
	DTI_HOLD_BAN,
};

struct dti_hold {
	uint32_t place; /* in its heap or run; DTI_HOLD_NOWHERE: in none */
	uint8_t kind;   /* enum dti_hold_kind */
	bool in_run;    /* see hold_run.h */
};

struct dti_hold_slot {
	int64_t expires_ms;
	struct dti_hold *hold;
};

struct dti_hold_heap {
	struct dti_hold_slot *slots;
	uint32_t count;
	uint32_t capacity;
};

/**
 * Make room for @wanted slots in all, which doubles *@capacity (0, or a power of
 * two) as often as it takes. False: no memory, and nothing has changed.
 */
bool dti_hold_slots_reserve(struct dti_hold_slot **slots, uint32_t *capacity,
			    uint64_t wanted,
			    const struct dt_allocator *allocator);

/** Make room for @capacity holds in all. False: no memory. */
bool dti_hold_heap_reserve(struct dti_hold_heap *heap, uint64_t capacity,
			   const struct dt_allocator *allocator);
void dti_hold_heap_fini(struct dti_hold_heap *heap,
			const struct dt_allocator *allocator);
/** @hold is in no heap, and there is room. */
void dti_hold_heap_push(struct dti_hold_heap *heap, struct dti_hold *hold,
			int64_t expires_ms);
/** @hold is in this heap. */
void dti_hold_heap_remove(struct dti_hold_heap *heap, struct dti_hold *hold);

static inline bool dti_hold_is_held(const struct dti_hold *hold)
{
	return hold->place != DTI_HOLD_NOWHERE;
}

/** When @hold, which is in this heap, ends. */
static inline int64_t dti_hold_heap_expires_ms(const struct dti_hold_heap *heap,
					       const struct dti_hold *hold)
{
	return heap->slots[hold->place].expires_ms;
}

/** When the first one ends; INT64_MAX: there is none. */
static inline int64_t dti_hold_heap_first_ms(const struct dti_hold_heap *heap)
{
	return heap->count > 0 ? heap->slots[0].expires_ms : INT64_MAX;
}

#endif /* DTI_DIALSTATE_HOLD_HEAP_H */
