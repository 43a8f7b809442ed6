/* SPDX-License-Identifier: MIT */
#ifndef DTI_MEMORY_H
#define DTI_MEMORY_H

/*
 * The embedder's allocator, or libc's when it gave none (all members NULL).
 * Every allocation of the library goes through here.
 */

#include "lib/dialtone.h"

/** Uninitialised memory, or NULL. */
void *dti_malloc(const struct dt_allocator *allocator, size_t size);
/** @count zeroed elements of @size bytes; NULL also if the product overflows */
void *dti_calloc(const struct dt_allocator *allocator, size_t count,
		 size_t size);
/**
 * @size zeroed bytes that begin at a multiple of @align, a power of two, which
 * an embedder's malloc knows nothing of. *@memory: what to free. NULL: none.
 */
void *dti_calloc_aligned(const struct dt_allocator *allocator, size_t size,
			 size_t align, void **memory);
/** As realloc(3); @pointer stays valid when it fails. */
void *dti_realloc(const struct dt_allocator *allocator, void *pointer,
		  size_t size);
/** NULL is allowed. */
void dti_free(const struct dt_allocator *allocator, void *pointer);
/** A copy of @text, or NULL. */
char *dti_strdup(const struct dt_allocator *allocator, const char *text);

#endif /* DTI_MEMORY_H */
