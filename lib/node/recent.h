/* SPDX-License-Identifier: MIT */
#ifndef DTI_NODE_RECENT_H
#define DTI_NODE_RECENT_H

/*
 * What was seen lately, each thing until its time: a set of byte strings of
 * which nothing but a keyed hash is kept.
 *
 * Bounded: a fixed table, set-associative. Where it is full, that is forgotten
 * whose time would be over first: strangers in any number can make us forget
 * sooner, and cost nothing else.
 *
 * Owner: the caller. All O(1), no allocation after create.
 */

#include "lib/dialtone.h"

struct dti_recent;

/**
 * @capacity: rounded up to a power of two, at least 8. Each takes 16 bytes.
 * @key: secret. NULL: no memory.
 */
struct dti_recent *dti_recent_create(size_t capacity, const uint8_t key[16],
				     const struct dt_allocator *allocator);
/** NULL is allowed. */
void dti_recent_destroy(struct dti_recent *recent);

/** Was it added, and is its time not over? */
bool dti_recent_has(const struct dti_recent *recent, const void *bytes,
		    size_t length, int64_t now_ms);
/** Remember it before @until_ms; a second add replaces the first. */
void dti_recent_add(struct dti_recent *recent, const void *bytes, size_t length,
		    int64_t until_ms);

#endif /* DTI_NODE_RECENT_H */
