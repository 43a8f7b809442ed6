/* SPDX-License-Identifier: MIT */
#include "workers/batch_queue.h"

#include "workers/tsan.h"

/*
 * _LGPL_SOURCE is not defined: the calls go to the shared library, which is
 * what the licence of our own code and ThreadSanitizer both want.
 */

/* liburcu's queries take pointers to non-const and change nothing. */
static struct __cds_wfcq_head *queryable_head(const struct __cds_wfcq_head *h)
{
	union {
		const struct __cds_wfcq_head *given;
		struct __cds_wfcq_head *wanted;
	} head = {.given = h};

	return head.wanted;
}

static struct cds_wfcq_tail *queryable_tail(const struct cds_wfcq_tail *t)
{
	union {
		const struct cds_wfcq_tail *given;
		struct cds_wfcq_tail *wanted;
	} tail = {.given = t};

	return tail.wanted;
}

void dti_batch_queue_init(struct dti_batch_queue *queue)
{
	__cds_wfcq_init(&queue->head, &queue->tail);
}

void dti_batch_queue_push(struct dti_batch_queue *queue,
			  struct dti_batch_node *node)
{
	cds_wfcq_node_init(&node->link);
	/* The exchange in enqueue is the release; this line is for those who
	 * cannot see into it. Pairs with the acquire in dti_batch_next(). */
	dti_tsan_release(node);
	cds_wfcq_enqueue(&queue->head, &queue->tail, &node->link);
}

bool dti_batch_queue_empty(const struct dti_batch_queue *queue)
{
	struct cds_wfcq_node *first = __cds_wfcq_first_nonblocking(
		queryable_head(&queue->head), queryable_tail(&queue->tail));

	/* Not cds_wfcq_empty(): see ORDER. */
	return first == NULL || first == CDS_WFCQ_WOULDBLOCK;
}

void dti_batch_init(struct dti_batch *batch)
{
	__cds_wfcq_init(&batch->head, &batch->tail);
}

bool dti_batch_take(struct dti_batch *batch, struct dti_batch_queue *queue)
{
	/* Nothing to do on WOULDBLOCK but to come again: see ORDER. */
	return __cds_wfcq_splice_nonblocking(&batch->head, &batch->tail,
					     &queue->head, &queue->tail) !=
	       CDS_WFCQ_RET_WOULDBLOCK;
}

struct dti_batch_node *dti_batch_next(struct dti_batch *batch, bool *blocked)
{
	struct cds_wfcq_node *link =
		__cds_wfcq_dequeue_nonblocking(&batch->head, &batch->tail);
	struct dti_batch_node *node;

	*blocked = link == CDS_WFCQ_WOULDBLOCK;
	if (link == NULL || *blocked)
		return NULL;
	node = (struct dti_batch_node *)link; /* its first and only member */
	/* Pairs with the release in dti_batch_queue_push(). */
	dti_tsan_acquire(node);
	return node;
}

bool dti_batch_ready(const struct dti_batch *batch)
{
	struct __cds_wfcq_head *head = queryable_head(&batch->head);
	struct cds_wfcq_tail *tail = queryable_tail(&batch->tail);
	struct cds_wfcq_node *first = __cds_wfcq_first_nonblocking(head, tail);

	if (first == NULL || first == CDS_WFCQ_WOULDBLOCK)
		return false;
	/* The first cannot leave before its own link is written; see ORDER. */
	return __cds_wfcq_next_nonblocking(head, tail, first) !=
	       CDS_WFCQ_WOULDBLOCK;
}

bool dti_batch_empty(const struct dti_batch *batch)
{
	return cds_wfcq_empty(queryable_head(&batch->head),
			      queryable_tail(&batch->tail));
}
