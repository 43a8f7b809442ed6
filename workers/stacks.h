/* SPDX-License-Identifier: MIT */
#ifndef DTI_STACKS_H
#define DTI_STACKS_H

/*
 * The stacks of threads that are made and ended together: one mapping for all,
 * a guard page below each. Left to itself libc maps, protects, trims and unmaps
 * every single one, and tells the other processors each time: a third of what
 * it takes to stop 4,096 threads.
 *
 * Owner: the thread that starts and stops the pool. A stack takes memory as far
 * down as it was ever used, until all are unmapped.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/dialtone.h"

struct dti_stacks {
	char *memory;
	size_t size;  /* of a stack */
	size_t guard; /* below each */
	uint32_t count;
};

/**
 * Room for @count stacks of @size bytes at least; none can be used yet. Pair
 * with unmap. Errors: DT_ERR_NO_THREAD; errno says why.
 */
dt_err dti_stacks_map(struct dti_stacks *stacks, uint32_t count, size_t size);
/** Make the @index-th ready: its lowest byte. NULL: errno says why not. */
void *dti_stacks_open(const struct dti_stacks *stacks, uint32_t index);
/** All of them; no thread may run on one. */
void dti_stacks_unmap(struct dti_stacks *stacks);

#endif /* DTI_STACKS_H */
