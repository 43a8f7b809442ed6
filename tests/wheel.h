/* SPDX-License-Identifier: MIT */
#ifndef TESTS_WHEEL_H
#define TESTS_WHEEL_H

/*
 * What happens when, in milliseconds: a ring of lists, one for each moment
 * that comes soon. What is due at one moment comes out in the order in which it
 * went in. What is due later than the ring reaches is looked at on the way.
 *
 * For a world with many nodes, where a heap would visit a dozen of them each
 * time. All O(1), but for the search for the next moment: a bit for each.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/list.h"

/** Of whatever is to happen; the wheel's user's. */
struct wheel_item {
	struct dti_list_link link;
	int64_t due_ms;
};

struct wheel {
	int64_t now_ms;
	size_t size; /* moments that the ring reaches; a power of two */
	struct dti_list *moments;
	uint64_t *used; /* a bit for each moment: 0: it has no items */
};

/** @size: a power of two, 64 at least. */
void wheel_init(struct wheel *wheel, size_t size, int64_t now_ms);
void wheel_fini(struct wheel *wheel);

/** It is in no wheel. What is due already is due now. */
void wheel_put(struct wheel *wheel, struct wheel_item *item, int64_t due_ms);
/** It is in a wheel, and no longer. */
void wheel_take(struct wheel_item *item);
/** Nothing is due before then. INT64_MAX: nothing is in it. */
int64_t wheel_next_ms(struct wheel *wheel);
/** Go on to @now_ms, which is not later than wheel_next_ms(). */
void wheel_advance(struct wheel *wheel, int64_t now_ms);
/** Take the next that is due now. NULL: nothing is. */
struct wheel_item *wheel_pop(struct wheel *wheel);

#endif /* TESTS_WHEEL_H */
