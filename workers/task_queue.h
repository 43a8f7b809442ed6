/* SPDX-License-Identifier: MIT */
#ifndef DTI_TASK_QUEUE_H
#define DTI_TASK_QUEUE_H

/*
 * A bounded ring of pointers, one producer and many consumers, on C11 atomics.
 * The scheduler pushes jobs, workers take them; its twin hands free commands
 * back to the embedder's threads. First in, first out.
 *
 * What may run at once ("-": yes; "X": the caller keeps them apart):
 *
 *		init	push	take	length	range	peek	fini
 *	init	X	X	X	X	X	X	X
 *	push	X	X	-	-	X	X	X
 *	take	X	-	-	-	-	-	X
 *	length	X	-	-	-	-	-	X
 *	range	X	X	-	-	-	-	X
 *	peek	X	X	-	-	-	-	X
 *	fini	X	X	X	X	X	X	X
 *
 * (push stands for put, publish, and both; take for has_item, too.)
 *
 * Progress: all but take and has_item are wait-free. Those are lock-free: they
 * begin anew only because a claim has succeeded, so a consumer that is preempted
 * anywhere holds up nobody. No operation makes a system call.
 *
 * head and tail count all claims and pushes ever made and are never reduced;
 * item number n is in slot n & mask. At a billion pushes a second they wrap
 * after 584 years, so no claim can mistake one lap for another (no ABA).
 *
 * Memory order, each access and its partner:
 *
 *	publish	slot	release	the slot's acquire in take: who sees the slot
 *				sees what was written to *item
 *	publish	tail	release	tail's acquire in length; after the slots
 *	take	head	acquire	the claim of the consumer before; see EMPTY
 *	take	slot	acquire	the slot's release in publish; see SLOT
 *	take	head	CAS	the claim; release, acquire when it fails. Its
 *				release goes to head's acquire in take, length
 *	length	head	acquire	the claim in take: who sees a slot given back
 *				knows that it was read
 *	length	tail	acquire	tail's release in publish
 *	range	head	relaxed	nothing is read through it; a claim that is seen
 *				late only makes the range longer
 *	range	tail	relaxed	the caller is the producer: its own write
 *
 * SLOT: what a successful claim hands out is item number head, once.
 *
 * Consumers do not read tail, which would be one more cache line to wait for:
 * the slot itself says whether it is published. Its pointer's lowest bit is the
 * mark of its lap: 1 on the first, then 0, 1, ...
 * Threads: the producer, and two consumers A and B that both want item n.
 * Accesses: a consumer reads head = n, reads slot n, goes on if its mark is that
 * of n's lap, then claims by CAS(head, n, n + 1) and only then uses what it has
 * read. When the producer knows that n is taken, it may write item n + size to
 * the same slot.
 * What would go wrong: (1) A claims n; the producer learns of it and overwrites
 * the slot, once or more often; B, which had read head = n before, reads a later
 * item there, claims n and hands out an item that is handed out again a lap
 * later. (2) B reads what is left of an earlier lap and takes it for item n.
 * Why it cannot: (1) B's acquire of the slot has seen the producer's release,
 * which came after the producer had learned of A's claim. So A's claim happened
 * before B's CAS, which therefore reads a head of at least n + 1 and fails, and
 * B throws away what it read. The other way round: B's read of the slot comes
 * before its claim (release), so a slot that counts as free is never read by
 * the one that freed it. (2) B's acquire of head has seen the claim of n - size
 * (all claims are RMWs: each continues the release of those before), so B's read
 * of the slot is of item n - size or later. The mark of n - size is the other
 * one, and on the first lap there is NULL.
 *
 * EMPTY: when take finds nothing, the queue was empty at some moment of it.
 *
 * A mark that is not of n's lap means that n is not published yet, or that n was
 * taken meanwhile and n + size is there already. In the second case head has
 * moved on, as in (1): so take reads it again, and begins anew if it has. If it
 * has not, n was the oldest at the moment when the slot was read, and was not
 * published. has_item, by which threads decide to sleep, does the same.
 * publish writes the oldest item's slot last, so items are not seen one by one.
 *
 * What it asks of the producer: never more than the capacity inside, known
 * from items that came back (an acquire of whatever brought them), or from
 * length(). The scheduler has it by construction: as many jobs as slots.
 * tests/model/task_queue.pml is these notes for a model checker.
 *
 * Together with park: a push, then dti_park_wake_one(); see WAKE in
 * workers/park.h, whose fences order the slots against the number of sleepers.
 */

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/dialtone.h"

#include "workers/cacheline.h"

struct dti_task_queue {
	/* Set by init, read-only afterwards. */
	alignas(DTI_CACHELINE) _Atomic(void *) *slots; /* marked; see SLOT */
	uint64_t mask;
	/* Written by the producer. Consumers in a hurry do not read it. */
	alignas(DTI_CACHELINE) _Atomic uint64_t tail;
	/* The producer's. */
	uint64_t put; /* the tail to be */
	void **items; /* as the slots, not marked */
	/* Written by consumers. */
	alignas(DTI_CACHELINE) _Atomic uint64_t head;
};

/**
 * Room for at least @capacity pointers (the next power of two). The caller
 * never has more in it than that: a push cannot fail. Errors:
 * DT_ERR_NO_MEMORY.
 */
dt_err dti_task_queue_init(struct dti_task_queue *queue, size_t capacity,
			   const struct dt_allocator *allocator);
/** Items that are still inside are forgotten, not freed. */
void dti_task_queue_fini(struct dti_task_queue *queue,
			 const struct dt_allocator *allocator);
/**
 * One producer. Wait-free. @item is not NULL; nobody takes it before publish.
 * Its address is even. Several are published at the price of one: each time a
 * slot is written, the consumers fetch its cache line anew.
 */
void dti_task_queue_put(struct dti_task_queue *queue, void *item);
/** The producer. Wait-free. What was put is the takers' from here on. */
void dti_task_queue_publish(struct dti_task_queue *queue);
/** Put and publish. */
void dti_task_queue_push(struct dti_task_queue *queue, void *item);
/**
 * Many consumers. Lock-free. The oldest item, which is the caller's from here
 * on, with all that the producer wrote to it before; NULL: it is empty.
 */
void *dti_task_queue_take(struct dti_task_queue *queue);
/** Would take give one? Any thread; to be asked before sleeping. Lock-free. */
bool dti_task_queue_has_item(const struct dti_task_queue *queue);
/**
 * How many are in it. Any thread. Wait-free. For the producer an upper bound
 * (others can only take); for everybody else a number that was never exact:
 * whether there is something, has_item tells.
 */
size_t dti_task_queue_length(const struct dti_task_queue *queue);
/**
 * The producer only: the positions from *@begin up to the result hold what has
 * not been taken at this moment.
 */
uint64_t dti_task_queue_range(const struct dti_task_queue *queue,
			      uint64_t *begin);
/** The producer only: what it pushed at a position of that range. */
void *dti_task_queue_peek(const struct dti_task_queue *queue,
			  uint64_t position);

#endif /* DTI_TASK_QUEUE_H */
