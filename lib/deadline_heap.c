/* SPDX-License-Identifier: MIT */
#include "lib/deadline_heap.h"

#include <stddef.h>

/* Two heaps become one: the later top goes below the other. Either may be NULL.
 * Tops have neither next nor back. */
static struct dti_deadline *join(struct dti_deadline *a, struct dti_deadline *b)
{
	struct dti_deadline *sooner = b && (!a || b->at_ms < a->at_ms) ? b : a;
	struct dti_deadline *later = sooner == a ? b : a;

	if (!later)
		return sooner;
	later->next = sooner->child;
	later->back = sooner;
	if (sooner->child)
		sooner->child->back = later;
	sooner->child = later;
	return sooner;
}

/* Take the first of a list of siblings off it. */
static struct dti_deadline *take(struct dti_deadline **list)
{
	struct dti_deadline *taken = *list;

	if (taken) {
		*list = taken->next;
		taken->next = NULL;
		taken->back = NULL;
	}
	return taken;
}

/*
 * One heap of all siblings: neighbours in pairs, from the left, then the pairs,
 * from the right. The order is what makes it cheap in the long run.
 */
static struct dti_deadline *join_all(struct dti_deadline *siblings)
{
	struct dti_deadline *pairs = NULL; /* the last is the first */
	struct dti_deadline *all = NULL;

	while (siblings) {
		struct dti_deadline *one = take(&siblings);
		struct dti_deadline *pair = join(one, take(&siblings));

		pair->next = pairs;
		pairs = pair;
	}
	while (pairs)
		all = join(all, take(&pairs));
	return all;
}

void dti_deadline_heap_add(struct dti_deadline_heap *heap,
			   struct dti_deadline *deadline, int64_t at_ms)
{
	*deadline = (struct dti_deadline){.at_ms = at_ms};
	heap->first = join(heap->first, deadline);
}

void dti_deadline_heap_remove(struct dti_deadline_heap *heap,
			      struct dti_deadline *deadline)
{
	struct dti_deadline *below = join_all(deadline->child);

	deadline->child = NULL;
	if (heap->first == deadline) {
		heap->first = below;
		return;
	}
	if (deadline->back->child == deadline)
		deadline->back->child = deadline->next;
	else
		deadline->back->next = deadline->next;
	if (deadline->next)
		deadline->next->back = deadline->back;
	heap->first = join(heap->first, below);
}
