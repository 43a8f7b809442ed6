/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdint.h>

#include "lib/container.h"

#include "workers/batch_queue.h"

#include "tests/harness.h"

struct letter {
	uint64_t number;
	struct dti_batch_node node;
};

struct post {
	struct dti_batch_queue queue;
	struct dti_batch batch;
};

static void make(struct post *post)
{
	dti_batch_queue_init(&post->queue);
	dti_batch_init(&post->batch);
}

static void push(struct post *post, struct letter *letter)
{
	dti_batch_queue_push(&post->queue, &letter->node);
}

static bool take(struct post *post)
{
	return dti_batch_take(&post->batch, &post->queue);
}

/* The next letter of the batch; NULL if it is blocked, too. */
static struct letter *next(struct post *post)
{
	bool blocked;
	struct dti_batch_node *node = dti_batch_next(&post->batch, &blocked);

	return node ? dti_container_of(node, struct letter, node) : NULL;
}

static bool is_blocked(struct post *post)
{
	bool blocked;

	cr_assert_null(dti_batch_next(&post->batch, &blocked));
	return blocked;
}

/*
 * A push in two halves, as a producer does it that is preempted in the middle:
 * the tail is exchanged, the link from the node before it is not stored yet.
 */
struct half_push {
	struct cds_wfcq_node *before;
	struct cds_wfcq_node *pushed;
};

static struct half_push begin_push(struct post *post, struct letter *letter)
{
	struct half_push half = {
		.before = post->queue.tail.p,
		.pushed = &letter->node.link,
	};

	letter->node.link.next = NULL;
	post->queue.tail.p = half.pushed;
	return half;
}

static void finish_push(const struct half_push *half)
{
	half->before->next = half->pushed;
}

Test(workers_batch_queue, a_new_queue_has_nothing)
{
	struct post post;

	make(&post);

	cr_assert(dti_batch_queue_empty(&post.queue));
	cr_assert(take(&post));
	cr_assert(dti_batch_empty(&post.batch));
	cr_assert_not(dti_batch_ready(&post.batch));
	cr_assert_not(is_blocked(&post));
}

Test(workers_batch_queue, nodes_come_out_in_the_order_in_which_they_went_in)
{
	struct letter letters[10];
	struct post post;

	make(&post);
	for (size_t i = 0; i < 10; i++)
		push(&post, &letters[i]);
	cr_assert_not(dti_batch_queue_empty(&post.queue));

	cr_assert(take(&post));

	cr_assert(dti_batch_queue_empty(&post.queue));
	for (size_t i = 0; i < 10; i++) {
		cr_assert(dti_batch_ready(&post.batch));
		cr_assert_not(dti_batch_empty(&post.batch));
		cr_assert_eq(next(&post), &letters[i]);
	}
	cr_assert(dti_batch_empty(&post.batch));
	cr_assert_null(next(&post));
}

Test(workers_batch_queue, a_second_take_goes_to_the_end_of_the_batch)
{
	struct letter letters[4];
	struct post post;

	make(&post);
	push(&post, &letters[0]);
	push(&post, &letters[1]);
	take(&post);
	push(&post, &letters[2]);
	push(&post, &letters[3]);
	take(&post);

	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(next(&post), &letters[i]);
	cr_assert_null(next(&post));
}

Test(workers_batch_queue, what_is_pushed_after_a_take_waits_for_the_next_one)
{
	struct letter letters[2];
	struct post post;

	make(&post);
	push(&post, &letters[0]);
	take(&post);
	push(&post, &letters[1]);

	cr_assert_eq(next(&post), &letters[0]);
	cr_assert_null(next(&post));
	cr_assert_not(dti_batch_queue_empty(&post.queue));
	take(&post);
	cr_assert_eq(next(&post), &letters[1]);
}

Test(workers_batch_queue, a_node_can_be_pushed_again_once_it_is_handed_out)
{
	struct letter letters[2];
	struct post post;

	make(&post);
	push(&post, &letters[0]);
	push(&post, &letters[1]);
	take(&post);

	for (size_t round = 0; round < 100; round++) {
		struct letter *letter = next(&post);

		cr_assert_eq(letter, &letters[round % 2]);
		push(&post, letter);
		take(&post);
	}
}

Test(workers_batch_queue, a_half_done_push_at_the_front_reads_as_empty)
{
	struct letter letters[2];
	struct post post;
	struct half_push half;

	make(&post);
	half = begin_push(&post, &letters[0]);
	push(&post, &letters[1]); /* a whole one behind it */

	cr_assert(dti_batch_queue_empty(&post.queue));
	cr_assert_not(take(&post), "there is something that cannot be taken");
	cr_assert_null(next(&post));

	finish_push(&half);
	cr_assert_not(dti_batch_queue_empty(&post.queue));
	cr_assert(take(&post));
	cr_assert_eq(next(&post), &letters[0]);
	cr_assert_eq(next(&post), &letters[1]);
}

Test(workers_batch_queue, a_gap_in_a_batch_blocks_it_until_the_push_is_done)
{
	struct letter letters[3];
	struct post post;
	struct half_push half;

	make(&post);
	push(&post, &letters[0]);
	half = begin_push(&post, &letters[1]);
	push(&post, &letters[2]);
	cr_assert(take(&post));

	/* Not even the first: its link is about to be written. */
	cr_assert(is_blocked(&post));
	cr_assert_not(dti_batch_ready(&post.batch));
	cr_assert_not(dti_batch_empty(&post.batch));
	cr_assert(dti_batch_queue_empty(&post.queue));

	finish_push(&half);
	cr_assert(dti_batch_ready(&post.batch));
	for (size_t i = 0; i < 3; i++)
		cr_assert_eq(next(&post), &letters[i]);
	cr_assert_not(is_blocked(&post));
}

Test(workers_batch_queue, a_blocked_batch_takes_more_behind_the_gap)
{
	struct letter letters[4];
	struct post post;
	struct half_push half;

	make(&post);
	push(&post, &letters[0]);
	half = begin_push(&post, &letters[1]);
	take(&post);
	push(&post, &letters[2]);
	cr_assert(take(&post));
	push(&post, &letters[3]);
	cr_assert(is_blocked(&post));

	finish_push(&half);

	for (size_t i = 0; i < 3; i++)
		cr_assert_eq(next(&post), &letters[i]);
	take(&post);
	cr_assert_eq(next(&post), &letters[3]);
}

enum {
	PRODUCERS = 3,
	EACH = 4000
};

struct producer {
	struct dti_batch_queue *queue;
	uint64_t number;
	struct letter letters[EACH];
};

static void *run_producer(void *argument)
{
	struct producer *producer = argument;

	for (uint64_t i = 0; i < EACH; i++) {
		producer->letters[i].number = producer->number * EACH + i;
		dti_batch_queue_push(producer->queue,
				     &producer->letters[i].node);
	}
	return NULL;
}

Test(workers_batch_queue, each_node_comes_once_and_in_its_producers_order,
     .timeout = 30)
{
	static struct producer producers[PRODUCERS];
	uint64_t expected[PRODUCERS] = {0};
	pthread_t threads[PRODUCERS];
	struct post post;

	make(&post);
	for (uint64_t i = 0; i < PRODUCERS; i++) {
		producers[i].queue = &post.queue;
		producers[i].number = i;
		pthread_create(&threads[i], NULL, run_producer, &producers[i]);
	}

	for (int received = 0; received < PRODUCERS * EACH;) {
		struct letter *letter = next(&post);

		if (letter == NULL) {
			take(&post);
			continue;
		}
		received++;
		cr_assert_eq(letter->number % EACH,
			     expected[letter->number / EACH]++);
	}

	for (size_t i = 0; i < PRODUCERS; i++)
		pthread_join(threads[i], NULL);
	cr_assert(take(&post));
	cr_assert(dti_batch_empty(&post.batch));
}
