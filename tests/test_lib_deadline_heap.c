/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdlib.h>

#include "lib/deadline_heap.h"

#include "tests/harness.h"
#include "tests/stress_run.h"

#define COUNT 300

static int64_t pop(struct dti_deadline_heap *heap)
{
	int64_t at_ms = heap->first->at_ms;

	dti_deadline_heap_remove(heap, heap->first);
	return at_ms;
}

Test(lib_deadline_heap, an_empty_one_is_never_due)
{
	struct dti_deadline_heap heap = {NULL};

	cr_assert_null(heap.first);
	cr_assert_eq(dti_deadline_heap_first_ms(&heap), INT64_MAX);
}

Test(lib_deadline_heap, the_soonest_is_first_whatever_the_order)
{
	static const int64_t orders[][4] = {
		{1, 2, 3, 4}, {4, 3, 2, 1}, {3, 1, 4, 2}, {2, 2, 1, 1}};
	struct dti_deadline deadlines[4];

	for (size_t i = 0; i < 4; i++) {
		struct dti_deadline_heap heap = {NULL};
		int64_t before = INT64_MIN;

		for (size_t j = 0; j < 4; j++)
			dti_deadline_heap_add(&heap, &deadlines[j],
					      orders[i][j]);
		for (size_t j = 0; j < 4; j++) {
			int64_t at_ms = pop(&heap);

			cr_assert_leq(before, at_ms);
			before = at_ms;
		}
		cr_assert_null(heap.first);
	}
}

Test(lib_deadline_heap, extreme_times_have_their_order)
{
	struct dti_deadline_heap heap = {NULL};
	struct dti_deadline never;
	struct dti_deadline ever;
	struct dti_deadline now;

	dti_deadline_heap_add(&heap, &never, INT64_MAX);
	dti_deadline_heap_add(&heap, &ever, INT64_MIN);
	dti_deadline_heap_add(&heap, &now, 0);

	cr_assert_eq(pop(&heap), INT64_MIN);
	cr_assert_eq(pop(&heap), 0);
	cr_assert_eq(pop(&heap), INT64_MAX);
}

/* What the heap should say: a look at all of them. */
static int64_t soonest_ms(const struct dti_deadline *deadlines,
			  const bool *inside)
{
	int64_t at_ms = INT64_MAX;

	for (size_t i = 0; i < COUNT; i++)
		if (inside[i] && deadlines[i].at_ms < at_ms)
			at_ms = deadlines[i].at_ms;
	return at_ms;
}

Test(lib_deadline_heap, any_of_them_can_leave_at_any_time)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct dti_deadline deadlines[COUNT];
		bool inside[COUNT] = {false};
		struct dti_deadline_heap heap = {NULL};
		uint64_t state = seed;

		for (size_t step = 0; step < 4000; step++) {
			size_t i = stress_between(&state, 0, COUNT - 1);

			if (inside[i])
				dti_deadline_heap_remove(&heap, &deadlines[i]);
			else
				dti_deadline_heap_add(
					&heap, &deadlines[i],
					(int64_t)stress_between(&state, 0, 99));
			inside[i] = !inside[i];
			cr_assert_eq(dti_deadline_heap_first_ms(&heap),
				     soonest_ms(deadlines, inside),
				     "seed %d, step %zu", (int)seed, step);
		}
	}
}
