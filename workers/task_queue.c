/* SPDX-License-Identifier: MIT */
#include "workers/task_queue.h"

#include "lib/assert.h"
#include "lib/memory.h"

/* Some cache lines, so that few jobs do not keep one going to and fro. */
#define SLOTS_LEAST 64

/* The power of two that has room for @capacity; 0: there is none. */
static size_t round_up(size_t capacity)
{
	size_t size = SLOTS_LEAST;

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
	queue->items = dti_calloc(allocator, size, sizeof(*queue->items));
	if (!queue->slots || !queue->items) {
		dti_task_queue_fini(queue, allocator);
		return DT_ERR_NO_MEMORY;
	}
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
	dti_free(allocator, queue->items);
	dti_free(allocator, queue->slots);
	queue->items = NULL;
	queue->slots = NULL;
}

void dti_task_queue_put(struct dti_task_queue *queue, void *item)
{
	DTI_ASSERT(item != NULL && ((uintptr_t)item & 1) == 0);
	/* Acquire: as in length(). */
	DTI_ASSERT(queue->put - atomic_load_explicit(&queue->head,
						     memory_order_acquire) <=
		   queue->mask);
	queue->items[queue->put++ & queue->mask] = item;
}

/* The bit that marks the items of number's lap; the lap before has the other.
 * The first lap's is 1, for its slots hold NULL before. */
static uintptr_t mark_of(const struct dti_task_queue *queue, uint64_t number)
{
	return (number & (queue->mask + 1)) == 0;
}

void dti_task_queue_publish(struct dti_task_queue *queue)
{
	/* Relaxed: only this thread writes it. */
	uint64_t begin =
		atomic_load_explicit(&queue->tail, memory_order_relaxed);

	/* The oldest last: it is the one that consumers look at, so the slots
	 * are not fetched before all are written. */
	for (uint64_t number = queue->put; number-- != begin;) {
		char *item = queue->items[number & queue->mask];

		/* Release: pairs with the acquire of the slot in find();
		 * publishes what @item points to; see SLOT. */
		atomic_store_explicit(&queue->slots[number & queue->mask],
				      (void *)(item + mark_of(queue, number)),
				      memory_order_release);
	}
	/* Release: pairs with the acquire of tail in length(). */
	atomic_store_explicit(&queue->tail, queue->put, memory_order_release);
}

void dti_task_queue_push(struct dti_task_queue *queue, void *item)
{
	dti_task_queue_put(queue, item);
	dti_task_queue_publish(queue);
}

/*
 * The oldest item; NULL: it is empty. @head: number to begin with; becomes that
 * of the item, which is the caller's if it can claim that number.
 */
static void *find(const struct dti_task_queue *queue, uint64_t *head)
{
	for (;;) {
		uint64_t number = *head;
		/* Acquire: pairs with the release in publish(); see SLOT. */
		char *marked = atomic_load_explicit(
			&queue->slots[number & queue->mask],
			memory_order_acquire);

		if (marked && ((uintptr_t)marked & 1) == mark_of(queue, number))
			return marked - mark_of(queue, number);
		/* Acquire: pairs with the release of the claim in take(). Not
		 * published yet, or of a later lap: see EMPTY. */
		*head = atomic_load_explicit(&queue->head,
					     memory_order_acquire);
		if (*head == number)
			return NULL;
	}
}

void *dti_task_queue_take(struct dti_task_queue *queue)
{
	/* Acquire: pairs with the release of the claim below; see EMPTY. */
	uint64_t head =
		atomic_load_explicit(&queue->head, memory_order_acquire);
	void *item;

	do {
		item = find(queue, &head);
		if (!item)
			return NULL;
		/* Release: the slot was read before it counts as free; pairs
		 * with the acquire of head in length(), find() and above.
		 * Acquire on failure: as for the first load of head. */
	} while (!atomic_compare_exchange_weak_explicit(
		&queue->head, &head, head + 1, memory_order_release,
		memory_order_acquire));
	return item;
}

bool dti_task_queue_has_item(const struct dti_task_queue *queue)
{
	/* Acquire: as in take(). */
	uint64_t head =
		atomic_load_explicit(&queue->head, memory_order_acquire);

	return find(queue, &head) != NULL;
}

size_t dti_task_queue_length(const struct dti_task_queue *queue)
{
	/* Acquire: pairs with the release of the claim in take(). */
	uint64_t head =
		atomic_load_explicit(&queue->head, memory_order_acquire);
	/* Acquire: pairs with the release in publish(). */
	uint64_t tail =
		atomic_load_explicit(&queue->tail, memory_order_acquire);

	int64_t items = (int64_t)(tail - head);

	/* Items are taken as soon as their slots are published, which is before
	 * the tail says so. */
	return items > 0 ? (size_t)items : 0;
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
	return queue->items[position & queue->mask];
}
