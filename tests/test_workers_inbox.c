/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/memory.h"

#include "workers/inbox.h"

#include "tests/harness.h"
#include "tests/shared_allocator.h"

struct box {
	struct shared_allocator memory;
	struct dt_allocator allocator;
	struct dti_inbox inbox;
	struct dti_batch taken;
};

static struct box *make(uint32_t size)
{
	void *memory = NULL;
	struct box *box;

	cr_assert_eq(
		posix_memalign(&memory, _Alignof(struct box), sizeof(*box)), 0);
	box = memory;
	memset(box, 0, sizeof(*box));
	box->allocator = shared_allocator_functions(&box->memory);
	cr_assert_eq(dti_inbox_init(&box->inbox, size, &box->allocator), DT_OK);
	dti_batch_init(&box->taken);
	return box;
}

static void unmake(struct box *box)
{
	dti_inbox_fini(&box->inbox);
	cr_assert_eq(atomic_load(&box->memory.live), 0);
	free(box);
}

static const struct dti_command blank = {.kind = DTI_COMMAND_PAUSE};

static struct dti_command *get(struct box *box)
{
	struct dti_command *command;

	cr_assert_eq(dti_inbox_get(&box->inbox, &command, &blank), DT_OK);
	return command;
}

/* As the scheduler does it. NULL: there is none. */
static struct dti_command *take(struct box *box)
{
	bool blocked;
	struct dti_batch_node *node;

	(void)dti_batch_take(&box->taken, &box->inbox.queue);
	node = dti_batch_next(&box->taken, &blocked);
	return node ? dti_container_of(node, struct dti_command, link) : NULL;
}

static size_t put_back_all(struct box *box)
{
	struct dti_command *command;
	size_t count = 0;

	for (; (command = take(box)); count++)
		dti_inbox_put(&box->inbox, command);
	return count;
}

Test(workers_inbox, commands_come_out_as_they_went_in)
{
	struct box *box = make(16);

	for (uint32_t i = 0; i < 10; i++) {
		struct dti_command *command = get(box);

		command->flags = i;
		dti_inbox_push(&box->inbox, command);
	}

	for (uint32_t i = 0; i < 10; i++) {
		struct dti_command *command = take(box);

		cr_assert_not_null(command);
		cr_assert_eq(command->flags, i);
		dti_inbox_put(&box->inbox, command);
	}
	cr_assert_null(take(box));
	unmake(box);
}

Test(workers_inbox, a_command_that_was_used_comes_as_it_is_filled)
{
	struct box *box = make(16);

	for (int i = 0; i < 100; i++) {
		struct dti_command *command = get(box);

		cr_assert_eq(command->home, DTI_COMMAND_HOME_POOL);
		cr_assert_eq(command->kind, DTI_COMMAND_PAUSE);
		cr_assert_eq(command->flags, 0);
		cr_assert_null(command->reply);
		cr_assert_null(command->nodes);
		command->flags = 77;
		command->reply = (struct dti_reply *)command;
		dti_inbox_push(&box->inbox, command);
		cr_assert_eq(put_back_all(box), 1);
	}
	unmake(box);
}

Test(workers_inbox, what_goes_round_allocates_nothing)
{
	struct box *box = make(16);
	uint64_t calls = atomic_load(&box->memory.calls);

	for (int i = 0; i < 1000; i++) {
		dti_inbox_push(&box->inbox, get(box));
		dti_inbox_push(&box->inbox, get(box));
		cr_assert_eq(put_back_all(box), 2);
	}

	cr_assert_eq(atomic_load(&box->memory.calls), calls);
	unmake(box);
}

Test(workers_inbox, a_burst_comes_from_the_heap_and_goes_back_there)
{
	struct box *box = make(16);
	int64_t live = atomic_load(&box->memory.live);

	for (uint32_t i = 0; i < 1000; i++) {
		struct dti_command *command = get(box);

		cr_assert_eq(command->home, i < 16 ? DTI_COMMAND_HOME_POOL
						   : DTI_COMMAND_HOME_HEAP);
		cr_assert_eq(command->flags, 0);
		dti_inbox_push(&box->inbox, command);
	}
	cr_assert_eq(atomic_load(&box->memory.live), live + 1000 - 16);

	cr_assert_eq(put_back_all(box), 1000);

	cr_assert_eq(atomic_load(&box->memory.live), live);
	cr_assert_eq(get(box)->home, DTI_COMMAND_HOME_POOL);
	unmake(box);
}

Test(workers_inbox, a_flood_is_refused_and_recovers, .timeout = 60)
{
	struct box *box = make(16);
	struct dti_command *command = NULL;

	for (uint32_t i = 0; i < 16 + DTI_INBOX_MAX; i++)
		dti_inbox_push(&box->inbox, get(box));

	for (int i = 0; i < 3; i++)
		cr_assert_eq(dti_inbox_get(&box->inbox, &command, &blank),
			     DT_ERR_BUSY);
	/* One that is given back, of either home, makes room for one. */
	dti_inbox_put(&box->inbox, take(box));
	dti_inbox_push(&box->inbox, get(box));
	cr_assert_eq(dti_inbox_get(&box->inbox, &command, &blank), DT_ERR_BUSY);
	cr_assert_eq(put_back_all(box), 16 + DTI_INBOX_MAX);
	for (uint32_t i = 0; i < 16 + DTI_INBOX_MAX; i++)
		dti_inbox_push(&box->inbox, get(box));
	cr_assert_eq(put_back_all(box), 16 + DTI_INBOX_MAX);
	unmake(box);
}

Test(workers_inbox, without_memory_the_kept_ones_still_serve)
{
	struct box *box = make(16);
	struct dti_command *command = NULL;

	atomic_store(&box->memory.fail_all, true);
	for (int i = 0; i < 16; i++)
		dti_inbox_push(&box->inbox, get(box));
	for (int i = 0; i < 3; i++)
		cr_assert_eq(dti_inbox_get(&box->inbox, &command, &blank),
			     DT_ERR_NO_MEMORY);

	cr_assert_eq(put_back_all(box), 16);

	dti_inbox_push(&box->inbox, get(box));
	atomic_store(&box->memory.fail_all, false);
	/* Refusals have not used up the room on the heap. */
	for (int i = 0; i < 1000; i++)
		dti_inbox_push(&box->inbox, get(box));
	cr_assert_eq(put_back_all(box), 1001);
	unmake(box);
}

Test(workers_inbox, what_a_command_owns_goes_with_it)
{
	struct box *box = make(16);
	int64_t live = atomic_load(&box->memory.live);
	struct dti_command *command = get(box);

	command->nodes =
		dti_calloc(&box->allocator, 3, sizeof(*command->nodes));
	command->new_limits =
		dti_calloc(&box->allocator, 1, sizeof(*command->new_limits));
	cr_assert_eq(dti_netrestrict_parse(&command->new_limits->netrestrict,
					   "10.0.0.0/8", &box->allocator, NULL),
		     DT_OK);
	cr_assert_gt(atomic_load(&box->memory.live), live + 2);
	dti_inbox_push(&box->inbox, command);

	cr_assert_eq(put_back_all(box), 1);

	cr_assert_eq(atomic_load(&box->memory.live), live);
	unmake(box);
}

Test(workers_inbox, a_command_that_is_part_of_a_job_stays_there)
{
	struct box *box = make(16);
	struct dti_command of_job = {.home = DTI_COMMAND_HOME_JOB, .flags = 5};

	for (int i = 0; i < 100; i++) {
		dti_inbox_push(&box->inbox, &of_job);
		cr_assert_eq(take(box), &of_job);
		dti_inbox_put(&box->inbox, &of_job);
		cr_assert_eq(of_job.flags, 5);
	}
	/* It has not come among the free ones. */
	for (int i = 0; i < 16; i++)
		cr_assert_neq(get(box), &of_job);
	unmake(box);
}

Test(workers_inbox, cannot_be_made_without_memory)
{
	struct shared_allocator memory = {.calls = 0};
	struct dt_allocator allocator = shared_allocator_functions(&memory);
	struct dti_inbox inbox;

	for (uint64_t at = 1; at <= 2; at++) {
		atomic_store(&memory.fail_at, atomic_load(&memory.calls) + at);
		cr_assert_eq(dti_inbox_init(&inbox, 16, &allocator),
			     DT_ERR_NO_MEMORY);
		cr_assert_eq(atomic_load(&memory.live), 0);
	}
}

/* ---- many threads ---- */

enum {
	PRODUCERS = 4,
	EACH = 5000,
};

struct producer {
	struct box *box;
	uint32_t number;
	bool waits; /* or else tries again */
	pthread_t thread;
};

static void *produce(void *argument)
{
	struct producer *producer = argument;
	struct dti_inbox *inbox = &producer->box->inbox;

	for (uint32_t i = 0; i < EACH; i++) {
		const struct dti_command filled = {
			.flags = producer->number << 16 | i};
		struct dti_command *command = NULL;

		if (producer->waits)
			command = dti_inbox_get_waiting(inbox, &filled);
		while (!command && dti_inbox_get(inbox, &command, &filled))
			sched_yield();
		dti_inbox_push(inbox, command);
	}
	return NULL;
}

static void produce_and_consume(bool fail_all)
{
	struct box *box = make(16);
	struct producer producers[PRODUCERS];
	uint32_t next[PRODUCERS] = {0};

	atomic_store(&box->memory.fail_all, fail_all);
	for (uint32_t i = 0; i < PRODUCERS; i++) {
		producers[i] = (struct producer){
			.box = box, .number = i, .waits = i % 2 == 0};
		cr_assert_eq(pthread_create(&producers[i].thread, NULL, produce,
					    &producers[i]),
			     0);
	}
	for (uint32_t i = 0; i < PRODUCERS * EACH;) {
		struct dti_command *command = take(box);
		uint32_t number;

		if (!command) {
			sched_yield();
			continue;
		}
		number = command->flags >> 16;
		cr_assert_eq(command->flags & 0xffff, next[number]);
		next[number]++;
		i++;
		dti_inbox_put(&box->inbox, command);
	}
	for (uint32_t i = 0; i < PRODUCERS; i++)
		pthread_join(producers[i].thread, NULL);
	cr_assert_null(take(box));
	unmake(box);
}

Test(workers_inbox, each_producers_commands_stay_in_order, .timeout = 60)
{
	produce_and_consume(false);
}

Test(workers_inbox, producers_that_wait_get_what_is_given_back, .timeout = 60)
{
	produce_and_consume(true);
}
