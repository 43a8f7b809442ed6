/* SPDX-License-Identifier: MIT */
#ifndef DTI_DEADLINE_HEAP_H
#define DTI_DEADLINE_HEAP_H

/*
 * Who is due first, among many whose deadlines change all the time: a pairing
 * heap (Fredman, Sedgewick, Sleator, Tarjan 1986). The deadlines stand in those
 * whom they concern, so nothing is allocated and adding one cannot fail.
 *
 * Cost: add and first O(1), remove O(log n) amortised.
 */

#include <stdint.h>

/** In one heap at a time; its address must not change meanwhile. */
struct dti_deadline {
	/* The heap's. */
	int64_t at_ms;
	struct dti_deadline *child; /* the first of those that are not sooner */
	struct dti_deadline *next;  /* of the same parent */
	struct dti_deadline *back;  /* the one before it, or the parent */
};

/** Begin with zeros. */
struct dti_deadline_heap {
	struct dti_deadline *first; /* the one due first; NULL: it is empty */
};

/** @deadline is in no heap. */
void dti_deadline_heap_add(struct dti_deadline_heap *heap,
			   struct dti_deadline *deadline, int64_t at_ms);
/** @deadline is in this heap. */
void dti_deadline_heap_remove(struct dti_deadline_heap *heap,
			      struct dti_deadline *deadline);

static inline int64_t
dti_deadline_heap_first_ms(const struct dti_deadline_heap *heap)
{
	return heap->first ? heap->first->at_ms : INT64_MAX;
}

#endif /* DTI_DEADLINE_HEAP_H */
