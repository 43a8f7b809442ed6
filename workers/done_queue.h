/* SPDX-License-Identifier: MIT */
#ifndef DTI_DONE_QUEUE_H
#define DTI_DONE_QUEUE_H

/*
 * A bounded ring of pointers, many producers and one consumer, on C11 atomics:
 * workers give jobs back, the scheduler takes them. The way back of what went
 * out by workers/task_queue.h. First in, first out.
 *
 * What is handed over is a pointer in the ring, not a link in the job: so the
 * consumer gets to know of up to eight jobs with one cache line, and of all that
 * have come before it touches the first of them.
 *
 * What may run at once ("-": yes; "X": the caller keeps them apart; "consumer":
 * gather, next, has_next and empty):
 *
 *			init	push	consumer	fini
 *	init		X	X	X		X
 *	push		X	-	-		X
 *	consumer	X	-	X		X
 *	fini		X	X	X		X
 *
 * Progress: all wait-free; none makes a system call. But a producer that is
 * preempted between its two accesses hides what was pushed behind it until it
 * goes on; then it wakes the consumer, as after every push (WAKE in
 * workers/park.h). So empty means "nothing can be taken", and who waits for what
 * is hidden may sleep.
 *
 * tail counts all claims ever made, seen all items that were gathered, head all
 * that were handed out; item number n is in slot n & mask. Bit 0 of a slot says in
 * which of two laps in a row it was filled: 1 in the first, and 0 before that. So
 * the consumer never writes a slot: its cache line goes one way.
 *
 * Memory order, each access and its partner:
 *
 *	push	tail	RMW	the claim; acquire and release, see FREE
 *	push	slot	release	the slot's acquire in gather: who sees *item's
 *				pointer sees what was written to it
 *	gather,	slot	acquire	the slot's release in push; where it decides
 *	empty			about sleep, a fence orders it
 *	next	slot	relaxed	gather has acquired it
 *
 * FREE: who claims a slot may fill it: what was in it has been taken.
 *
 * What it asks of the callers: no item is inside twice, and there are not more
 * items than slots. The scheduler has it by construction: a slot for each job.
 * What would go wrong: a producer that has claimed number n fills the slot
 * before the consumer has read number n - size from it: that item is lost.
 * Why it cannot: n - size to n are more claims than there are items, so one item
 * J was pushed twice among them, as a and later as b. The consumer hands out in
 * order, so it had read the slot of n - size before it handed out a or with it,
 * and only then did J go to a worker again (task queue: release and acquire) and
 * come back as b. Each claim releases, and acquires what the claims before it
 * released: so the store of n, which is b or comes after it, comes after the
 * read.
 * Two laps are enough: a slot in which n is awaited holds n - size until n
 * comes, since n + size is claimed only after n was handed out.
 */

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/dialtone.h"

#include "workers/cacheline.h"

struct dti_done_queue {
	/* Written by producers. */
	alignas(DTI_CACHELINE) _Atomic uint64_t tail;
	/* Set by init, read-only afterwards. */
	alignas(DTI_CACHELINE) _Atomic(char *) *slots;
	uint64_t mask;
	/* The consumer's. */
	alignas(DTI_CACHELINE) uint64_t head;
	uint64_t seen;
};

/**
 * For at most @capacity items, each of them inside at most once: a push cannot
 * fail. Errors: DT_ERR_NO_MEMORY.
 */
dt_err dti_done_queue_init(struct dti_done_queue *queue, size_t capacity,
			   const struct dt_allocator *allocator);
/** Items that are still inside are forgotten, not freed. */
void dti_done_queue_fini(struct dti_done_queue *queue,
			 const struct dt_allocator *allocator);
/**
 * Many producers. Wait-free. @item is not NULL, at an even address, and the
 * taker's from here on.
 */
void dti_done_queue_push(struct dti_done_queue *queue, void *item);
/**
 * The consumer: see all that has come, for next. What came before those items
 * (ORDER in workers/handoff.h) can be seen from here on, too.
 */
void dti_done_queue_gather(struct dti_done_queue *queue);
/**
 * The consumer: the oldest that was gathered, with all that was written to it
 * before its push; NULL: there is none.
 */
void *dti_done_queue_next(struct dti_done_queue *queue);
/** The consumer: would next give one? */
bool dti_done_queue_has_next(const struct dti_done_queue *queue);
/** The consumer: would gather see nothing new? To be asked before sleeping. */
bool dti_done_queue_empty(const struct dti_done_queue *queue);

#endif /* DTI_DONE_QUEUE_H */
