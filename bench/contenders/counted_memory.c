/* SPDX-License-Identifier: MIT */
#include "bench/contenders/counted_memory.h"

#include <stdlib.h>

/* Before each piece of memory: how long it is. */
union piece {
	size_t size;
	max_align_t align;
};

static void count(struct counted_memory *memory, size_t gone, size_t come)
{
	memory->live_bytes += come - gone;
	if (memory->live_bytes > memory->most_bytes)
		memory->most_bytes = memory->live_bytes;
}

static void *count_realloc(void *context, void *pointer, size_t size)
{
	union piece *old = pointer;
	size_t old_size = old ? old[-1].size : 0;
	union piece *piece =
		realloc(old ? old - 1 : NULL, sizeof(*piece) + size);

	if (!piece)
		return NULL;
	piece->size = size;
	count(context, old_size, size);
	return piece + 1;
}

static void *count_malloc(void *context, size_t size)
{
	return count_realloc(context, NULL, size);
}

static void count_free(void *context, void *pointer)
{
	union piece *piece = pointer;

	if (!piece)
		return;
	count(context, piece[-1].size, 0);
	free(piece - 1);
}

struct dt_allocator counted_memory_allocator(struct counted_memory *memory)
{
	return (struct dt_allocator){
		.context = memory,
		.malloc = count_malloc,
		.realloc = count_realloc,
		.free = count_free,
	};
}
