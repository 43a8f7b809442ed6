/* SPDX-License-Identifier: MIT */
#include "workers/cmd/ring.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct cmd_ring {
	/* Set by create, read-only afterwards. */
	int fd;
	size_t record_size;
	size_t count;

	/* Owned by the consumer. */
	uint64_t lost_told;

	/* Shared. Free-running counts; compared by their difference only. */
	_Atomic uint64_t head; /* written by the producer */
	_Atomic uint64_t tail; /* written by the consumer */
	_Atomic uint64_t lost; /* written by the producer */
	_Atomic bool woken;    /* see WAKE in ring.h */

	/* Of the producer from tail + count on, else of the consumer. */
	unsigned char *records;
};

struct cmd_ring *cmd_ring_create(size_t record_size, size_t count)
{
	struct cmd_ring *ring = calloc(1, sizeof(*ring));

	if (ring == NULL)
		return NULL;
	ring->record_size = record_size;
	ring->count = count;
	ring->records = calloc(count, record_size);
	ring->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (ring->records != NULL && ring->fd >= 0)
		return ring;
	cmd_ring_destroy(ring);
	return NULL;
}

void cmd_ring_destroy(struct cmd_ring *ring)
{
	if (ring == NULL)
		return;
	if (ring->fd >= 0)
		(void)close(ring->fd);
	free(ring->records);
	free(ring);
}

static unsigned char *slot_of(const struct cmd_ring *ring, uint64_t number)
{
	return ring->records + number % ring->count * ring->record_size;
}

void *cmd_ring_begin(struct cmd_ring *ring)
{
	/* Relaxed: this thread wrote it. */
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	/* Acquire: pairs with the release in cmd_ring_take(), which is done
	 * with the slot. */
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);

	if (head - tail < ring->count)
		return slot_of(ring, head);
	/* Relaxed: a count that publishes nothing. */
	(void)atomic_fetch_add_explicit(&ring->lost, 1, memory_order_relaxed);
	return NULL;
}

void cmd_ring_publish(struct cmd_ring *ring)
{
	const uint64_t one = 1;
	/* Relaxed: this thread wrote it. */
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

	/* Release: publishes the record to cmd_ring_take(). */
	atomic_store_explicit(&ring->head, head + 1, memory_order_release);
	/* Acquire-release: WAKE, pairs with cmd_ring_woken(). */
	if (!atomic_exchange_explicit(&ring->woken, true, memory_order_acq_rel))
		(void)!write(ring->fd, &one, sizeof(one));
}

int cmd_ring_fd(const struct cmd_ring *ring)
{
	return ring->fd;
}

void cmd_ring_woken(struct cmd_ring *ring)
{
	uint64_t count;

	(void)!read(ring->fd, &count, sizeof(count));
	/* Acquire-release: WAKE, pairs with cmd_ring_publish(). */
	(void)atomic_exchange_explicit(&ring->woken, false,
				       memory_order_acq_rel);
}

bool cmd_ring_take(struct cmd_ring *ring, void *out)
{
	/* Relaxed: this thread wrote it. */
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	/* Acquire: pairs with the release in cmd_ring_publish(). */
	if (atomic_load_explicit(&ring->head, memory_order_acquire) == tail)
		return false;
	memcpy(out, slot_of(ring, tail), ring->record_size);
	/* Release: gives the slot, copied, back to cmd_ring_begin(). */
	atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
	return true;
}

uint64_t cmd_ring_lost(struct cmd_ring *ring)
{
	/* Relaxed: a count that publishes nothing. */
	uint64_t lost = atomic_load_explicit(&ring->lost, memory_order_relaxed);
	uint64_t news = lost - ring->lost_told;

	ring->lost_told = lost;
	return news;
}
