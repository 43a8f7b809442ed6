/* SPDX-License-Identifier: MIT */
#include "tests/counting_allocator.h"

#include <stdalign.h>
#include <stdlib.h>

/* Stands before each allocation, and keeps what follows aligned. */
union header {
	size_t size;
	alignas(max_align_t) unsigned char bytes[sizeof(max_align_t)];
};

static void *counted_realloc(void *context, void *pointer, size_t size)
{
	struct counting_allocator *allocator = context;
	union header *old =
		pointer == NULL ? NULL : (union header *)pointer - 1;
	size_t old_size = old == NULL ? 0 : old->size;
	union header *header = realloc(old, sizeof(*header) + size);

	allocator->calls++;
	if (header == NULL)
		return NULL;
	header->size = size;
	allocator->live_bytes += size - old_size;
	if (allocator->live_bytes > allocator->peak_bytes)
		allocator->peak_bytes = allocator->live_bytes;
	return header + 1;
}

static void *counted_malloc(void *context, size_t size)
{
	return counted_realloc(context, NULL, size);
}

static void counted_free(void *context, void *pointer)
{
	struct counting_allocator *allocator = context;
	union header *header = (union header *)pointer - 1;

	if (pointer == NULL)
		return;
	allocator->live_bytes -= header->size;
	free(header);
}

struct dt_allocator
counting_allocator_functions(struct counting_allocator *allocator)
{
	return (struct dt_allocator){
		.context = allocator,
		.malloc = counted_malloc,
		.realloc = counted_realloc,
		.free = counted_free,
	};
}
