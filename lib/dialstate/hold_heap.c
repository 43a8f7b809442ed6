/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/hold_heap.h"

#include "lib/assert.h"
#include "lib/memory.h"

enum {
	FIRST_CAPACITY = 32
};

static uint64_t grown(uint64_t capacity, uint64_t wanted)
{
	capacity = capacity != 0 ? capacity : FIRST_CAPACITY;
	while (capacity < wanted)
		capacity *= 2;
	return capacity;
}

bool dti_hold_slots_reserve(struct dti_hold_slot **slots, uint32_t *capacity,
			    uint64_t wanted,
			    const struct dt_allocator *allocator)
{
	struct dti_hold_slot *more;

	if (wanted <= *capacity)
		return true;
	if (wanted > DTI_HOLD_NOWHERE / 2)
		return false;
	wanted = grown(*capacity, wanted);
	more = dti_realloc(allocator, *slots, wanted * sizeof(*more));
	if (more == NULL)
		return false;
	*slots = more;
	*capacity = (uint32_t)wanted;
	return true;
}

bool dti_hold_heap_reserve(struct dti_hold_heap *heap, uint64_t capacity,
			   const struct dt_allocator *allocator)
{
	return dti_hold_slots_reserve(&heap->slots, &heap->capacity, capacity,
				      allocator);
}

void dti_hold_heap_fini(struct dti_hold_heap *heap,
			const struct dt_allocator *allocator)
{
	dti_free(allocator, heap->slots);
	*heap = (struct dti_hold_heap){0};
}

static void place(struct dti_hold_heap *heap, uint32_t index,
		  struct dti_hold_slot slot)
{
	heap->slots[index] = slot;
	slot.hold->place = index;
}

static void sift_up(struct dti_hold_heap *heap, uint32_t index,
		    struct dti_hold_slot slot)
{
	while (index > 0) {
		uint32_t parent = (index - 1) / DTI_HOLD_HEAP_CHILDREN;

		if (heap->slots[parent].expires_ms <= slot.expires_ms)
			break;
		place(heap, index, heap->slots[parent]);
		index = parent;
	}
	place(heap, index, slot);
}

/* The child of @index that ends first; heap->count or more: it has none. */
static uint64_t first_child(const struct dti_hold_heap *heap, uint32_t index)
{
	uint64_t first = DTI_HOLD_HEAP_CHILDREN * (uint64_t)index + 1;
	uint64_t end = first + DTI_HOLD_HEAP_CHILDREN < heap->count
			       ? first + DTI_HOLD_HEAP_CHILDREN
			       : heap->count;

	for (uint64_t child = first + 1; child < end; child++) {
		if (heap->slots[child].expires_ms <
		    heap->slots[first].expires_ms)
			first = child;
	}
	return first;
}

static void sift_down(struct dti_hold_heap *heap, uint32_t index,
		      struct dti_hold_slot slot)
{
	for (;;) {
		uint64_t child = first_child(heap, index);

		if (child >= heap->count ||
		    slot.expires_ms <= heap->slots[child].expires_ms)
			break;
		place(heap, index, heap->slots[child]);
		index = (uint32_t)child;
	}
	place(heap, index, slot);
}

void dti_hold_heap_push(struct dti_hold_heap *heap, struct dti_hold *hold,
			int64_t expires_ms)
{
	struct dti_hold_slot slot = {.expires_ms = expires_ms, .hold = hold};

	DTI_ASSERT(!dti_hold_is_held(hold));
	DTI_ASSERT(heap->count < heap->capacity);
	sift_up(heap, heap->count++, slot);
}

void dti_hold_heap_remove(struct dti_hold_heap *heap, struct dti_hold *hold)
{
	uint32_t index = hold->place;
	struct dti_hold_slot last;

	DTI_ASSERT(index < heap->count && heap->slots[index].hold == hold);
	hold->place = DTI_HOLD_NOWHERE;
	last = heap->slots[--heap->count];
	if (index == heap->count)
		return;
	if (index > 0 &&
	    last.expires_ms < heap->slots[(index - 1) / DTI_HOLD_HEAP_CHILDREN]
				      .expires_ms)
		sift_up(heap, index, last);
	else
		sift_down(heap, index, last);
}
