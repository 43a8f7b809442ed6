/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>

#include "workers/done_queue.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

static const struct dt_allocator libc_allocator;

/* Items are only pointers to the ring: the places of this array. */
static int items[256];

static void make(struct dti_done_queue *queue, size_t capacity)
{
	cr_assert_eq(dti_done_queue_init(queue, capacity, &libc_allocator),
		     DT_OK);
}

static void push_range(struct dti_done_queue *queue, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		dti_done_queue_push(queue, &items[i]);
}

/* See what is there, and take one. */
static void *take(struct dti_done_queue *queue)
{
	dti_done_queue_gather(queue);
	return dti_done_queue_next(queue);
}

static void expect_range(struct dti_done_queue *queue, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		cr_assert_eq(take(queue), &items[i],
			     "item %zu does not come in its turn", i);
}

Test(workers_done_queue, a_new_queue_is_empty)
{
	struct dti_done_queue queue;

	make(&queue, 4);

	cr_assert(dti_done_queue_empty(&queue));
	cr_assert_null(take(&queue));
	dti_done_queue_fini(&queue, &libc_allocator);
}

Test(workers_done_queue, items_come_out_in_the_order_in_which_they_went_in)
{
	struct dti_done_queue queue;

	make(&queue, 100);
	push_range(&queue, 0, 100);

	cr_assert_not(dti_done_queue_empty(&queue));
	expect_range(&queue, 0, 100);
	cr_assert(dti_done_queue_empty(&queue));
	cr_assert_null(take(&queue));
	dti_done_queue_fini(&queue, &libc_allocator);
}

Test(workers_done_queue, it_goes_round_as_often_as_one_likes)
{
	struct dti_done_queue queue;

	make(&queue, 1);

	for (size_t round = 0; round < 1000; round++) {
		push_range(&queue, round % 256, round % 256 + 1);
		expect_range(&queue, round % 256, round % 256 + 1);
		cr_assert(dti_done_queue_empty(&queue));
	}
	dti_done_queue_fini(&queue, &libc_allocator);
}

Test(workers_done_queue, it_can_be_full_again_and_again)
{
	struct dti_done_queue queue;

	make(&queue, 256);

	for (size_t round = 0; round < 3; round++) {
		push_range(&queue, 0, 256);
		expect_range(&queue, 0, 100);
		push_range(&queue, 0, 100);
		expect_range(&queue, 100, 256);
		expect_range(&queue, 0, 100);
	}
	dti_done_queue_fini(&queue, &libc_allocator);
}

Test(workers_done_queue, only_what_was_gathered_is_handed_out)
{
	struct dti_done_queue queue;

	make(&queue, 4);
	push_range(&queue, 0, 2);
	cr_assert_null(dti_done_queue_next(&queue));
	cr_assert_not(dti_done_queue_has_next(&queue));

	dti_done_queue_gather(&queue);
	cr_assert(dti_done_queue_empty(&queue));
	push_range(&queue, 2, 3);

	cr_assert_not(dti_done_queue_empty(&queue));
	cr_assert(dti_done_queue_has_next(&queue));
	cr_assert_eq(dti_done_queue_next(&queue), &items[0]);
	cr_assert_eq(dti_done_queue_next(&queue), &items[1]);
	cr_assert_null(dti_done_queue_next(&queue));
	expect_range(&queue, 2, 3);
	dti_done_queue_fini(&queue, &libc_allocator);
}

Test(workers_done_queue, gathering_a_full_queue_comes_to_an_end)
{
	struct dti_done_queue queue;

	make(&queue, 256);
	push_range(&queue, 0, 256);

	dti_done_queue_gather(&queue);

	cr_assert(dti_done_queue_empty(&queue));
	for (size_t i = 0; i < 256; i++)
		cr_assert_eq(dti_done_queue_next(&queue), &items[i]);
	cr_assert_null(dti_done_queue_next(&queue));
	dti_done_queue_fini(&queue, &libc_allocator);
}

Test(workers_done_queue, a_half_done_push_hides_what_is_behind_it)
{
	struct dti_done_queue queue;
	uint64_t number;

	make(&queue, 4);
	push_range(&queue, 0, 1);
	/* A producer is preempted between its two accesses. */
	number = atomic_fetch_add(&queue.tail, 1);
	push_range(&queue, 2, 3);

	expect_range(&queue, 0, 1);
	cr_assert(dti_done_queue_empty(&queue));
	cr_assert_null(take(&queue));

	atomic_store(&queue.slots[number & queue.mask],
		     (char *)&items[1] + 1); /* of the first lap */
	cr_assert_not(dti_done_queue_empty(&queue));
	expect_range(&queue, 1, 3);
	dti_done_queue_fini(&queue, &libc_allocator);
}

Test(workers_done_queue, a_failed_allocation_is_an_error_and_leaks_nothing)
{
	struct failing_allocator failing = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&failing);
	struct dti_done_queue queue;

	cr_assert_eq(dti_done_queue_init(&queue, 4, &allocator),
		     DT_ERR_NO_MEMORY);
	cr_assert_eq(failing.live, 0);
	cr_assert_eq(dti_done_queue_init(&queue, 4, &allocator), DT_OK);
	dti_done_queue_fini(&queue, &allocator);
	cr_assert_eq(failing.live, 0);
}

Test(workers_done_queue, a_capacity_beyond_all_memory_is_an_error)
{
	struct dti_done_queue queue;

	cr_assert_eq(dti_done_queue_init(&queue, SIZE_MAX, &libc_allocator),
		     DT_ERR_NO_MEMORY);
	cr_assert_eq(dti_done_queue_init(&queue, SIZE_MAX / 2, &libc_allocator),
		     DT_ERR_NO_MEMORY);
}

/* ---- threads: what CLEAR is about ---- */

enum {
	PRODUCERS = 4,
	LETTERS_EACH = 16, /* that a producer has; together all there is room */
	ROUNDS = 20000,
};

/* Goes to the consumer and back to its producer, again and again. */
struct letter {
	uint64_t text; /* plain: the queue publishes it */
	_Atomic bool is_back;
	uint64_t producer;
};

struct producer {
	struct dti_done_queue *queue;
	struct letter letters[LETTERS_EACH];
	pthread_t thread;
};

static void *run_producer(void *argument)
{
	struct producer *producer = argument;

	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct letter *letter =
			&producer->letters[round % LETTERS_EACH];

		while (!atomic_load_explicit(&letter->is_back,
					     memory_order_acquire))
			sched_yield();
		atomic_store_explicit(&letter->is_back, false,
				      memory_order_relaxed);
		letter->text = round;
		dti_done_queue_push(producer->queue, letter);
	}
	return NULL;
}

static void start_producers(struct producer *producers,
			    struct dti_done_queue *queue)
{
	for (uint64_t i = 0; i < PRODUCERS; i++) {
		producers[i] = (struct producer){.queue = queue};
		for (size_t j = 0; j < LETTERS_EACH; j++) {
			producers[i].letters[j].producer = i;
			atomic_init(&producers[i].letters[j].is_back, true);
		}
		pthread_create(&producers[i].thread, NULL, run_producer,
			       &producers[i]);
	}
}

Test(workers_done_queue, every_item_comes_once_with_what_was_written_to_it,
     .timeout = 60)
{
	static struct producer producers[PRODUCERS];
	uint64_t next[PRODUCERS] = {0};
	struct dti_done_queue queue;

	make(&queue, (size_t)PRODUCERS * LETTERS_EACH);
	start_producers(producers, &queue);

	for (uint64_t i = 0; i < (uint64_t)PRODUCERS * ROUNDS; i++) {
		struct letter *letter;

		while (!(letter = take(&queue)))
			sched_yield();
		cr_assert_eq(letter->text, next[letter->producer]);
		next[letter->producer]++;
		atomic_store_explicit(&letter->is_back, true,
				      memory_order_release);
	}

	for (size_t i = 0; i < PRODUCERS; i++)
		pthread_join(producers[i].thread, NULL);
	cr_assert(dti_done_queue_empty(&queue));
	dti_done_queue_fini(&queue, &libc_allocator);
}
