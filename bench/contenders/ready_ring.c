/* SPDX-License-Identifier: MIT */
#include "bench/contenders/ready_ring.h"

#include <stdlib.h>

enum {
	IN_FLIGHT = 16,
};

#define DIALING INT64_MAX

/* First in, first out; as large as there are nodes, so it is never full. */
struct fifo {
	uint32_t *numbers;
	size_t size;
	size_t first;
	size_t count;
};

struct ready_ring {
	size_t nodes;
	int64_t now;   /* in tasks */
	int64_t lasts; /* how long the history keeps a node */
	/* Of each node: when the history lets go of it; DIALING. */
	int64_t *due;
	struct fifo history;
	struct fifo ready;
	struct fifo in_flight;
};

static bool fifo_init(struct fifo *fifo, size_t size)
{
	*fifo = (struct fifo){
		.numbers = calloc(size, sizeof(*fifo->numbers)),
		.size = size,
	};
	return fifo->numbers != NULL;
}

static void push(struct fifo *fifo, uint32_t number)
{
	size_t end = fifo->first + fifo->count;

	fifo->numbers[end < fifo->size ? end : end - fifo->size] = number;
	fifo->count++;
}

static uint32_t take(struct fifo *fifo)
{
	uint32_t number = fifo->numbers[fifo->first];

	if (++fifo->first == fifo->size)
		fifo->first = 0;
	fifo->count--;
	return number;
}

/* All but the last are in the history, one let go of a task. */
static void fill(struct ready_ring *ring)
{
	for (size_t i = 0; i < ring->nodes; i++) {
		bool is_dialing = i + IN_FLIGHT >= ring->nodes;

		push(is_dialing ? &ring->in_flight : &ring->history,
		     (uint32_t)i);
		ring->due[i] = is_dialing ? DIALING : (int64_t)i + 1;
	}
}

struct ready_ring *ready_ring_create(size_t nodes)
{
	struct ready_ring *ring = calloc(1, sizeof(*ring));

	if (!ring)
		return NULL;
	ring->nodes = nodes;
	ring->lasts = (int64_t)(nodes - IN_FLIGHT);
	ring->due = calloc(nodes, sizeof(*ring->due));
	if (!ring->due || !fifo_init(&ring->history, nodes) ||
	    !fifo_init(&ring->ready, nodes) ||
	    !fifo_init(&ring->in_flight, IN_FLIGHT)) {
		ready_ring_destroy(ring);
		return NULL;
	}
	fill(ring);
	return ring;
}

static void end_oldest(struct ready_ring *ring)
{
	uint32_t number = take(&ring->in_flight);

	ring->due[number] = ring->now + ring->lasts;
	push(&ring->history, number);
}

bool ready_ring_run(struct ready_ring *ring, uint64_t tasks)
{
	for (uint64_t i = 0; i < tasks; i++) {
		struct fifo *history = &ring->history;

		ring->now++;
		end_oldest(ring);
		while (history->count > 0 &&
		       ring->due[history->numbers[history->first]] <= ring->now)
			push(&ring->ready, take(history));
		if (ring->ready.count == 0)
			return false;
		push(&ring->in_flight, take(&ring->ready));
	}
	return true;
}

static bool find_due(const struct ready_ring *ring, uint32_t *found)
{
	for (size_t i = 0; i < ring->nodes; i++) {
		if (ring->due[i] <= ring->now) {
			*found = (uint32_t)i;
			return true;
		}
	}
	return false;
}

bool ready_ring_search(struct ready_ring *ring, uint64_t tasks)
{
	for (uint64_t i = 0; i < tasks; i++) {
		uint32_t number = take(&ring->in_flight);

		ring->now++;
		ring->due[number] = ring->now + ring->lasts;
		if (!find_due(ring, &number))
			return false;
		ring->due[number] = DIALING;
		push(&ring->in_flight, number);
	}
	return true;
}

double ready_ring_bytes_a_node(const struct ready_ring *ring)
{
	return (double)(sizeof(*ring->due) + sizeof(*ring->history.numbers) +
			sizeof(*ring->ready.numbers)) +
	       (double)sizeof(*ring) / (double)ring->nodes;
}

void ready_ring_destroy(struct ready_ring *ring)
{
	free(ring->in_flight.numbers);
	free(ring->ready.numbers);
	free(ring->history.numbers);
	free(ring->due);
	free(ring);
}
