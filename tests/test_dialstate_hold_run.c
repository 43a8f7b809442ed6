/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/hold_run.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

enum {
	MANY = 1000
};

static const struct dt_allocator libc = {.context = NULL};

static struct dti_hold holds[MANY];

static struct dti_hold_run make(uint64_t capacity)
{
	struct dti_hold_run run = {0};

	for (size_t i = 0; i < MANY; i++)
		holds[i] = (struct dti_hold){.place = DTI_HOLD_NOWHERE};
	cr_assert(dti_hold_run_reserve(&run, capacity, &libc));
	return run;
}

static void push_all(struct dti_hold_run *run, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		dti_hold_run_push(run, &holds[i], (int64_t)i);
}

/* Those of @begin to @end are all that is left, in order. */
static void assert_leave_in_order(struct dti_hold_run *run, size_t begin,
				  size_t end, size_t step)
{
	for (size_t i = begin; i < end; i += step) {
		cr_assert_eq(dti_hold_run_first_ms(run), (int64_t)i);
		cr_assert_eq(dti_hold_run_slot(run, 0)->hold, &holds[i]);
		dti_hold_run_remove(run, &holds[i]);
		cr_assert_not(dti_hold_is_held(&holds[i]));
	}
	cr_assert_eq(run->live, 0);
	cr_assert_eq(run->count, 0);
}

Test(dialstate_hold_run, an_empty_one_has_no_first_and_no_last)
{
	struct dti_hold_run run = {0};

	cr_assert_eq(dti_hold_run_first_ms(&run), INT64_MAX);
	cr_assert_eq(dti_hold_run_last_ms(&run), INT64_MIN);
	cr_assert_not(dti_hold_run_has_room(&run));
}

Test(dialstate_hold_run, holds_leave_as_they_came)
{
	struct dti_hold_run run = make(MANY);

	push_all(&run, 0, MANY);
	cr_assert_eq(dti_hold_run_last_ms(&run), MANY - 1);
	cr_assert_eq(dti_hold_run_expires_ms(&run, &holds[7]), 7);

	assert_leave_in_order(&run, 0, MANY, 1);
	dti_hold_run_fini(&run, &libc);
}

Test(dialstate_hold_run, goes_round_without_growing)
{
	struct dti_hold_run run = make(32);

	push_all(&run, 0, 20);
	for (size_t i = 20; i < MANY; i++) {
		dti_hold_run_remove(&run, &holds[i - 20]);
		push_all(&run, i, i + 1);
	}

	cr_assert_eq(run.capacity, 32);
	assert_leave_in_order(&run, MANY - 20, MANY, 1);
	dti_hold_run_fini(&run, &libc);
}

Test(dialstate_hold_run, any_of_them_can_be_taken_out)
{
	struct dti_hold_run run = make(MANY);

	push_all(&run, 0, MANY);
	for (size_t i = 0; i < MANY; i++) {
		if (i % 3 != 0)
			dti_hold_run_remove(&run, &holds[i]);
	}

	cr_assert_eq(run.live, (MANY + 2) / 3);
	assert_leave_in_order(&run, 0, MANY, 3);
	dti_hold_run_fini(&run, &libc);
}

Test(dialstate_hold_run, the_last_one_that_leaves_makes_way_for_an_earlier)
{
	struct dti_hold_run run = make(3);

	push_all(&run, 0, 3);
	dti_hold_run_remove(&run, &holds[1]);
	dti_hold_run_remove(&run, &holds[2]);

	cr_assert_eq(run.count, 1);
	push_all(&run, 1, 2);
	assert_leave_in_order(&run, 0, 2, 1);
	dti_hold_run_fini(&run, &libc);
}

Test(dialstate_hold_run, growing_keeps_the_order)
{
	struct dti_hold_run run = make(32);

	push_all(&run, 0, 20);
	for (size_t i = 0; i < 10; i++)
		dti_hold_run_remove(&run, &holds[i]);
	push_all(&run, 20, 40); /* over the end of the ring */
	for (size_t i = 11; i < 40; i += 2)
		dti_hold_run_remove(&run, &holds[i]);

	cr_assert(dti_hold_run_reserve(&run, 33, &libc));

	cr_assert_eq(run.capacity, 64);
	cr_assert_eq(run.live, 15);
	for (size_t i = 40; i < 60; i += 2)
		push_all(&run, i, i + 1);
	assert_leave_in_order(&run, 10, 60, 2);
	dti_hold_run_fini(&run, &libc);
}

Test(dialstate_hold_run, closing_up_makes_room)
{
	struct dti_hold_run run = make(32);

	push_all(&run, 0, 30);
	for (size_t i = 0; i < 20; i++)
		dti_hold_run_remove(&run, &holds[i]);
	push_all(&run, 30, 52); /* over the end of the ring */
	cr_assert_not(dti_hold_run_has_room(&run));
	for (size_t i = 21; i < 52; i += 2)
		dti_hold_run_remove(&run, &holds[i]);
	push_all(&run, 52, 53);
	cr_assert_not(dti_hold_run_has_room(&run));

	dti_hold_run_close_up(&run);

	cr_assert_eq(run.count, 17);
	for (size_t i = 54; i < 84; i += 2)
		push_all(&run, i, i + 1);
	assert_leave_in_order(&run, 20, 84, 2);
	dti_hold_run_fini(&run, &libc);
}

Test(dialstate_hold_run, a_reserve_that_fails_changes_nothing)
{
	struct failing_allocator counter = {.fail_at = 2};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_hold_run run = {0};

	holds[0] = (struct dti_hold){.place = DTI_HOLD_NOWHERE};
	cr_assert(dti_hold_run_reserve(&run, 1, &allocator));
	dti_hold_run_push(&run, &holds[0], 5);

	cr_assert_not(dti_hold_run_reserve(&run, MANY, &allocator));
	cr_assert_eq(dti_hold_run_first_ms(&run), 5);
	cr_assert(dti_hold_run_reserve(&run, MANY, &allocator));
	cr_assert_geq(run.capacity, MANY);
	cr_assert_eq(run.count, 1);
	dti_hold_run_fini(&run, &allocator);
	cr_assert_eq(counter.live, 0);
}

Test(dialstate_hold_run, more_than_a_place_can_name_is_refused)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_hold_run run = {0};

	cr_assert_not(
		dti_hold_run_reserve(&run, UINT64_C(1) << 31, &allocator));
	cr_assert_eq(counter.calls, 0);
}
