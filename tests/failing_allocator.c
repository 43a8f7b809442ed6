/* SPDX-License-Identifier: MIT */
#include "tests/failing_allocator.h"

#include <stdlib.h>

static bool fails_now(struct failing_allocator *allocator)
{
	allocator->calls++;
	return allocator->calls == allocator->fail_at;
}

static void *counted_malloc(void *context, size_t size)
{
	struct failing_allocator *allocator = context;
	void *memory = fails_now(allocator) ? NULL : malloc(size);

	if (memory != NULL)
		allocator->live++;
	return memory;
}

static void *counted_realloc(void *context, void *pointer, size_t size)
{
	struct failing_allocator *allocator = context;
	void *memory = fails_now(allocator) ? NULL : realloc(pointer, size);

	if (memory != NULL && pointer == NULL)
		allocator->live++;
	return memory;
}

static void counted_free(void *context, void *pointer)
{
	struct failing_allocator *allocator = context;

	if (pointer != NULL)
		allocator->live--;
	free(pointer);
}

struct dt_allocator
failing_allocator_functions(struct failing_allocator *allocator)
{
	return (struct dt_allocator){
		.context = allocator,
		.malloc = counted_malloc,
		.realloc = counted_realloc,
		.free = counted_free,
	};
}
