/* SPDX-License-Identifier: MIT */
#include "lib/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* malloc(0) may answer NULL, which would be taken for a failure. */
static size_t at_least_one(size_t size)
{
	return size != 0 ? size : 1;
}

void *dti_malloc(const struct dt_allocator *allocator, size_t size)
{
	size = at_least_one(size);
	if (allocator->malloc == NULL)
		return malloc(size);
	return allocator->malloc(allocator->context, size);
}

void *dti_calloc(const struct dt_allocator *allocator, size_t count,
		 size_t size)
{
	size_t total;
	void *memory;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	total = at_least_one(total);
	if (allocator->malloc == NULL)
		return calloc(1, total);
	memory = allocator->malloc(allocator->context, total);
	if (memory != NULL)
		memset(memory, 0, total);
	return memory;
}

void *dti_calloc_aligned(const struct dt_allocator *allocator, size_t size,
			 size_t align, void **memory)
{
	char *allocated;

	if (size > SIZE_MAX - align)
		return NULL;
	allocated = dti_calloc(allocator, 1, size + align);
	if (!allocated)
		return NULL;
	*memory = allocated;
	return allocated + (align - (uintptr_t)allocated % align);
}

void *dti_realloc(const struct dt_allocator *allocator, void *pointer,
		  size_t size)
{
	size = at_least_one(size);
	if (allocator->realloc == NULL)
		return realloc(pointer, size);
	return allocator->realloc(allocator->context, pointer, size);
}

void dti_free(const struct dt_allocator *allocator, void *pointer)
{
	if (pointer == NULL)
		return;
	if (allocator->free == NULL)
		free(pointer);
	else
		allocator->free(allocator->context, pointer);
}

char *dti_strdup(const struct dt_allocator *allocator, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = dti_malloc(allocator, size);

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}
