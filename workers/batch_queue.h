/* SPDX-License-Identifier: MIT */
#ifndef DTI_BATCH_QUEUE_H
#define DTI_BATCH_QUEUE_H

/*
 * Many producers, one consumer that takes all there is at once: liburcu's
 * wfcqueue with the rules of its use. The inbox (commands) is one of these.
 * Intrusive: a push cannot fail, and there may be any number of nodes. First
 * in, first out; the nodes of one producer stay in its order.
 *
 * What may run at once ("-": yes; "X": only by the one consumer, one after the
 * other); init is for one thread before all others:
 *
 *			push	empty	take	next	ready	b.empty
 *	push		-	-	-	-	-	-
 *	queue_empty	-	X	X	X	X	X
 *	take		-	X	X	X	X	X
 *	next		-	X	X	X	X	X
 *	ready		-	X	X	X	X	X
 *	batch_empty	-	X	X	X	X	X
 *
 * Progress: all wait-free; none makes a system call. But what a producer leaves
 * half done hides what was pushed behind it, for as long as that producer is
 * preempted; see ORDER.
 *
 * Memory order, each access and its partner (all are liburcu's own):
 *
 *	push	tail	exchange, a full barrier: decides the order
 *	push	link	store: makes the node reachable; after the exchange
 *	take	head	exchange, a full barrier: sees the links before it
 *	next	link	load, then what the node points to (address dependency):
 *			pairs with the store of the link, so that the consumer
 *			sees what was written to the node before its push
 *
 * ThreadSanitizer cannot see these (the library is not instrumented): it is
 * told by a release in push and an acquire in next, on the node.
 *
 * ORDER: what "blocked" means, and why no wake-up is lost with it.
 *
 * Threads: producers P and Q, the consumer.
 * Accesses: a push exchanges the tail (the order is decided), then stores the
 * link from the node before it (now it can be reached); then its caller calls
 * dti_park_wake_one(). Between the two the push is half done, and liburcu says
 * WOULDBLOCK where the consumer meets the gap:
 *   - at the front: take moves nothing, queue_empty says true;
 *   - in a batch: next gives NULL and *blocked, and the node before the gap
 *     stays too, since the producer is about to write its link.
 * What would go wrong: (1) the consumer runs in circles until the producer gets
 * the processor, which with a consumer of higher priority is never; (2) it
 * sleeps, and nobody tells it that the gap has closed: Q, which closes it, had
 * found the queue not empty, so it might think that P wakes; (3) it sleeps
 * because it looked at the queue, while its batch has become free meanwhile.
 * Why it cannot:
 *   (1) queue_empty asks what can be reached (__cds_wfcq_first_nonblocking, by
 *   head and link). cds_wfcq_empty looks at the tail, which a half-done push
 *   has moved: to sleep by that answer would be sound, but never to sleep while
 *   a producer is preempted is case 1. So the consumer sleeps, and "blocked"
 *   means: a wake is on its way.
 *   (2) Every producer wakes, also one that found the queue not empty (a single
 *   wake after several pushes is enough). The fence in wake_one orders its link
 *   before its look at the sleepers, the fence in begin orders the consumer's
 *   announcement before its look at the links: one of the two sees the other.
 *   See WAKE in workers/park.h.
 *   (3) The rule for the consumer: between dti_park_begin() and
 *   dti_park_wait() it asks for both, dti_batch_queue_empty() of each queue and
 *   dti_batch_ready() of each batch.
 * tests/model/order.pml is this note for a model checker.
 */

#include <stdbool.h>
#include <urcu/wfcqueue.h>

struct dti_batch_node {
	struct cds_wfcq_node link;
};

struct dti_batch_queue {
	/* Shared: wfcqueue's own. Head and tail on their own cache lines. */
	_Alignas(64) struct __cds_wfcq_head head;
	_Alignas(64) struct cds_wfcq_tail tail;
};

/** What was taken and not yet handed out. Owner: the consumer. */
struct dti_batch {
	struct __cds_wfcq_head head;
	struct cds_wfcq_tail tail;
};

void dti_batch_queue_init(struct dti_batch_queue *queue);
/**
 * Many producers. Wait-free. What was written to *@node before is visible to
 * whoever gets it. @node is the consumer's from here on; it can be pushed again
 * as soon as dti_batch_next() has given it back.
 */
void dti_batch_queue_push(struct dti_batch_queue *queue,
			  struct dti_batch_node *node);
/**
 * The consumer only. Is there nothing to take now? True also while the push at
 * the front is half done: who pushes wakes. To be asked before sleeping.
 */
bool dti_batch_queue_empty(const struct dti_batch_queue *queue);

void dti_batch_init(struct dti_batch *batch);
/**
 * One consumer: move all there is to the end of @batch. Never blocks. False: a
 * push at the front is half done and hides what was pushed after it; see ORDER.
 */
bool dti_batch_take(struct dti_batch *batch, struct dti_batch_queue *queue);
/**
 * The next one, or NULL. *@blocked: NULL because a producer has not finished
 * its push (it was preempted in the middle); it wakes the consumer when done.
 */
struct dti_batch_node *dti_batch_next(struct dti_batch *batch, bool *blocked);
/** Would dti_batch_next() give one now? To be asked before sleeping. */
bool dti_batch_ready(const struct dti_batch *batch);
/** Was everything handed out that was taken? False also if it is blocked. */
bool dti_batch_empty(const struct dti_batch *batch);

#endif /* DTI_BATCH_QUEUE_H */
