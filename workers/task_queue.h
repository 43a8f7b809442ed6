/* SPDX-License-Identifier: MIT */
#ifndef DTI_TASK_QUEUE_H
#define DTI_TASK_QUEUE_H

/*
 * A bounded ring of pointers, one producer and many consumers, on C11 atomics.
 * The scheduler pushes jobs, workers take them; its twin hands free commands
 * back to the embedder's threads. (Table of operations and orders come here.)
 */

#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/dialtone.h"

#define DTI_CACHELINE 64

struct dti_task_queue {
	/* Set by init, read-only afterwards. */
	_Atomic(void *) *slots;
	uint64_t mask;
	/* Written by the producer. */
	alignas(DTI_CACHELINE) _Atomic uint64_t tail;
	/* Written by consumers. */
	alignas(DTI_CACHELINE) _Atomic uint64_t head;
};

/**
 * Room for at least @capacity pointers. The caller never has more in it than
 * that: a push cannot fail. Errors: DT_ERR_NO_MEMORY.
 */
dt_err dti_task_queue_init(struct dti_task_queue *queue, size_t capacity,
			   const struct dt_allocator *allocator);
void dti_task_queue_fini(struct dti_task_queue *queue,
			 const struct dt_allocator *allocator);
/** One producer. Wait-free. */
void dti_task_queue_push(struct dti_task_queue *queue, void *item);
/** Many consumers. Lock-free. NULL: it is empty. */
void *dti_task_queue_take(struct dti_task_queue *queue);
/** How many are in it; exact for the producer as an upper bound. Any thread. */
size_t dti_task_queue_length(const struct dti_task_queue *queue);

#endif /* DTI_TASK_QUEUE_H */
