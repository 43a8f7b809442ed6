/* SPDX-License-Identifier: MIT */
#include "workers/cmd/event_ring.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define RING_SIZE 2048u /* a power of two */

struct cmd_event_ring {
	/* Set by create, read-only afterwards. */
	int fd;

	/* Owned by the consumer. */
	struct cmd_event_record taken;
	uint64_t lost_told;

	/* Shared. Free-running counts; compared by their difference only. */
	_Atomic uint64_t head; /* written by the producer */
	_Atomic uint64_t tail; /* written by the consumer */
	_Atomic uint64_t lost; /* written by the producer */
	_Atomic bool woken;    /* see WAKE in event_ring.h */

	/* Of the producer from tail + RING_SIZE on, else of the consumer. */
	struct cmd_event_record records[RING_SIZE];
};

struct cmd_event_ring *cmd_event_ring_create(void)
{
	struct cmd_event_ring *ring = calloc(1, sizeof(*ring));

	if (ring == NULL)
		return NULL;
	ring->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (ring->fd < 0) {
		free(ring);
		return NULL;
	}
	return ring;
}

void cmd_event_ring_destroy(struct cmd_event_ring *ring)
{
	if (ring == NULL)
		return;
	(void)close(ring->fd);
	free(ring);
}

/* An event of a newer library may be larger than what is known here. */
static void fill(struct cmd_event_record *record, const struct dt_event *event)
{
	size_t size = event->size < sizeof(record->event)
			      ? event->size
			      : sizeof(record->event);

	memset(&record->event, 0, sizeof(record->event));
	memcpy(&record->event, event, size);
	if (event->node == NULL)
		return;
	record->node = *event->node;
	record->host_name[0] = '\0';
	if (event->node->host_name != NULL)
		(void)strncat(record->host_name, event->node->host_name,
			      sizeof(record->host_name) - 1);
}

void cmd_event_ring_push(void *context, const struct dt_event *event)
{
	const uint64_t one = 1;
	struct cmd_event_ring *ring = context;
	/* Relaxed: this thread wrote it. */
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	/* Acquire: pairs with the release in cmd_event_ring_take(), which is
	 * done with the slot. */
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);

	if (head - tail == RING_SIZE) {
		/* Relaxed: a count that publishes nothing. */
		(void)atomic_fetch_add_explicit(&ring->lost, 1,
						memory_order_relaxed);
		return;
	}
	fill(&ring->records[head % RING_SIZE], event);
	/* Release: publishes the record to cmd_event_ring_take(). */
	atomic_store_explicit(&ring->head, head + 1, memory_order_release);
	/* Acquire-release: WAKE, pairs with cmd_event_ring_woken(). */
	if (!atomic_exchange_explicit(&ring->woken, true, memory_order_acq_rel))
		(void)!write(ring->fd, &one, sizeof(one));
}

int cmd_event_ring_fd(const struct cmd_event_ring *ring)
{
	return ring->fd;
}

void cmd_event_ring_woken(struct cmd_event_ring *ring)
{
	uint64_t count;

	(void)!read(ring->fd, &count, sizeof(count));
	/* Acquire-release: WAKE, pairs with cmd_event_ring_push(). */
	(void)atomic_exchange_explicit(&ring->woken, false,
				       memory_order_acq_rel);
}

const struct cmd_event_record *cmd_event_ring_take(struct cmd_event_ring *ring)
{
	/* Relaxed: this thread wrote it. */
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	struct cmd_event_record *taken = &ring->taken;

	/* Acquire: pairs with the release in cmd_event_ring_push(). */
	if (atomic_load_explicit(&ring->head, memory_order_acquire) == tail)
		return NULL;
	*taken = ring->records[tail % RING_SIZE];
	/* Release: gives the slot, copied, back to cmd_event_ring_push(). */
	atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
	if (taken->event.node != NULL) {
		taken->event.node = &taken->node;
		taken->node.host_name =
			taken->node.host_name != NULL ? taken->host_name : NULL;
	}
	return taken;
}

uint64_t cmd_event_ring_lost(struct cmd_event_ring *ring)
{
	/* Relaxed: a count that publishes nothing. */
	uint64_t lost = atomic_load_explicit(&ring->lost, memory_order_relaxed);
	uint64_t news = lost - ring->lost_told;

	ring->lost_told = lost;
	return news;
}
