/* SPDX-License-Identifier: MIT */

/*
 * The batch queue under load: several producers with a few nodes each that go
 * round and round, one consumer that takes batches. Each push comes out exactly
 * once, those of one producer in its order, with what was written before.
 */

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/container.h"

#include "workers/batch_queue.h"

#include "tests/require.h"
#include "tests/stress_run.h"

#define MOST_PRODUCERS 8
#define MOST_NODES     16
#define ROUNDS         10

struct letter {
	struct dti_batch_node node;
	uint32_t producer; /* set before the round */
	/* Plain: handed over with the node, there and back. */
	uint64_t number;
	_Atomic bool is_back; /* the producer may write and push it again */
};

struct producer {
	struct dti_batch_queue *queue;
	pthread_t thread;
	uint64_t count; /* pushes to make */
	uint64_t nodes;
	uint64_t seed;
	struct letter letters[MOST_NODES];

	/* The consumer's. */
	uint64_t received;
};

static void *produce(void *argument)
{
	struct producer *producer = argument;

	for (uint64_t i = 0; i < producer->count; i++) {
		struct letter *letter = &producer->letters[i % producer->nodes];

		/* Acquire: pairs with the release in receive(). */
		while (!atomic_load_explicit(&letter->is_back,
					     memory_order_acquire))
			sched_yield();
		/* Relaxed: the push publishes it. */
		atomic_store_explicit(&letter->is_back, false,
				      memory_order_relaxed);
		letter->number = i;
		dti_batch_queue_push(producer->queue, &letter->node);
		if (stress_random(&producer->seed) % 64 == 0)
			sched_yield();
	}
	return NULL;
}

static void receive(struct producer *producers, struct dti_batch_node *node)
{
	struct letter *letter = dti_container_of(node, struct letter, node);
	struct producer *producer = &producers[letter->producer];

	require(letter->number == producer->received,
		"each producer's pushes once and in their order");
	producer->received++;
	/* Release: pairs with the acquire in produce(). */
	atomic_store_explicit(&letter->is_back, true, memory_order_release);
}

/* Returns how often the batch was blocked by a push that was half done. */
static uint64_t consume(struct stress_run *run, struct dti_batch_queue *queue,
			struct producer *producers, uint64_t count)
{
	struct dti_batch batch;
	uint64_t blocks = 0;

	dti_batch_init(&batch);
	for (uint64_t received = 0; received < count;) {
		struct dti_batch_node *node;
		bool blocked;

		blocks += !dti_batch_take(&batch, queue);
		while ((node = dti_batch_next(&batch, &blocked)) != NULL) {
			receive(producers, node);
			received++;
			stress_progress(run);
		}
		blocks += blocked;
		if (dti_batch_queue_empty(queue))
			sched_yield();
	}
	require(dti_batch_empty(&batch) && dti_batch_queue_empty(queue),
		"nothing is left over");
	return blocks;
}

static void make_producers(struct producer *producers, uint64_t crew,
			   struct dti_batch_queue *queue, uint64_t each,
			   uint64_t seed)
{
	for (uint32_t i = 0; i < crew; i++) {
		struct producer *producer = &producers[i];

		producer->queue = queue;
		producer->count = each;
		producer->received = 0;
		producer->seed = seed + i;
		producer->nodes = stress_between(&seed, 1, MOST_NODES);
		for (uint64_t k = 0; k < MOST_NODES; k++) {
			producer->letters[k].producer = i;
			atomic_init(&producer->letters[k].is_back, true);
		}
	}
}

/* Returns the number of pushes. */
static uint64_t run_round(struct stress_run *run, uint64_t count, uint64_t seed,
			  uint64_t *blocks)
{
	uint64_t crew = stress_between(&seed, 1, MOST_PRODUCERS);
	uint64_t each = (count + crew - 1) / crew;
	static struct producer producers[MOST_PRODUCERS];
	struct dti_batch_queue queue;

	make_producers(producers, crew, &queue, each, seed);
	dti_batch_queue_init(&queue);
	for (uint64_t i = 0; i < crew; i++)
		require(pthread_create(&producers[i].thread, NULL, produce,
				       &producers[i]) == 0,
			"start a producer");
	*blocks += consume(run, &queue, producers, each * crew);
	for (uint64_t i = 0; i < crew; i++) {
		pthread_join(producers[i].thread, NULL);
		require(producers[i].received == each, "all of its pushes");
	}
	return each * crew;
}

int main(void)
{
	struct stress_run run;
	uint64_t blocks = 0;
	uint64_t done = 0;

	stress_begin(&run, "stress_batch_queue", 2000000);
	for (uint64_t i = 0; i < ROUNDS; i++)
		done += run_round(&run, run.items / ROUNDS + 1, run.seed + i,
				  &blocks);
	printf("stress_batch_queue: blocked %" PRIu64 " times\n", blocks);
	stress_end(&run, done);
	return EXIT_SUCCESS;
}
