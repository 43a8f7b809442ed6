/* SPDX-License-Identifier: MIT */
#include "bench/contenders/vyukov_ring.h"

#include <stdalign.h>
#include <stdlib.h>

#include "workers/cacheline.h"

#include "bench/contenders/parking.h"

/*
 * The turn of cell number n, on lap l of a ring of size s, is l * s + n when it
 * may be filled, and one more when it may be emptied.
 */
struct cell {
	_Atomic uint64_t turn;
	struct handoff_item *item; /* whose turn it is may touch it */
};

struct ring {
	/* Read-only. */
	alignas(DTI_CACHELINE) struct cell *cells;
	uint64_t mask;
	/* Shared: by producers, by consumers. */
	alignas(DTI_CACHELINE) _Atomic uint64_t filled;
	alignas(DTI_CACHELINE) _Atomic uint64_t emptied;
};

struct vyukov_ring {
	struct ring tasks;
	struct ring done;
	struct parking parking;
	const struct handoff_setup *setup;
	/* The scheduler's. */
	alignas(DTI_CACHELINE) struct dti_spin spin;
};

static bool ring_init(struct ring *ring, uint32_t capacity)
{
	uint64_t size = 2; /* with one cell both turns would be the same */

	while (size < capacity)
		size *= 2;
	ring->cells = calloc(size, sizeof(*ring->cells));
	if (!ring->cells)
		return false;
	for (uint64_t i = 0; i < size; i++)
		atomic_init(&ring->cells[i].turn, i);
	ring->mask = size - 1;
	atomic_init(&ring->filled, 0);
	atomic_init(&ring->emptied, 0);
	return true;
}

/*
 * The cell whose turn is its number plus @lead, claimed by moving @position on;
 * NULL: it is not its turn yet.
 */
static struct cell *claim(struct ring *ring, _Atomic uint64_t *position,
			  uint64_t lead, uint64_t *number)
{
	/* Relaxed, here and below: the cells' turns publish the items. */
	uint64_t at = atomic_load_explicit(position, memory_order_relaxed);

	for (;;) {
		struct cell *cell = &ring->cells[at & ring->mask];
		/* Acquire: pairs with the release in push() and pop(). */
		uint64_t turn =
			atomic_load_explicit(&cell->turn, memory_order_acquire);
		int64_t ahead = (int64_t)(turn - (at + lead));

		if (ahead < 0)
			return NULL;
		if (ahead > 0) {
			at = atomic_load_explicit(position,
						  memory_order_relaxed);
		} else if (atomic_compare_exchange_weak_explicit(
				   position, &at, at + 1, memory_order_relaxed,
				   memory_order_relaxed)) {
			*number = at;
			return cell;
		}
	}
}

/* It has room for all there are. */
static void push(struct ring *ring, struct handoff_item *item)
{
	uint64_t number;
	struct cell *cell;

	/* NULL: somebody is about to empty it. */
	while (!(cell = claim(ring, &ring->filled, 0, &number)))
		;
	cell->item = item;
	/* Release: pairs with the acquire in claim(), for who empties it. */
	atomic_store_explicit(&cell->turn, number + 1, memory_order_release);
}

static struct handoff_item *pop(struct ring *ring)
{
	uint64_t number;
	struct cell *cell = claim(ring, &ring->emptied, 1, &number);
	struct handoff_item *item;

	if (!cell)
		return NULL;
	item = cell->item;
	/* Release: pairs with the acquire in claim(), for the next lap. */
	atomic_store_explicit(&cell->turn, number + ring->mask + 1,
			      memory_order_release);
	return item;
}

static bool ring_has_item(struct ring *ring)
{
	/* Relaxed: a look, nothing is read through it. */
	uint64_t at =
		atomic_load_explicit(&ring->emptied, memory_order_relaxed);

	/* Acquire: as in claim(). Ahead: another consumer was faster. */
	return (int64_t)(atomic_load_explicit(
				 &ring->cells[at & ring->mask].turn,
				 memory_order_acquire) -
			 (at + 1)) >= 0;
}

static bool has_task(void *state)
{
	return ring_has_item(&((struct vyukov_ring *)state)->tasks);
}

static bool has_results(void *state)
{
	return ring_has_item(&((struct vyukov_ring *)state)->done);
}

static void destroy(void *state)
{
	struct vyukov_ring *ring = state;

	free(ring->done.cells);
	free(ring->tasks.cells);
	free(ring);
}

static void *create(const struct handoff_setup *setup)
{
	struct vyukov_ring *ring =
		aligned_alloc(alignof(struct vyukov_ring), sizeof(*ring));

	if (!ring)
		return NULL;
	*ring = (struct vyukov_ring){.setup = setup};
	if (!ring_init(&ring->tasks, setup->in_flight) ||
	    !ring_init(&ring->done, setup->in_flight)) {
		destroy(ring);
		return NULL;
	}
	parking_init(&ring->parking, ring, has_task, has_results);
	ring->spin = parking_spin(&ring->parking);
	return ring;
}

static size_t exchange(void *state, struct handoff_item **items, size_t count)
{
	struct vyukov_ring *ring = state;
	struct handoff_item *item;
	size_t back = 0;

	for (size_t i = 0; i < count; i++)
		push(&ring->tasks, items[i]);
	parking_tasks_pushed(&ring->parking, count > 0);
	while (!has_results(ring))
		parking_wait_for_results(&ring->parking, &ring->spin);
	while ((item = pop(&ring->done)))
		items[back++] = item;
	return back;
}

static void work(void *state)
{
	struct vyukov_ring *ring = state;
	struct parking_worker worker = parking_worker(&ring->parking);
	int64_t work_ns = ring->setup->work_ns;
	struct handoff_item *item;

	do {
		while ((item = pop(&ring->tasks))) {
			parking_task_taken(&ring->parking, &worker);
			handoff_work(work_ns);
			push(&ring->done, item);
			parking_result_pushed(&ring->parking);
		}
	} while (parking_wait_for_task(&ring->parking, &worker));
}

static void close_ring(void *state)
{
	parking_close(&((struct vyukov_ring *)state)->parking);
}

void vyukov_ring_measure(struct bench_result *result,
			 const struct bench_run *run)
{
	static const struct handoff_queue queue = {
		create, exchange, work, close_ring, destroy,
	};

	handoff_measure(result, run, &queue);
}
