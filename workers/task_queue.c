/* SPDX-License-Identifier: MIT */
#include "workers/task_queue.h"

#include "lib/assert.h"
#include "lib/memory.h"

/* The power of two that has room for @capacity; 0: there is none. */
static size_t round_up(size_t capacity)
{
	size_t size = 1;

	while (size < capacity && size <= SIZE_MAX / 2)
		size *= 2;
	return size < capacity ? 0 : size;
}

dt_err dti_task_queue_init(struct dti_task_queue *queue, size_t capacity,
			   const struct dt_allocator *allocator)
{
	size_t size = round_up(capacity);

	if (size == 0)
		return DT_ERR_NO_MEMORY;
	queue->slots = dti_calloc(allocator, size, sizeof(*queue->slots));
	if (queue->slots == NULL)
		return DT_ERR_NO_MEMORY;
	for (size_t i = 0; i < size; i++)
		atomic_init(&queue->slots[i], NULL);
	queue->mask = size - 1;
	queue->put = 0;
	atomic_init(&queue->tail, 0);
	atomic_init(&queue->head, 0);
	return DT_OK;
}

void dti_task_queue_fini(struct dti_task_queue *queue,
			 const struct dt_allocator *allocator)
{
	dti_free(allocator, queue->slots);
	queue->slots = NULL;
}

void dti_task_queue_put(struct dti_task_queue *queue, void *item)
{
	DTI_ASSERT(item != NULL);
	/* Acquire: as in length(). */
	DTI_ASSERT(queue->put - atomic_load_explicit(&queue->head,
						     memory_order_acquire) <=
		   queue->mask);
	/* Release: pairs with the acquire of the slot in take(); see SLOT. */
	atomic_store_explicit(&queue->slots[queue->put++ & queue->mask], item,
			      memory_order_release);
}

void dti_task_queue_publish(struct dti_task_queue *queue)
{
	/* Release: pairs with the acquire of tail in take() and length();
	 * publishes the slots and what the items in them point to. */
	atomic_store_explicit(&queue->tail, queue->put, memory_order_release);
}

void dti_task_queue_push(struct dti_task_queue *queue, void *item)
{
	dti_task_queue_put(queue, item);
	dti_task_queue_publish(queue);
}

void *dti_task_queue_take(struct dti_task_queue *queue)
{
	/* Acquire: pairs with the release of the claim below; who sees a head
	 * sees a tail that is not behind it, so == is the test for empty. */
	uint64_t head =
		atomic_load_explicit(&queue->head, memory_order_acquire);
	void *item;

	do {
		/* Acquire: pairs with the release in publish(). */
		if (head ==
		    atomic_load_explicit(&queue->tail, memory_order_acquire))
			return NULL;
		/* Acquire: pairs with the release of the slot; see SLOT. */
		item = atomic_load_explicit(&queue->slots[head & queue->mask],
					    memory_order_acquire);
		/* Release: the slot was read before it counts as free; pairs
		 * with the acquire of head in length() and above. Acquire on
		 * failure: as for the first load of head. */
	} while (!atomic_compare_exchange_weak_explicit(
		&queue->head, &head, head + 1, memory_order_release,
		memory_order_acquire));
	return item;
}

size_t dti_task_queue_length(const struct dti_task_queue *queue)
{
	/* Head before tail, or the difference might be negative. Acquire: pairs
	 * with the release of the claim in take(). */
	uint64_t head =
		atomic_load_explicit(&queue->head, memory_order_acquire);
	/* Acquire: pairs with the release in publish(). */
	uint64_t tail =
		atomic_load_explicit(&queue->tail, memory_order_acquire);

	return (size_t)(tail - head);
}

uint64_t dti_task_queue_range(const struct dti_task_queue *queue,
			      uint64_t *begin)
{
	/* Relaxed: nothing is read through it; a claim that is seen late only
	 * makes the range longer. */
	*begin = atomic_load_explicit(&queue->head, memory_order_relaxed);
	/* Relaxed: only the producer, which asks, writes it. */
	return atomic_load_explicit(&queue->tail, memory_order_relaxed);
}

void *dti_task_queue_peek(const struct dti_task_queue *queue, uint64_t position)
{
	/* Relaxed: the producer wrote it itself. */
	return atomic_load_explicit(&queue->slots[position & queue->mask],
				    memory_order_relaxed);
}
