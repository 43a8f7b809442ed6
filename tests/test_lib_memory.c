/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/memory.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

static const struct dt_allocator libc = {.malloc = NULL};

static bool all_zero(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

Test(lib_memory, without_an_allocator_it_is_that_of_libc)
{
	char *text = dti_malloc(&libc, 4);

	cr_assert_not_null(text);
	memcpy(text, "abc", 4);
	text = dti_realloc(&libc, text, 4000);
	cr_assert_not_null(text);
	cr_assert_str_eq(text, "abc");

	dti_free(&libc, text);
	dti_free(&libc, NULL);
}

Test(lib_memory, each_call_goes_to_the_embedders_allocator)
{
	struct failing_allocator counter = {.fail_at = 0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);

	void *a = dti_malloc(&allocator, 1);
	void *b = dti_calloc(&allocator, 2, 3);
	void *c = dti_strdup(&allocator, "node");
	a = dti_realloc(&allocator, a, 100);

	cr_assert_eq(counter.calls, 4u);
	cr_assert_eq(counter.live, 3u);
	dti_free(&allocator, a);
	dti_free(&allocator, b);
	dti_free(&allocator, c);
	dti_free(&allocator, NULL);
	cr_assert_eq(counter.live, 0u);
}

Test(lib_memory, calloc_gives_zeros)
{
	struct failing_allocator counter = {.fail_at = 0};
	struct dt_allocator counted = failing_allocator_functions(&counter);
	const struct dt_allocator *const allocators[] = {&libc, &counted};

	for (size_t i = 0; i < 2; i++) {
		unsigned char *dirt = dti_malloc(allocators[i], 1000);
		unsigned char *memory;

		cr_assert_not_null(dirt);
		memset(dirt, 0xff, 1000);
		dti_free(allocators[i], dirt);
		memory = dti_calloc(allocators[i], 10, 100);
		cr_assert_not_null(memory);
		cr_assert(all_zero(memory, 1000));
		dti_free(allocators[i], memory);
	}
}

Test(lib_memory, calloc_refuses_a_product_that_overflows)
{
	struct failing_allocator counter = {.fail_at = 0};
	struct dt_allocator counted = failing_allocator_functions(&counter);

	cr_assert_null(dti_calloc(&libc, SIZE_MAX / 2 + 1, 2));
	cr_assert_null(dti_calloc(&counted, SIZE_MAX / 8 + 1, 8));
	cr_assert_null(dti_calloc(&counted, 8, SIZE_MAX / 8 + 1));
	cr_assert_eq(counter.calls, 0u, "a wrapped size was allocated");
}

Test(lib_memory, aligned_memory_is_zeroed_and_begins_where_asked)
{
	struct failing_allocator counter = {.fail_at = 0};
	struct dt_allocator counted = failing_allocator_functions(&counter);
	const struct dt_allocator *const allocators[] = {&libc, &counted};

	for (size_t i = 0; i < 2; i++) {
		for (size_t align = 1; align <= 4096; align *= 2) {
			void *memory = NULL;
			unsigned char *aligned = dti_calloc_aligned(
				allocators[i], 1000, align, &memory);

			cr_assert_not_null(aligned);
			cr_assert_eq((uintptr_t)aligned % align, 0);
			cr_assert(all_zero(aligned, 1000));
			memset(aligned, 0xff, 1000);
			dti_free(allocators[i], memory);
		}
	}
	cr_assert_eq(counter.live, 0u);
}

Test(lib_memory, aligned_memory_can_fail)
{
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator counted = failing_allocator_functions(&counter);
	void *memory = &counter;

	cr_assert_null(dti_calloc_aligned(&counted, 10, 64, &memory));
	cr_assert_null(dti_calloc_aligned(&libc, SIZE_MAX, 64, &memory));
	cr_assert_eq(memory, &counter);
}

Test(lib_memory, size_0_is_no_failure)
{
	void *a = dti_malloc(&libc, 0);
	void *b = dti_calloc(&libc, 0, 5);
	void *c = dti_malloc(&libc, 5);

	c = dti_realloc(&libc, c, 0);

	cr_assert_not_null(a);
	cr_assert_not_null(b);
	cr_assert_not_null(c, "realloc to 0 freed the memory");
	dti_free(&libc, a);
	dti_free(&libc, b);
	dti_free(&libc, c);
}

Test(lib_memory, a_realloc_that_fails_keeps_the_memory)
{
	struct failing_allocator counter = {.fail_at = 2};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	char *text = dti_strdup(&allocator, "kept");

	cr_assert_null(dti_realloc(&allocator, text, 1000));

	cr_assert_str_eq(text, "kept");
	dti_free(&allocator, text);
	cr_assert_eq(counter.live, 0u);
}

Test(lib_memory, calloc_and_strdup_hand_a_failure_on)
{
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);

	cr_assert_null(dti_strdup(&allocator, "node"));
	counter.calls = 0;
	cr_assert_null(dti_calloc(&allocator, 1, 1));
	cr_assert_eq(counter.live, 0u);
}

Test(lib_memory, strdup_copies)
{
	const char original[] = "boot.example.org";
	char *copy = dti_strdup(&libc, original);

	cr_assert_not_null(copy);
	cr_assert_neq(copy, original);
	cr_assert_str_eq(copy, original);
	dti_free(&libc, copy);
}
