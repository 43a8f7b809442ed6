/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "workers/reply.h"

#include "tests/harness.h"

enum {
	CALLERS = 20, /* more than there are parks */
	ROUNDS = 300,
};

static struct dti_replies *make(void)
{
	void *memory = NULL;

	cr_assert_eq(posix_memalign(&memory, _Alignof(struct dti_replies),
				    sizeof(struct dti_replies)),
		     0);
	dti_replies_init(memory);
	return memory;
}

Test(workers_reply, an_empty_reply_has_no_answer)
{
	struct dti_replies *replies = make();
	struct dti_reply reply;

	dti_reply_init(&reply, replies);

	cr_assert_not(atomic_load(&reply.done));
	cr_assert_not(reply.found);
	cr_assert_eq(reply.latency.samples, 0);
	cr_assert_eq(reply.explanation.dials, 0);
	cr_assert_null(reply.next);
	free(replies);
}

Test(workers_reply, callers_who_come_together_wait_apart)
{
	struct dti_replies *replies = make();
	struct dti_reply all[DTI_REPLY_PARKS + 1];

	for (size_t i = 0; i <= DTI_REPLY_PARKS; i++)
		dti_reply_init(&all[i], replies);

	for (size_t i = 0; i < DTI_REPLY_PARKS; i++) {
		for (size_t j = 0; j < i; j++)
			cr_assert_neq(all[i].park, all[j].park);
	}
	/* When there are more of them than parks they share. */
	cr_assert_eq(all[DTI_REPLY_PARKS].park, all[0].park);
	free(replies);
}

Test(workers_reply, one_that_was_sent_is_not_waited_for, .timeout = 10)
{
	struct dti_replies *replies = make();
	struct dti_reply reply;

	dti_reply_init(&reply, replies);
	dti_reply_send(&reply);

	dti_reply_wait(&reply);

	cr_assert(atomic_load(&reply.done));
	cr_assert_eq(atomic_load(&replies->parks[reply.park].sleeps), 0);
	free(replies);
}

Test(workers_reply, those_that_go_out_together_wake_each_park_once)
{
	struct dti_replies *replies = make();
	struct dti_reply all[DTI_REPLY_PARKS + 2];
	size_t count = sizeof(all) / sizeof(all[0]);

	for (size_t i = 0; i < count; i++)
		dti_reply_init(&all[i], replies);
	for (size_t i = 0; i + 1 < count; i++)
		all[i].next = &all[i + 1];

	dti_reply_send(&all[0]);

	for (size_t i = 0; i < count; i++)
		cr_assert(atomic_load(&all[i].done));
	for (size_t i = 0; i < DTI_REPLY_PARKS; i++)
		cr_assert_eq(atomic_load(&replies->parks[i].wakes), 1);
	free(replies);
}

/* ---- callers, and one thread that answers ---- */

struct office {
	struct dti_replies *replies;
	/* The question of each caller; NULL: none, or it was taken. */
	_Atomic(struct dti_reply *) asked[CALLERS];
};

struct caller {
	struct office *office;
	size_t number;
	uint64_t wrong;
	pthread_t thread;
};

static void *ask(void *argument)
{
	struct caller *caller = argument;

	for (uint64_t round = 1; round <= ROUNDS; round++) {
		struct dti_reply reply;

		dti_reply_init(&reply, caller->office->replies);
		reply.latency.p50_ns = round; /* the question */
		atomic_store(&caller->office->asked[caller->number], &reply);
		dti_reply_wait(&reply);
		caller->wrong += reply.latency.p99_ns != 2 * round;
	}
	return NULL;
}

/* What is there now, in one go. How many it was. */
static uint64_t answer_some(struct office *office)
{
	struct dti_reply *first = NULL;
	uint64_t count = 0;

	for (size_t i = 0; i < CALLERS; i++) {
		struct dti_reply *reply =
			atomic_exchange(&office->asked[i], NULL);

		if (!reply)
			continue;
		reply->latency.p99_ns = 2 * reply->latency.p50_ns;
		reply->next = first;
		first = reply;
		count++;
	}
	if (first)
		dti_reply_send(first);
	else
		sched_yield();
	return count;
}

Test(workers_reply, each_caller_gets_its_own_answer, .timeout = 60)
{
	struct office office = {.replies = make()};
	struct caller callers[CALLERS];

	for (size_t i = 0; i < CALLERS; i++) {
		callers[i] = (struct caller){.office = &office, .number = i};
		cr_assert_eq(pthread_create(&callers[i].thread, NULL, ask,
					    &callers[i]),
			     0);
	}
	for (uint64_t count = 0; count < (uint64_t)CALLERS * ROUNDS;)
		count += answer_some(&office);

	for (size_t i = 0; i < CALLERS; i++) {
		pthread_join(callers[i].thread, NULL);
		cr_assert_eq(callers[i].wrong, 0);
	}
	free(office.replies);
}
