/* SPDX-License-Identifier: MIT */
#include "tests/shared_allocator.h"

#include <malloc.h>
#include <stdlib.h>

static bool is_refused(struct shared_allocator *allocator)
{
	uint64_t call = atomic_fetch_add(&allocator->calls, 1) + 1;

	if (call != atomic_load(&allocator->fail_at) &&
	    !atomic_load(&allocator->fail_all))
		return false;
	atomic_fetch_add(&allocator->refused, 1);
	return true;
}

static void *count_in(struct shared_allocator *allocator, void *pointer)
{
	if (!pointer)
		return NULL;
	atomic_fetch_add(&allocator->live, 1);
	atomic_fetch_add(&allocator->bytes,
			 (int64_t)malloc_usable_size(pointer));
	return pointer;
}

static void count_out(struct shared_allocator *allocator, void *pointer)
{
	if (!pointer)
		return;
	atomic_fetch_sub(&allocator->live, 1);
	atomic_fetch_sub(&allocator->bytes,
			 (int64_t)malloc_usable_size(pointer));
}

static void *shared_malloc(void *context, size_t size)
{
	struct shared_allocator *allocator = context;

	return is_refused(allocator) ? NULL : count_in(allocator, malloc(size));
}

static void *shared_realloc(void *context, void *pointer, size_t size)
{
	struct shared_allocator *allocator = context;
	void *grown;

	if (is_refused(allocator))
		return NULL;
	count_out(allocator, pointer);
	grown = realloc(pointer, size);
	(void)count_in(allocator, grown ? grown : pointer);
	return grown;
}

static void shared_free(void *context, void *pointer)
{
	count_out(context, pointer);
	free(pointer);
}

struct dt_allocator
shared_allocator_functions(struct shared_allocator *allocator)
{
	return (struct dt_allocator){
		.context = allocator,
		.malloc = shared_malloc,
		.realloc = shared_realloc,
		.free = shared_free,
	};
}
