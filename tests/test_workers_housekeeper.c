/* SPDX-License-Identifier: MIT */
#include <semaphore.h>
#include <stdlib.h>

#include "lib/container.h"

#include "workers/housekeeper.h"
#include "workers/rcu.h"

#include "tests/gate.h"
#include "tests/harness.h"
#include "tests/sockets.h"

#define PUSHERS 3
#define EACH    2000

/* In which order things ran. */
struct diary {
	size_t runs;
	int64_t order[16];
	sem_t ran;
	pid_t thread_id;
};

struct errand {
	struct dti_chore chore;
	struct diary *diary;
	struct gate *gate; /* passed first; NULL: none */
	int64_t number;
};

static struct dti_housekeeper *start(void)
{
	void *memory = NULL;
	struct dti_housekeeper *keeper;

	cr_assert_eq(posix_memalign(&memory, _Alignof(struct dti_housekeeper),
				    sizeof(*keeper)),
		     0);
	keeper = memory;
	dti_housekeeper_init(keeper);
	cr_assert_eq(dti_housekeeper_start(keeper), DT_OK);
	return keeper;
}

static void run(struct dti_chore *chore)
{
	struct errand *errand = dti_container_of(chore, struct errand, chore);
	struct diary *diary = errand->diary;

	if (errand->gate)
		gate_pass(errand->gate);
	if (diary->runs < dti_array_length(diary->order))
		diary->order[diary->runs] = errand->number;
	diary->runs++;
	diary->thread_id = sockets_thread_id();
	sem_post(&diary->ran);
}

static void push(struct dti_housekeeper *keeper, struct errand *errand)
{
	errand->chore.run = run;
	dti_housekeeper_push(keeper, &errand->chore);
}

Test(workers_housekeeper, chores_run_in_their_order_on_its_own_thread,
     .timeout = 60)
{
	struct dti_housekeeper *keeper = start();
	struct errand errands[16];
	struct diary diary = {.runs = 0};

	sem_init(&diary.ran, 0, 0);
	for (int64_t i = 0; i < 16; i++) {
		errands[i] = (struct errand){.diary = &diary, .number = i};
		push(keeper, &errands[i]);
	}
	for (size_t i = 0; i < 16; i++)
		sockets_wait(&diary.ran);

	for (int64_t i = 0; i < 16; i++)
		cr_assert_eq(diary.order[i], i);
	cr_assert_neq(diary.thread_id, sockets_thread_id());
	dti_housekeeper_stop(keeper);
	free(keeper);
}

Test(workers_housekeeper, it_sleeps_while_there_is_nothing_to_do, .timeout = 60)
{
	struct dti_housekeeper *keeper = start();
	struct diary diary = {.runs = 0};
	struct errand errand = {.diary = &diary};

	sem_init(&diary.ran, 0, 0);
	for (size_t i = 0; i < 3; i++) {
		push(keeper, &errand);
		sockets_wait(&diary.ran);
		sockets_until_asleep(diary.thread_id);
	}
	cr_assert_eq(diary.runs, 3);
	dti_housekeeper_stop(keeper);
	free(keeper);
}

Test(workers_housekeeper, stop_runs_what_was_pushed_before, .timeout = 60)
{
	struct dti_housekeeper *keeper = start();
	struct errand errands[16];
	struct diary diary = {.runs = 0};

	sem_init(&diary.ran, 0, 0);
	for (size_t i = 0; i < 16; i++) {
		errands[i] = (struct errand){
			.diary = &diary,
			.chore.after_grace = i % 2 != 0,
		};
		push(keeper, &errands[i]);
	}
	dti_housekeeper_stop(keeper);

	cr_assert_eq(diary.runs, 16);
	free(keeper);
}

Test(workers_housekeeper, settle_waits_for_what_was_pushed_before,
     .timeout = 60)
{
	struct dti_housekeeper *keeper = start();
	struct errand errands[16];
	struct diary diary = {.runs = 0};

	sem_init(&diary.ran, 0, 0);
	for (size_t round = 1; round <= 20; round++) {
		for (size_t i = 0; i < 16; i++) {
			errands[i] = (struct errand){
				.diary = &diary,
				.chore.after_grace = i % 5 == 0,
			};
			push(keeper, &errands[i]);
		}
		dti_housekeeper_settle(keeper);
		cr_assert_eq(diary.runs, 16 * round);
	}
	dti_housekeeper_stop(keeper);
	free(keeper);
}

/* A reader: in a read section until the gate is open. */
struct reader {
	struct gate entered;
	struct gate may_leave;
	bool has_left;
};

static void *read_long(void *argument)
{
	struct reader *reader = argument;

	dti_rcu_read_lock();
	gate_pass(&reader->entered);
	gate_pass(&reader->may_leave);
	reader->has_left = true; /* plain: the grace period orders it */
	dti_rcu_read_unlock();
	return NULL;
}

struct retirement {
	struct dti_chore chore;
	const struct reader *reader;
	bool was_seen_to_leave;
	sem_t ran;
};

static void retire(struct dti_chore *chore)
{
	struct retirement *retirement =
		dti_container_of(chore, struct retirement, chore);

	retirement->was_seen_to_leave = retirement->reader->has_left;
	sem_post(&retirement->ran);
}

Test(workers_housekeeper, what_readers_may_see_waits_until_they_have_left,
     .timeout = 60)
{
	struct dti_housekeeper *keeper = start();
	struct reader reader = {.has_left = false};
	struct retirement retirement = {
		.chore = {.run = retire, .after_grace = true},
		.reader = &reader,
	};
	pthread_t thread;

	gate_init(&reader.entered);
	gate_init(&reader.may_leave);
	gate_open(&reader.entered);
	sem_init(&retirement.ran, 0, 0);
	cr_assert_eq(pthread_create(&thread, NULL, read_long, &reader), 0);
	gate_await(&reader.may_leave, 1);
	dti_housekeeper_push(keeper, &retirement.chore);
	cr_assert_neq(sem_trywait(&retirement.ran), 0);
	gate_open(&reader.may_leave);
	sockets_wait(&retirement.ran);

	cr_assert(retirement.was_seen_to_leave);
	pthread_join(thread, NULL);
	dti_housekeeper_stop(keeper);
	free(keeper);
}

/* Found together with others, it runs before them: its memory is wanted. */
Test(workers_housekeeper, what_waits_for_readers_comes_first, .timeout = 60)
{
	struct dti_housekeeper *keeper = start();
	struct diary diary = {.runs = 0};
	struct errand errands[5];
	struct gate gate;

	gate_init(&gate);
	sem_init(&diary.ran, 0, 0);
	for (int64_t i = 0; i < 5; i++)
		errands[i] = (struct errand){
			.chore.after_grace = i == 2 || i == 4,
			.diary = &diary,
			.gate = i == 0 ? &gate : NULL,
			.number = i,
		};
	push(keeper, &errands[0]);
	gate_await(&gate, 1); /* it is busy with the first */
	for (size_t i = 1; i < 5; i++)
		push(keeper, &errands[i]);
	gate_open(&gate);
	dti_housekeeper_stop(keeper);

	cr_assert_arr_eq(diary.order, ((int64_t[]){0, 2, 4, 1, 3}),
			 5 * sizeof(diary.order[0]));
	free(keeper);
}

struct pusher {
	struct dti_housekeeper *keeper;
	struct errand *errands;
	pthread_t thread;
};

static void *push_many(void *argument)
{
	struct pusher *pusher = argument;

	for (size_t i = 0; i < EACH; i++)
		push(pusher->keeper, &pusher->errands[i]);
	return NULL;
}

Test(workers_housekeeper, any_thread_may_push, .timeout = 60)
{
	struct dti_housekeeper *keeper = start();
	struct diary diary = {.runs = 0};
	struct errand *errands = calloc(PUSHERS * EACH, sizeof(*errands));
	struct pusher pushers[PUSHERS];

	cr_assert_not_null(errands);
	sem_init(&diary.ran, 0, 0);
	for (size_t i = 0; i < PUSHERS * EACH; i++)
		errands[i].diary = &diary;
	for (size_t i = 0; i < PUSHERS; i++) {
		pushers[i] = (struct pusher){keeper, errands + i * EACH, 0};
		cr_assert_eq(pthread_create(&pushers[i].thread, NULL, push_many,
					    &pushers[i]),
			     0);
	}
	for (size_t i = 0; i < PUSHERS; i++)
		pthread_join(pushers[i].thread, NULL);
	dti_housekeeper_stop(keeper);

	cr_assert_eq(diary.runs, PUSHERS * EACH);
	free(errands);
	free(keeper);
}
