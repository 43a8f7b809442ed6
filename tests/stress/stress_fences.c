/* SPDX-License-Identifier: MIT */

/*
 * The fences of WAKE (workers/park.h), alone: a push and a begin at the same
 * moment, again and again. Afterwards either the consumer has seen the push or
 * the producer has seen the sleeper; when both have missed the other, that is
 * the wake-up that is lost. Nobody sleeps here, so that the two can meet often:
 * each goes through a row of duels, waits a little for the other at each, and
 * they compare notes at the end of the row. Without the fence in
 * dti_park_wake_one() this program fails within a few runs on x86.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "workers/batch_queue.h"
#include "workers/park.h"
#include "workers/task_queue.h"

#include "tests/require.h"
#include "tests/stress_run.h"

#define ROW        100
#define PATIENCE   50000 /* looks for the other one, who may not be running */
#define MOST_DELAY 500

/* Every other one is about the ring, the rest about the batch queue. */
struct duel {
	struct dti_park park;
	struct dti_task_queue ring;
	struct dti_batch_queue batch_queue;
	struct dti_batch_node node;
	bool saw_push; /* the consumer's, until the barrier */
};

/* One of the two threads, on a line of its own. */
struct side {
	alignas(64) _Atomic uint64_t at; /* which duel of the row, from 1 */
	/* Its own. */
	uint64_t delay;
	bool is_alone;
};

struct arena {
	struct stress_run *run;
	struct duel row[ROW];
	uint64_t rows;
	pthread_barrier_t barrier;
	struct side producer;
	struct side consumer;
};

/*
 * Wait for the other one to be as far; not in vain a second time in this row.
 * Relaxed: a meeting by chance is all that it is for, nothing is read.
 */
static void meet(struct side *mine, const struct side *other, uint64_t at)
{
	int looks = mine->is_alone ? 0 : PATIENCE;

	atomic_store_explicit(&mine->at, at, memory_order_relaxed);
	while (atomic_load_explicit(&other->at, memory_order_relaxed) < at) {
		mine->is_alone = looks-- == 0;
		if (mine->is_alone)
			return;
	}
}

static void dawdle(uint64_t turns)
{
	while (turns-- > 0)
		atomic_signal_fence(memory_order_seq_cst);
}

/*
 * Have at hand what the other one is about to write: then the own write takes
 * long and the look at the other's none, which is when fences are needed.
 */
static void prepare_producer(const struct arena *arena)
{
	for (uint64_t i = 0; i < ROW; i++)
		require(atomic_load(&arena->row[i].park.state) == 0,
			"nobody sleeps yet");
}

static void prepare_consumer(const struct arena *arena)
{
	for (uint64_t i = 0; i < ROW; i++)
		require(dti_task_queue_length(&arena->row[i].ring) == 0 &&
				dti_batch_queue_empty(
					&arena->row[i].batch_queue),
			"nothing is pushed yet");
}

static void produce_row(struct arena *arena, uint64_t *seed)
{
	for (uint64_t i = 0; i < ROW; i++) {
		struct duel *duel = &arena->row[i];
		uint64_t delay =
			arena->producer.delay + stress_random(seed) % 16;

		meet(&arena->producer, &arena->consumer, i + 1);
		dawdle(delay);
		if (i % 2 == 0)
			dti_task_queue_push(&duel->ring, duel);
		else
			dti_batch_queue_push(&duel->batch_queue, &duel->node);
		dti_park_wake_one(&duel->park);
	}
}

static void consume_row(struct arena *arena)
{
	for (uint64_t i = 0; i < ROW; i++) {
		struct duel *duel = &arena->row[i];

		meet(&arena->consumer, &arena->producer, i + 1);
		dawdle(arena->consumer.delay);
		dti_park_begin(&duel->park);
		duel->saw_push =
			i % 2 == 0 ? dti_task_queue_has_item(&duel->ring)
				   : !dti_batch_queue_empty(&duel->batch_queue);
	}
}

static void *produce(void *argument)
{
	struct arena *arena = argument;
	uint64_t seed = arena->run->seed;

	for (uint64_t row = 0; row < arena->rows; row++) {
		prepare_producer(arena);
		pthread_barrier_wait(&arena->barrier);
		produce_row(arena, &seed);
		pthread_barrier_wait(&arena->barrier);
		pthread_barrier_wait(&arena->barrier); /* settled */
	}
	return NULL;
}

/* Who saw whom; then everything is as before. Returns how many saw the push. */
static uint64_t settle(struct arena *arena)
{
	uint64_t saw = 0;
	bool blocked;

	for (uint64_t i = 0; i < ROW; i++) {
		struct duel *duel = &arena->row[i];
		struct dti_batch batch;

		require(duel->saw_push || atomic_load(&duel->park.wakes) > 0,
			"one of the two sees the other");
		saw += duel->saw_push;
		dti_park_cancel(&duel->park);
		atomic_store(&duel->park.wakes, 0);
		dti_batch_init(&batch);
		dti_batch_take(&batch, &duel->batch_queue);
		require(i % 2 == 0 ? dti_task_queue_take(&duel->ring) == duel
				   : dti_batch_next(&batch, &blocked) ==
					     &duel->node,
			"what was pushed is there");
	}
	atomic_store(&arena->producer.at, 0);
	atomic_store(&arena->consumer.at, 0);
	arena->producer.is_alone = false;
	arena->consumer.is_alone = false;
	return saw;
}

/* Each is to be the later one half of the time. */
static void balance(struct arena *arena, bool consumer_was_later)
{
	uint64_t *more = consumer_was_later ? &arena->producer.delay
					    : &arena->consumer.delay;
	uint64_t *less = consumer_was_later ? &arena->consumer.delay
					    : &arena->producer.delay;

	if (*less > 0)
		(*less)--;
	else if (*more < MOST_DELAY)
		(*more)++;
}

static void build(struct arena *arena)
{
	static const struct dt_allocator libc_allocator;

	for (uint64_t i = 0; i < ROW; i++) {
		struct duel *duel = &arena->row[i];

		dti_park_init(&duel->park);
		dti_batch_queue_init(&duel->batch_queue);
		require(dti_task_queue_init(&duel->ring, 1, &libc_allocator) ==
				DT_OK,
			"memory for the ring");
	}
	pthread_barrier_init(&arena->barrier, NULL, 2);
}

static void tear_down(struct arena *arena)
{
	static const struct dt_allocator libc_allocator;

	pthread_barrier_destroy(&arena->barrier);
	for (uint64_t i = 0; i < ROW; i++)
		dti_task_queue_fini(&arena->row[i].ring, &libc_allocator);
}

int main(void)
{
	static struct arena arena;
	struct stress_run run;
	pthread_t producer;
	uint64_t saw = 0;

	stress_begin(&run, "stress_fences", 1000000);
	arena.run = &run;
	arena.rows = (run.items + ROW - 1) / ROW;
	build(&arena);
	require(pthread_create(&producer, NULL, produce, &arena) == 0,
		"start the producer");
	for (uint64_t row = 0; row < arena.rows; row++) {
		uint64_t saw_now;

		prepare_consumer(&arena);
		pthread_barrier_wait(&arena.barrier);
		consume_row(&arena);
		pthread_barrier_wait(&arena.barrier);
		saw_now = settle(&arena);
		saw += saw_now;
		balance(&arena, saw_now > ROW / 2);
		stress_progress(&run);
		pthread_barrier_wait(&arena.barrier); /* settled */
	}
	pthread_join(producer, NULL);
	tear_down(&arena);
	printf("stress_fences: the consumer was later %" PRIu64 " times\n",
	       saw);
	stress_end(&run, arena.rows * ROW);
	return EXIT_SUCCESS;
}
