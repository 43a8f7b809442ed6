/* SPDX-License-Identifier: MIT */
#include "workers/done_queue.h"

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

dt_err dti_done_queue_init(struct dti_done_queue *queue, size_t capacity,
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
	queue->head = 0;
	queue->seen = 0;
	atomic_init(&queue->tail, 0);
	return DT_OK;
}

void dti_done_queue_fini(struct dti_done_queue *queue,
			 const struct dt_allocator *allocator)
{
	dti_free(allocator, queue->slots);
	queue->slots = NULL;
}

/* Of item @number, in bit 0 of its slot: 1 and 0 in turn, lap by lap. */
static uintptr_t lap_of(const struct dti_done_queue *queue, uint64_t number)
{
	return (number & (queue->mask + 1)) == 0;
}

void dti_done_queue_push(struct dti_done_queue *queue, void *item)
{
	/* Acq_rel: pairs with itself in other producers; see FREE. */
	uint64_t number = atomic_fetch_add_explicit(&queue->tail, 1,
						    memory_order_acq_rel);

	DTI_ASSERT(item != NULL && ((uintptr_t)item & 1) == 0);
	/* Release: pairs with the acquire in is_filled(); publishes *@item. */
	atomic_store_explicit(&queue->slots[number & queue->mask],
			      (char *)item + lap_of(queue, number),
			      memory_order_release);
}

/* Is there one in the slot behind those that were gathered? */
static bool is_filled(const struct dti_done_queue *queue)
{
	/* Acquire: pairs with the release in push(). */
	char *item = atomic_load_explicit(
		&queue->slots[queue->seen & queue->mask], memory_order_acquire);

	/* What is left of the lap before has the other bit; so has the first
	 * slot when all are gathered and none is handed out. */
	return ((uintptr_t)item & 1) == lap_of(queue, queue->seen);
}

void dti_done_queue_gather(struct dti_done_queue *queue)
{
	while (is_filled(queue))
		queue->seen++;
}

void *dti_done_queue_next(struct dti_done_queue *queue)
{
	char *item;

	if (!dti_done_queue_has_next(queue))
		return NULL;
	/* Relaxed: is_filled() has acquired it. */
	item = atomic_load_explicit(&queue->slots[queue->head & queue->mask],
				    memory_order_relaxed);
	return item - lap_of(queue, queue->head++);
}

bool dti_done_queue_has_next(const struct dti_done_queue *queue)
{
	return queue->head != queue->seen;
}

bool dti_done_queue_empty(const struct dti_done_queue *queue)
{
	return !is_filled(queue);
}
