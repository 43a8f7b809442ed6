/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdint.h>

#include "workers/task_queue.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

static const struct dt_allocator libc_allocator;

/* Items are only pointers to the ring: the places of this array. */
static int items[64];

static void make(struct dti_task_queue *queue, size_t capacity)
{
	cr_assert_eq(dti_task_queue_init(queue, capacity, &libc_allocator),
		     DT_OK);
}

static void push_range(struct dti_task_queue *queue, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		dti_task_queue_push(queue, &items[i]);
}

static void expect_range(struct dti_task_queue *queue, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		cr_assert_eq(dti_task_queue_take(queue), &items[i],
			     "item %zu does not come in its turn", i);
}

Test(workers_task_queue, a_new_queue_is_empty)
{
	struct dti_task_queue queue;

	make(&queue, 4);

	cr_assert_null(dti_task_queue_take(&queue));
	cr_assert_eq(dti_task_queue_length(&queue), 0);
	dti_task_queue_fini(&queue, &libc_allocator);
}

Test(workers_task_queue, items_come_out_in_the_order_in_which_they_went_in)
{
	struct dti_task_queue queue;

	make(&queue, 16);
	push_range(&queue, 0, 16);

	expect_range(&queue, 0, 16);
	cr_assert_null(dti_task_queue_take(&queue));
	dti_task_queue_fini(&queue, &libc_allocator);
}

Test(workers_task_queue, a_capacity_that_is_no_power_of_two_has_room_for_all)
{
	struct dti_task_queue queue;

	for (size_t capacity = 1; capacity <= 33; capacity++) {
		make(&queue, capacity);
		push_range(&queue, 0, capacity);
		cr_assert_eq(dti_task_queue_length(&queue), capacity);
		expect_range(&queue, 0, capacity);
		dti_task_queue_fini(&queue, &libc_allocator);
	}
}

Test(workers_task_queue, one_that_is_taken_before_the_tail_says_so_is_none)
{
	struct dti_task_queue queue;

	make(&queue, 4);
	push_range(&queue, 0, 1);
	atomic_store(&queue.tail, 0); /* the producer is not as far yet */
	expect_range(&queue, 0, 1);

	cr_assert_eq(dti_task_queue_length(&queue), 0);
	cr_assert_not(dti_task_queue_has_item(&queue));
	dti_task_queue_fini(&queue, &libc_allocator);
}

Test(workers_task_queue, a_queue_of_one_slot_is_used_again_and_again)
{
	struct dti_task_queue queue;

	make(&queue, 1);

	for (size_t lap = 0; lap < 1000; lap++) {
		dti_task_queue_push(&queue, &items[lap % 64]);
		cr_assert_eq(dti_task_queue_take(&queue), &items[lap % 64]);
		cr_assert_null(dti_task_queue_take(&queue));
	}
	dti_task_queue_fini(&queue, &libc_allocator);
}

Test(workers_task_queue, the_order_holds_over_the_end_of_the_ring)
{
	struct dti_task_queue queue;

	make(&queue, 8);
	push_range(&queue, 0, 5);
	expect_range(&queue, 0, 5);

	push_range(&queue, 10, 18);

	expect_range(&queue, 10, 18);
	dti_task_queue_fini(&queue, &libc_allocator);
}

Test(workers_task_queue, the_order_holds_when_the_counters_wrap)
{
	struct dti_task_queue queue;

	make(&queue, 4);
	/* As if 2^64 - 2 items had gone through. */
	atomic_store(&queue.head, UINT64_MAX - 1);
	queue.put = UINT64_MAX - 1;
	atomic_store(&queue.tail, UINT64_MAX - 1);

	push_range(&queue, 0, 4);

	cr_assert_eq(dti_task_queue_length(&queue), 4);
	expect_range(&queue, 0, 4);
	cr_assert_null(dti_task_queue_take(&queue));
	dti_task_queue_fini(&queue, &libc_allocator);
}

Test(workers_task_queue, marks_tell_the_laps_apart)
{
	struct dti_task_queue queue;

	make(&queue, 64);

	for (size_t lap = 0; lap < 5; lap++) {
		cr_assert_not(dti_task_queue_has_item(&queue));
		push_range(&queue, 0, 64);
		cr_assert(dti_task_queue_has_item(&queue));
		expect_range(&queue, 0, 64);
		cr_assert_null(dti_task_queue_take(&queue), "lap %zu", lap);
	}
	dti_task_queue_fini(&queue, &libc_allocator);
}

Test(workers_task_queue, what_is_not_published_is_neither_seen_nor_taken)
{
	struct dti_task_queue queue;

	make(&queue, 4);
	dti_task_queue_put(&queue, &items[0]);
	dti_task_queue_put(&queue, &items[1]);

	cr_assert_not(dti_task_queue_has_item(&queue));
	cr_assert_null(dti_task_queue_take(&queue));

	dti_task_queue_publish(&queue);
	cr_assert(dti_task_queue_has_item(&queue));
	expect_range(&queue, 0, 2);
	dti_task_queue_fini(&queue, &libc_allocator);
}

Test(workers_task_queue, length_follows_pushes_and_takes)
{
	struct dti_task_queue queue;

	make(&queue, 8);
	push_range(&queue, 0, 3);
	cr_assert_eq(dti_task_queue_length(&queue), 3);

	dti_task_queue_take(&queue);
	push_range(&queue, 3, 5);

	cr_assert_eq(dti_task_queue_length(&queue), 4);
	dti_task_queue_fini(&queue, &libc_allocator);
}

Test(workers_task_queue, the_range_has_what_was_not_taken)
{
	struct dti_task_queue queue;
	uint64_t begin;
	uint64_t end;

	make(&queue, 4);
	push_range(&queue, 0, 3);
	expect_range(&queue, 0, 2);
	push_range(&queue, 3, 6);

	end = dti_task_queue_range(&queue, &begin);

	cr_assert_eq(end - begin, 4);
	for (uint64_t i = 0; i < 4; i++)
		cr_assert_eq(dti_task_queue_peek(&queue, begin + i),
			     &items[2 + i]);
	expect_range(&queue, 2, 6);
	dti_task_queue_fini(&queue, &libc_allocator);
}

Test(workers_task_queue, a_failed_allocation_is_an_error_and_leaks_nothing)
{
	struct failing_allocator failing = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&failing);
	struct dti_task_queue queue;

	cr_assert_eq(dti_task_queue_init(&queue, 8, &allocator),
		     DT_ERR_NO_MEMORY);
	cr_assert_eq(failing.live, 0);

	/* The second allocation works. */
	cr_assert_eq(dti_task_queue_init(&queue, 8, &allocator), DT_OK);
	dti_task_queue_fini(&queue, &allocator);
	cr_assert_eq(failing.live, 0);
}

Test(workers_task_queue, a_capacity_beyond_all_memory_is_an_error)
{
	struct dti_task_queue queue;

	cr_assert_eq(dti_task_queue_init(&queue, SIZE_MAX, &libc_allocator),
		     DT_ERR_NO_MEMORY);
	cr_assert_eq(dti_task_queue_init(&queue, SIZE_MAX / 2, &libc_allocator),
		     DT_ERR_NO_MEMORY);
}

/* Two threads that want the same item, round for round. */
enum {
	RACERS = 2,
	ROUNDS = 2000
};

struct race {
	struct dti_task_queue queue;
	pthread_barrier_t barrier; /* racers and the producer */
	void *got[RACERS];
};

struct racer {
	struct race *race;
	size_t number;
};

static void *run_racer(void *argument)
{
	struct racer *racer = argument;
	struct race *race = racer->race;

	for (int round = 0; round < ROUNDS; round++) {
		pthread_barrier_wait(&race->barrier);
		race->got[racer->number] = dti_task_queue_take(&race->queue);
		pthread_barrier_wait(&race->barrier);
	}
	return NULL;
}

Test(workers_task_queue, of_two_that_want_one_item_exactly_one_gets_it,
     .timeout = 30)
{
	struct race race;
	struct racer racers[RACERS];
	pthread_t threads[RACERS];

	make(&race.queue, 1);
	pthread_barrier_init(&race.barrier, NULL, RACERS + 1);
	for (size_t i = 0; i < RACERS; i++) {
		racers[i] = (struct racer){.race = &race, .number = i};
		pthread_create(&threads[i], NULL, run_racer, &racers[i]);
	}

	for (size_t round = 0; round < ROUNDS; round++) {
		int *item = &items[round % 64];

		dti_task_queue_push(&race.queue, item);
		pthread_barrier_wait(&race.barrier);
		pthread_barrier_wait(&race.barrier);
		cr_assert((race.got[0] == item && race.got[1] == NULL) ||
				  (race.got[1] == item && race.got[0] == NULL),
			  "round %zu", round);
	}

	for (size_t i = 0; i < RACERS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&race.barrier);
	dti_task_queue_fini(&race.queue, &libc_allocator);
}

/* What the producer writes before a push, plainly, the taker reads. */
struct letter {
	uint64_t text;
};

enum {
	LETTERS = 5000
};

static void *read_letters(void *argument)
{
	struct dti_task_queue *queue = argument;
	uint64_t sum = 0;

	for (int received = 0; received < LETTERS;) {
		struct letter *letter = dti_task_queue_take(queue);

		if (letter == NULL)
			continue;
		received++;
		sum += letter->text;
	}
	return (void *)(uintptr_t)sum;
}

Test(workers_task_queue, what_was_written_before_the_push_is_seen,
     .timeout = 30)
{
	static struct letter letters[LETTERS];
	struct dti_task_queue queue;
	pthread_t reader;
	uint64_t expected = 0;
	void *sum;

	make(&queue, LETTERS);
	pthread_create(&reader, NULL, read_letters, &queue);

	for (uint64_t i = 0; i < LETTERS; i++) {
		letters[i].text = i * 7 + 1;
		expected += letters[i].text;
		dti_task_queue_push(&queue, &letters[i]);
	}
	pthread_join(reader, &sum);

	cr_assert_eq((uint64_t)(uintptr_t)sum, expected);
	dti_task_queue_fini(&queue, &libc_allocator);
}
