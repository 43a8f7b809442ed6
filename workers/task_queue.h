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
 * (push stands for put, publish, and both.)
 *
 * Progress: all but take are wait-free. take is lock-free: a claim fails only
 * because another one has succeeded, so a consumer that is preempted anywhere
 * holds up nobody. No operation makes a system call.
 *
 * head and tail count all claims and pushes ever made and are never reduced;
 * item number n is in slot n & mask. At a billion pushes a second they wrap
 * after 584 years, so no claim can mistake one lap for another (no ABA).
 *
 * Memory order, each access and its partner:
 *
 *	put	slot	release	the slot's acquire in take; see SLOT
 *	publish	tail	release	tail's acquire in take and length: who sees the
 *				new tail sees the slots and the *items
 *	take	head	acquire	the claim of the consumer before: who sees a
 *				head sees a tail that is not behind it, hence
 *				head == tail is exactly "empty"
 *	take	tail	acquire	tail's release in publish
 *	take	slot	acquire	the slot's release in put; see SLOT
 *	take	head	CAS	the claim; release, acquire when it fails. Its
 *				release goes to head's acquire in take, length
 *	length	head	acquire	the claim in take: who sees a slot given back
 *				knows that it was read
 *	length	tail	acquire	tail's release in publish
 *	range	head	relaxed	nothing is read through it; a claim that is seen
 *				late only makes the range longer
 *	range,	tail,	relaxed	the caller is the producer: its own writes
 *	peek	slot
 *
 * SLOT: what a successful claim hands out is item number head, once.
 *
 * Threads: the producer, and two consumers A and B that both want item n.
 * Accesses: a consumer reads head = n, sees a tail past n, reads slot n, then
 * claims by CAS(head, n, n + 1) and only then uses what it has read. When the
 * producer knows that n is taken, it may write item n + size to the same slot.
 * What would go wrong: A claims n; the producer learns of it and overwrites the
 * slot; B, which had read head = n before, reads item n + size there, claims n
 * and hands out an item that is handed out again a lap later.
 * Why it cannot: B's acquire of the slot has seen the producer's release, which
 * came after the producer had learned of A's claim. So A's claim happened
 * before B's CAS, which therefore reads a head of at least n + 1 and fails, and
 * B throws away what it read. The other way round: B's read of the slot comes
 * before its claim (release), so a slot that counts as free is never read by
 * the one that freed it.
 * What it asks of the producer: never more than the capacity inside, known
 * from items that came back (an acquire of whatever brought them), or from
 * length(). The scheduler has it by construction: as many jobs as slots.
 * tests/model/task_queue.pml is this note for a model checker.
 *
 * Together with park: a push, then dti_park_wake_one(); see WAKE in
 * workers/park.h, whose fences order tail against the number of sleepers.
 */

#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/dialtone.h"

#include "workers/cacheline.h"

/*
 * The line of tail also has what take needs with it: a consumer reads tail in
 * any case, and the producer's write makes it fetch that line again anyway.
 */
struct dti_task_queue {
	/* Written by the producer. */
	alignas(DTI_CACHELINE) _Atomic uint64_t tail;
	/* Set by init, read-only afterwards. */
	_Atomic(void *) *slots;
	uint64_t mask;
	/* Written by consumers. */
	alignas(DTI_CACHELINE) _Atomic uint64_t head;
	/* The producer's: the tail to be. Not beside tail, which all read. */
	alignas(DTI_CACHELINE) uint64_t put;
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
 * Several are published at the price of one: each time the tail is written, the
 * consumers fetch its cache line, and that of the slots, anew.
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
/**
 * How many are in it. Any thread. Wait-free. For the producer an upper bound
 * (others can only take); for everybody else a number that was never exact but
 * is not 0 when something was pushed before and nobody has taken it.
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
