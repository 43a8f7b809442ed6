/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "lib/slab.h"

#include "tests/counting_allocator.h"
#include "tests/failing_allocator.h"
#include "tests/harness.h"

enum {
	MANY = 3000,
	SIZE = 40
};

Test(lib_slab, objects_do_not_overlap)
{
	static void *objects[MANY];
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_slab slab;

	dti_slab_init(&slab, SIZE, SIZE_MAX, &allocator);
	cr_assert_eq(counter.calls, 0);
	for (size_t i = 0; i < MANY; i++) {
		objects[i] = dti_slab_take(&slab);
		cr_assert_not_null(objects[i]);
		cr_assert_eq((uintptr_t)objects[i] % sizeof(void *), 0);
		memset(objects[i], (int)(i % 251), SIZE);
	}

	for (size_t i = 0; i < MANY; i++)
		for (size_t byte = 0; byte < SIZE; byte++)
			cr_assert_eq(((unsigned char *)objects[i])[byte],
				     i % 251);
	cr_assert_lt(counter.calls, 20, "objects come many at a time");
	dti_slab_fini(&slab);
	cr_assert_eq(counter.live, 0);
}

Test(lib_slab, what_is_given_back_is_taken_before_anything_is_allocated)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_slab slab;
	void *object;
	size_t calls;

	dti_slab_init(&slab, SIZE, SIZE_MAX, &allocator);
	object = dti_slab_take(&slab);
	calls = counter.calls;
	for (int i = 0; i < MANY; i++) {
		dti_slab_give(&slab, object);
		cr_assert_eq(dti_slab_take(&slab), object);
	}

	cr_assert_eq(counter.calls, calls);
	dti_slab_fini(&slab);
}

Test(lib_slab, without_memory_there_is_none_and_later_there_is)
{
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_slab slab;

	dti_slab_init(&slab, SIZE, SIZE_MAX, &allocator);

	cr_assert_null(dti_slab_take(&slab));
	cr_assert_not_null(dti_slab_take(&slab));
	dti_slab_fini(&slab);
	cr_assert_eq(counter.live, 0);
}

Test(lib_slab, there_are_as_many_as_its_limit_and_no_more)
{
	for (size_t limit = 0; limit < MANY; limit += 97) {
		struct counting_allocator counter = {0};
		struct dt_allocator allocator =
			counting_allocator_functions(&counter);
		struct dti_slab slab;
		void *last = NULL;

		dti_slab_init(&slab, SIZE, limit, &allocator);
		for (size_t i = 0; i < limit; i++) {
			last = dti_slab_take(&slab);
			cr_assert_not_null(last);
		}
		cr_assert_null(dti_slab_take(&slab));
		cr_assert_leq(counter.live_bytes,
			      limit * SIZE + counter.calls * sizeof(void *));
		if (last != NULL) {
			dti_slab_give(&slab, last);
			cr_assert_eq(dti_slab_take(&slab), last);
		}
		dti_slab_fini(&slab);
	}
}

Test(lib_slab, what_is_reserved_is_taken_without_an_allocation)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_slab slab;
	size_t calls;

	dti_slab_init(&slab, SIZE, SIZE_MAX, &allocator);
	cr_assert(dti_slab_reserve(&slab, 0));
	cr_assert_eq(counter.calls, 0);
	cr_assert(dti_slab_reserve(&slab, MANY));
	calls = counter.calls;
	for (int i = 0; i < MANY; i++)
		cr_assert_not_null(dti_slab_take(&slab));

	cr_assert_eq(counter.calls, calls);
	dti_slab_fini(&slab);
}

Test(lib_slab, what_cannot_be_reserved_is_said_and_the_rest_is_kept)
{
	struct failing_allocator counter = {.fail_at = 2};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_slab slab;

	dti_slab_init(&slab, SIZE, 100, &allocator);
	cr_assert_not(dti_slab_reserve(&slab, 50));
	cr_assert(dti_slab_reserve(&slab, 100));
	cr_assert_not(dti_slab_reserve(&slab, 101));
	for (int i = 0; i < 100; i++)
		cr_assert_not_null(dti_slab_take(&slab));
	cr_assert_null(dti_slab_take(&slab));

	dti_slab_fini(&slab);
	cr_assert_eq(counter.live, 0);
}
