/* SPDX-License-Identifier: MIT */

/*
 * The ring under load: one producer, several consumers, a ring much smaller
 * than the number of items, so that each slot is used thousands of times. Each
 * item is taken exactly once, each consumer gets its items in the order of the
 * pushes, and reads what was written to them.
 */

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "workers/task_queue.h"

#include "tests/require.h"
#include "tests/stress_run.h"

#define MOST_CONSUMERS 8
#define ROUNDS         10

struct item {
	/* Plain: handed over with the item. */
	uint64_t number;
	uint64_t check;
	uint32_t taken;
};

struct round {
	struct dti_task_queue queue;
	struct stress_run *run;
	struct item *items;
	uint64_t count;
	uint64_t capacity;
	_Atomic bool closed; /* everything is pushed and taken */
	uint64_t seed;
};

struct consumer {
	struct round *round;
	pthread_t thread;
	uint64_t seed;
	/* Its own until it is joined. */
	uint64_t taken;
	uint64_t sum;
};

static uint64_t check_of(uint64_t number)
{
	return number * 31 + 7;
}

/* Now and then leave the processor where another thread may come between. */
static void disturb(uint64_t *seed)
{
	if (stress_random(seed) % 64 == 0)
		sched_yield();
}

static void *consume(void *argument)
{
	struct consumer *consumer = argument;
	struct round *round = consumer->round;
	uint64_t next = 0;

	while (!atomic_load_explicit(&round->closed, memory_order_acquire)) {
		struct item *item = dti_task_queue_take(&round->queue);

		if (item == NULL) {
			sched_yield();
			continue;
		}
		require(item->number >= next, "items in their order");
		require(item->check == check_of(item->number),
			"what was written before the push is seen");
		next = item->number + 1;
		item->taken++;
		consumer->taken++;
		consumer->sum += item->number;
		disturb(&consumer->seed);
	}
	return NULL;
}

static void produce(struct round *round)
{
	for (uint64_t i = 0; i < round->count; i++) {
		while (dti_task_queue_length(&round->queue) >= round->capacity)
			sched_yield();
		round->items[i].number = i;
		round->items[i].check = check_of(i);
		dti_task_queue_push(&round->queue, &round->items[i]);
		disturb(&round->seed);
		stress_progress(round->run);
	}
	while (dti_task_queue_length(&round->queue) > 0)
		sched_yield();
	atomic_store_explicit(&round->closed, true, memory_order_release);
}

static void run_round(struct stress_run *run, uint64_t count, uint64_t seed)
{
	static const struct dt_allocator libc_allocator;
	struct consumer consumers[MOST_CONSUMERS];
	uint64_t crew = stress_between(&seed, 1, MOST_CONSUMERS);
	struct round round = {
		.run = run,
		.count = count,
		.capacity = stress_between(&seed, 1, 33),
		.seed = seed,
	};
	uint64_t taken = 0;
	uint64_t sum = 0;

	round.items = calloc(count, sizeof(*round.items));
	require(round.items != NULL, "memory for the items");
	require(dti_task_queue_init(&round.queue, round.capacity,
				    &libc_allocator) == DT_OK,
		"memory for the ring");
	for (uint64_t i = 0; i < crew; i++) {
		consumers[i] = (struct consumer){.round = &round, .seed = i};
		require(pthread_create(&consumers[i].thread, NULL, consume,
				       &consumers[i]) == 0,
			"start a consumer");
	}
	produce(&round);
	for (uint64_t i = 0; i < crew; i++) {
		pthread_join(consumers[i].thread, NULL);
		taken += consumers[i].taken;
		sum += consumers[i].sum;
	}
	require(taken == count, "as many taken as pushed");
	require(sum == count * (count - 1) / 2, "the sum of what was pushed");
	for (uint64_t i = 0; i < count; i++)
		require(round.items[i].taken == 1, "each exactly once");
	dti_task_queue_fini(&round.queue, &libc_allocator);
	free(round.items);
}

int main(void)
{
	struct stress_run run;
	uint64_t done = 0;

	stress_begin(&run, "stress_task_queue", 1000000);
	for (uint64_t i = 0; i < ROUNDS; i++) {
		uint64_t count = run.items * (i + 1) / ROUNDS - done;

		if (count == 0)
			continue;
		run_round(&run, count, run.seed + i);
		done += count;
	}
	stress_end(&run, done);
	return EXIT_SUCCESS;
}
