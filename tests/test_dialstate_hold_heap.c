/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/hold_heap.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

enum {
	MANY = 1000
};

static const struct dt_allocator libc = {.context = NULL};

static struct dti_hold holds[MANY];

static void forget_places(void)
{
	for (size_t i = 0; i < MANY; i++)
		holds[i] = (struct dti_hold){.place = DTI_HOLD_NOWHERE};
}

/* Neither sorted nor a cycle that is too short. */
static int64_t scattered(size_t i)
{
	return (int64_t)(i * 7919 % 1009);
}

static void assert_order(const struct dti_hold_heap *heap)
{
	for (uint32_t i = 0; i < heap->count; i++) {
		cr_assert_eq(heap->slots[i].hold->place, i);
		if (i > 0)
			cr_assert_leq(
				heap->slots[(i - 1) / DTI_HOLD_HEAP_CHILDREN]
					.expires_ms,
				heap->slots[i].expires_ms);
	}
}

Test(dialstate_hold_heap, an_empty_one_has_its_first_at_the_end_of_time)
{
	struct dti_hold_heap heap = {0};

	cr_assert_eq(dti_hold_heap_first_ms(&heap), INT64_MAX);
}

Test(dialstate_hold_heap, holds_leave_in_the_order_of_their_ends)
{
	struct dti_hold_heap heap = {0};
	int64_t last_ms = -1;

	forget_places();
	cr_assert(dti_hold_heap_reserve(&heap, MANY, &libc));
	for (size_t i = 0; i < MANY; i++)
		dti_hold_heap_push(&heap, &holds[i], scattered(i));
	assert_order(&heap);

	for (size_t i = 0; i < MANY; i++) {
		struct dti_hold *first = heap.slots[0].hold;
		int64_t first_ms = dti_hold_heap_first_ms(&heap);

		cr_assert_leq(last_ms, first_ms);
		cr_assert_eq(scattered((size_t)(first - holds)), first_ms);
		last_ms = first_ms;
		dti_hold_heap_remove(&heap, first);
		cr_assert_not(dti_hold_is_held(first));
	}
	cr_assert_eq(heap.count, 0);
	dti_hold_heap_fini(&heap, &libc);
}

Test(dialstate_hold_heap, any_of_them_can_be_taken_out)
{
	struct dti_hold_heap heap = {0};

	forget_places();
	cr_assert(dti_hold_heap_reserve(&heap, MANY, &libc));
	for (size_t i = 0; i < MANY; i++)
		dti_hold_heap_push(&heap, &holds[i], scattered(i));
	for (size_t i = 0; i < MANY; i += 3) {
		dti_hold_heap_remove(&heap, &holds[i]);
		assert_order(&heap);
	}

	cr_assert_eq(heap.count, MANY - (MANY + 2) / 3);
	for (size_t i = 0; i < MANY; i++) {
		cr_assert_eq(dti_hold_is_held(&holds[i]), i % 3 != 0);
		if (i % 3 != 0)
			cr_assert_eq(dti_hold_heap_expires_ms(&heap, &holds[i]),
				     scattered(i));
	}
	dti_hold_heap_fini(&heap, &libc);
}

Test(dialstate_hold_heap, the_last_one_may_have_to_rise_when_it_fills_a_gap)
{
	/* Parent of index 3 and 4 is 1; the last one is smaller than 1's. */
	static const int64_t ends_ms[] = {1, 50, 2, 60, 55, 3, 4};
	struct dti_hold_heap heap = {0};

	forget_places();
	cr_assert(dti_hold_heap_reserve(&heap, 7, &libc));
	for (size_t i = 0; i < 7; i++)
		dti_hold_heap_push(&heap, &holds[i], ends_ms[i]);
	dti_hold_heap_remove(&heap, &holds[3]);

	assert_order(&heap);
	cr_assert_eq(heap.count, 6);
	dti_hold_heap_fini(&heap, &libc);
}

Test(dialstate_hold_heap, a_reserve_that_fails_changes_nothing)
{
	struct failing_allocator counter = {.fail_at = 2};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_hold_heap heap = {0};

	forget_places();
	cr_assert(dti_hold_heap_reserve(&heap, 1, &allocator));
	dti_hold_heap_push(&heap, &holds[0], 5);

	cr_assert_not(dti_hold_heap_reserve(&heap, MANY, &allocator));
	cr_assert_eq(dti_hold_heap_first_ms(&heap), 5);
	cr_assert(dti_hold_heap_reserve(&heap, MANY, &allocator));
	cr_assert_geq(heap.capacity, MANY);
	cr_assert_eq(heap.count, 1);
	dti_hold_heap_fini(&heap, &allocator);
	cr_assert_eq(counter.live, 0);
}

Test(dialstate_hold_heap, more_than_an_index_can_name_is_refused)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_hold_heap heap = {0};

	cr_assert_not(
		dti_hold_heap_reserve(&heap, UINT64_C(1) << 31, &allocator));
	cr_assert_eq(counter.calls, 0);
}
