/* SPDX-License-Identifier: MIT */
#ifndef DTI_BATCH_QUEUE_H
#define DTI_BATCH_QUEUE_H

/*
 * Many producers, one consumer that takes all there is at once: liburcu's
 * wfcqueue with the rules of its use. The inbox (commands) and the done queue
 * (completed jobs) are two of these. Intrusive: a push cannot fail.
 * (Table of operations, and what WOULDBLOCK means, come here.)
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
/** Many producers. Wait-free. What was written to *@node before is visible to
 * whoever gets it. */
void dti_batch_queue_push(struct dti_batch_queue *queue,
			  struct dti_batch_node *node);
/** Any thread. Never blocks. True also while a first push is half done. */
bool dti_batch_queue_empty(const struct dti_batch_queue *queue);

void dti_batch_init(struct dti_batch *batch);
/** One consumer: move all there is to the end of @batch. Never blocks. */
void dti_batch_take(struct dti_batch *batch, struct dti_batch_queue *queue);
/**
 * The next one, or NULL. *@blocked: NULL because a producer has not finished
 * its push (it was preempted in the middle); it wakes the consumer when done.
 */
struct dti_batch_node *dti_batch_next(struct dti_batch *batch, bool *blocked);
bool dti_batch_empty(const struct dti_batch *batch);

#endif /* DTI_BATCH_QUEUE_H */
