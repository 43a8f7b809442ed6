/* SPDX-License-Identifier: MIT */
#ifndef DTI_SLAB_H
#define DTI_SLAB_H

/*
 * Objects of one size from large pieces of memory. An object that is given
 * back is used again before anything is allocated; the memory goes back to the
 * allocator all at once, in fini. There are never more than its limit.
 */

#include <stddef.h>

#include "lib/dialtone.h"

struct dti_slab_chunk;

struct dti_slab {
	const struct dt_allocator *allocator;
	size_t object_size; /* a multiple of a pointer's size */
	size_t next_count;  /* objects in the next chunk, if as many are left */
	size_t left;        /* objects that may still be allocated */
	void *free;         /* linked through their first bytes */
	struct dti_slab_chunk *chunks;
};

/** @limit: of objects. Allocates nothing. Pair with fini. */
void dti_slab_init(struct dti_slab *slab, size_t object_size, size_t limit,
		   const struct dt_allocator *allocator);
void dti_slab_fini(struct dti_slab *slab);
/** Have so many ready to be taken. False: no memory, or beyond the limit. */
bool dti_slab_reserve(struct dti_slab *slab, size_t count);
/** An object with arbitrary bytes, or NULL. */
void *dti_slab_take(struct dti_slab *slab);
void dti_slab_give(struct dti_slab *slab, void *object);

#endif /* DTI_SLAB_H */
