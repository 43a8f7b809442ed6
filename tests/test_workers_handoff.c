/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "workers/handoff.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

static const struct dt_allocator libc_allocator;

enum {
	JOBS = 8,
};

struct desk {
	struct dti_handoff handoff;
	struct dti_job_set jobs;
};

static struct desk *make(void)
{
	void *memory = NULL;
	struct desk *desk;

	cr_assert_eq(
		posix_memalign(&memory, _Alignof(struct desk), sizeof(*desk)),
		0);
	desk = memory;
	memset(desk, 0, sizeof(*desk));
	cr_assert_eq(
		dti_handoff_init(&desk->handoff, JOBS, 16, &libc_allocator),
		DT_OK);
	cr_assert_eq(dti_job_set_init(&desk->jobs, JOBS, &libc_allocator),
		     DT_OK);
	return desk;
}

static void unmake(struct desk *desk)
{
	dti_job_set_fini(&desk->jobs, &libc_allocator);
	dti_handoff_fini(&desk->handoff, &libc_allocator);
	free(desk);
}

static struct dti_job *new_job(struct desk *desk, enum dt_task kind)
{
	struct dti_task task = {.kind = kind};

	return dti_job_set_get(&desk->jobs, &task);
}

static void push(struct desk *desk, struct dti_job *job)
{
	dti_handoff_push(&desk->handoff, job);
	dti_handoff_publish(&desk->handoff);
}

static struct dti_command *new_command(struct desk *desk, uint32_t flags)
{
	const struct dti_command filled = {.flags = flags};
	struct dti_command *command;

	cr_assert_eq(dti_inbox_get(&desk->handoff.inbox, &command, &filled),
		     DT_OK);
	return command;
}

/* The next command's flags; UINT32_MAX: there is none. */
static uint32_t next_command(struct desk *desk)
{
	struct dti_command *command = dti_handoff_next_command(&desk->handoff);
	uint32_t flags;

	if (!command)
		return UINT32_MAX;
	flags = command->flags;
	dti_inbox_put(&desk->handoff.inbox, command);
	return flags;
}

/* A push that was preempted in its middle: see tests/test_workers_batch_queue.c
 * and ORDER in workers/batch_queue.h. */
struct half_push {
	struct cds_wfcq_node *before;
	struct cds_wfcq_node *pushed;
};

static struct half_push begin_push(struct dti_batch_queue *queue,
				   struct dti_batch_node *node)
{
	struct half_push half = {
		.before = queue->tail.p,
		.pushed = &node->link,
	};

	node->link.next = NULL;
	queue->tail.p = half.pushed;
	return half;
}

static void finish_push(const struct half_push *half)
{
	half->before->next = half->pushed;
}

/* ---- one thread ---- */

Test(workers_handoff, a_job_goes_round)
{
	struct desk *desk = make();
	struct dti_spin spin;
	struct dti_job *job = new_job(desk, DT_TASK_DYN_DIAL);

	dti_spin_init(&spin, dti_spin_measure(0, 1));
	cr_assert_not(dti_handoff_take_in(&desk->handoff));
	push(desk, job);
	dti_handoff_wake_workers(&desk->handoff, 0, 0);

	cr_assert_eq(dti_handoff_take(&desk->handoff, &spin), job);
	cr_assert_not(dti_handoff_take_in(&desk->handoff));
	dti_handoff_give_back(&desk->handoff, job);

	cr_assert(dti_handoff_take_in(&desk->handoff));
	cr_assert_null(dti_handoff_next_command(&desk->handoff));
	cr_assert_eq(dti_handoff_next_completion(&desk->handoff), job);
	cr_assert_null(dti_handoff_next_completion(&desk->handoff));
	cr_assert_not(dti_handoff_take_in(&desk->handoff));
	unmake(desk);
}

Test(workers_handoff, what_no_worker_took_can_be_recalled)
{
	struct desk *desk = make();
	struct dti_job *first = new_job(desk, DT_TASK_DYN_DIAL);
	struct dti_job *second = new_job(desk, DT_TASK_DYN_DIAL);

	push(desk, first);
	push(desk, second);

	cr_assert_eq(dti_handoff_recall(&desk->handoff), first);
	cr_assert_eq(dti_handoff_recall(&desk->handoff), second);
	cr_assert_null(dti_handoff_recall(&desk->handoff));
	unmake(desk);
}

Test(workers_handoff, commands_come_in_their_order)
{
	struct desk *desk = make();

	for (uint32_t i = 0; i < 40; i++)
		dti_handoff_post(&desk->handoff, new_command(desk, i));

	cr_assert(dti_handoff_take_in(&desk->handoff));

	for (uint32_t i = 0; i < 40; i++)
		cr_assert_eq(next_command(desk), i);
	cr_assert_eq(next_command(desk), UINT32_MAX);
	cr_assert_not(dti_handoff_take_in(&desk->handoff));
	unmake(desk);
}

Test(workers_handoff, jobs_in_flight_are_split_into_queued_and_running)
{
	struct desk *desk = make();
	struct dt_task_counters tasks[DT_TASK_COUNT] = {
		[DT_TASK_STATIC_DIAL] = {.queued = 3},
		[DT_TASK_DYN_DIAL] = {.queued = 1},
		[DT_TASK_LOOKUP] = {.queued = 1},
		[DT_TASK_WAIT] = {.waiting = 1},
	};
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(0, 1));
	push(desk, new_job(desk, DT_TASK_STATIC_DIAL));
	push(desk, new_job(desk, DT_TASK_LOOKUP));
	push(desk, new_job(desk, DT_TASK_STATIC_DIAL));
	push(desk, new_job(desk, DT_TASK_DYN_DIAL));
	push(desk, new_job(desk, DT_TASK_STATIC_DIAL));
	(void)dti_handoff_take(&desk->handoff, &spin);
	(void)dti_handoff_take(&desk->handoff, &spin);

	dti_handoff_split_queued(&desk->handoff, tasks);

	cr_assert_eq(tasks[DT_TASK_STATIC_DIAL].queued, 2);
	cr_assert_eq(tasks[DT_TASK_STATIC_DIAL].running, 1);
	cr_assert_eq(tasks[DT_TASK_LOOKUP].queued, 0);
	cr_assert_eq(tasks[DT_TASK_LOOKUP].running, 1);
	cr_assert_eq(tasks[DT_TASK_DYN_DIAL].queued, 1);
	cr_assert_eq(tasks[DT_TASK_DYN_DIAL].running, 0);
	cr_assert_eq(tasks[DT_TASK_WAIT].waiting, 1);
	cr_assert_eq(tasks[DT_TASK_WAIT].running, 0);
	unmake(desk);
}

/* ---- ORDER ---- */

Test(workers_handoff, commands_come_before_completions)
{
	struct desk *desk = make();
	struct dti_job *job = new_job(desk, DT_TASK_DYN_DIAL);

	/* As a worker does: its peer first, then the job. */
	dti_handoff_post(&desk->handoff, new_command(desk, 1));
	dti_handoff_give_back(&desk->handoff, job);

	cr_assert(dti_handoff_take_in(&desk->handoff));
	cr_assert_eq(next_command(desk), 1);
	cr_assert_eq(next_command(desk), UINT32_MAX);
	cr_assert_eq(dti_handoff_next_completion(&desk->handoff), job);
	unmake(desk);
}

Test(workers_handoff, a_completion_waits_for_a_command_that_is_hidden)
{
	struct desk *desk = make();
	struct dti_job *job = new_job(desk, DT_TASK_DYN_DIAL);
	struct half_push half;

	/* A thread is preempted while it pushes 1; the worker's 2 is behind
	 * it, and its job comes back. */
	half = begin_push(&desk->handoff.inbox.queue,
			  &new_command(desk, 1)->link);
	dti_handoff_post(&desk->handoff, new_command(desk, 2));
	dti_handoff_give_back(&desk->handoff, job);

	/* Nothing can be applied, so the scheduler may sleep. */
	cr_assert_not(dti_handoff_take_in(&desk->handoff));
	cr_assert(desk->handoff.commands_blocked);
	cr_assert_eq(next_command(desk), UINT32_MAX);
	cr_assert_null(dti_handoff_next_completion(&desk->handoff));
	cr_assert_not(dti_handoff_take_in(&desk->handoff));

	finish_push(&half);
	cr_assert(dti_handoff_take_in(&desk->handoff));
	cr_assert_eq(next_command(desk), 1);
	cr_assert_eq(next_command(desk), 2);
	cr_assert_eq(dti_handoff_next_completion(&desk->handoff), job);
	cr_assert_not(dti_handoff_take_in(&desk->handoff));
	cr_assert_not(desk->handoff.commands_blocked);
	unmake(desk);
}

Test(workers_handoff, a_gap_in_the_middle_of_a_batch_holds_completions_too)
{
	struct desk *desk = make();
	struct dti_job *job = new_job(desk, DT_TASK_DYN_DIAL);
	struct half_push half;

	dti_handoff_post(&desk->handoff, new_command(desk, 0));
	dti_handoff_post(&desk->handoff, new_command(desk, 1));
	half = begin_push(&desk->handoff.inbox.queue,
			  &new_command(desk, 2)->link);
	dti_handoff_post(&desk->handoff, new_command(desk, 3));
	dti_handoff_give_back(&desk->handoff, job);

	/* 0 can be had; 1 waits for its link to 2. */
	cr_assert(dti_handoff_take_in(&desk->handoff));
	cr_assert_eq(next_command(desk), 0);
	cr_assert_eq(next_command(desk), UINT32_MAX);
	cr_assert_null(dti_handoff_next_completion(&desk->handoff));
	/* And then there is no going in circles. */
	cr_assert_not(dti_handoff_take_in(&desk->handoff));
	cr_assert_null(dti_handoff_next_completion(&desk->handoff));

	finish_push(&half);
	cr_assert(dti_handoff_take_in(&desk->handoff));
	for (uint32_t i = 1; i <= 3; i++)
		cr_assert_eq(next_command(desk), i);
	cr_assert_eq(dti_handoff_next_completion(&desk->handoff), job);
	unmake(desk);
}

Test(workers_handoff, a_half_given_back_job_holds_up_those_behind_it_only)
{
	struct desk *desk = make();
	struct dti_done_queue *done_queue = &desk->handoff.done_queue;
	struct dti_job *jobs[3];
	uint64_t number;

	for (size_t i = 0; i < 3; i++)
		jobs[i] = new_job(desk, DT_TASK_DYN_DIAL);
	dti_handoff_give_back(&desk->handoff, jobs[0]);
	/* A worker is preempted in the middle of its push. */
	number = atomic_fetch_add(&done_queue->tail, 1);
	dti_handoff_give_back(&desk->handoff, jobs[2]);
	dti_handoff_post(&desk->handoff, new_command(desk, 1));

	cr_assert(dti_handoff_take_in(&desk->handoff));
	cr_assert_eq(next_command(desk), 1);
	cr_assert_eq(dti_handoff_next_completion(&desk->handoff), jobs[0]);
	cr_assert_null(dti_handoff_next_completion(&desk->handoff));
	cr_assert_not(dti_handoff_take_in(&desk->handoff));

	atomic_store(&done_queue->slots[number & done_queue->mask],
		     (char *)jobs[1] + 1); /* of the first lap */
	cr_assert(dti_handoff_take_in(&desk->handoff));
	for (size_t i = 1; i < 3; i++)
		cr_assert_eq(dti_handoff_next_completion(&desk->handoff),
			     jobs[i]);
	unmake(desk);
}

Test(workers_handoff, any_failed_allocation_is_an_error_and_leaks_nothing)
{
	struct failing_allocator failing = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&failing);
	struct desk *desk = make();

	dti_handoff_fini(&desk->handoff, &libc_allocator);
	while (dti_handoff_init(&desk->handoff, JOBS, 16, &allocator)) {
		cr_assert_eq(failing.live, 0, "after call %zu",
			     failing.fail_at);
		failing.calls = 0;
		failing.fail_at++;
	}

	cr_assert_geq(failing.fail_at, 4);
	dti_handoff_fini(&desk->handoff, &allocator);
	cr_assert_eq(failing.live, 0);
	cr_assert_eq(
		dti_handoff_init(&desk->handoff, JOBS, 16, &libc_allocator),
		DT_OK);
	unmake(desk);
}

/* ---- sleep ---- */

struct sleeper {
	struct desk *desk;
	_Atomic uint64_t woken;
	uint64_t seen; /* commands and completions */
	uint64_t wanted;
	pthread_t thread;
};

static uint64_t parked(const struct dti_park *park)
{
	return atomic_load(&park->sleeps);
}

/* The scheduler's side: until it has seen all that it wants, then stop. */
static void *run_scheduler(void *argument)
{
	struct sleeper *sleeper = argument;
	struct dti_handoff *handoff = &sleeper->desk->handoff;
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(0, 1));
	while (dti_handoff_stop_stage(handoff) == DTI_STOP_NONE) {
		if (dti_handoff_take_in(handoff)) {
			while (next_command(sleeper->desk) != UINT32_MAX)
				sleeper->seen++;
			while (dti_handoff_next_completion(handoff))
				sleeper->seen++;
			continue;
		}
		if (!dti_handoff_spin(handoff, &spin))
			dti_handoff_sleep(handoff, INT64_MAX);
		atomic_fetch_add(&sleeper->woken, 1);
	}
	return NULL;
}

static void await_sleeps(struct desk *desk, uint64_t sleeps)
{
	while (parked(&desk->handoff.scheduler_park) < sleeps)
		sched_yield();
}

Test(workers_handoff, the_scheduler_is_woken_by_whatever_comes, .timeout = 60)
{
	struct desk *desk = make();
	struct sleeper sleeper = {.desk = desk};

	cr_assert_eq(
		pthread_create(&sleeper.thread, NULL, run_scheduler, &sleeper),
		0);
	await_sleeps(desk, 1);
	dti_handoff_post(&desk->handoff, new_command(desk, 1));
	await_sleeps(desk, 2);
	dti_handoff_give_back(&desk->handoff, new_job(desk, DT_TASK_LOOKUP));
	await_sleeps(desk, 3);
	dti_handoff_stop(&desk->handoff, DTI_STOP_CANCEL);
	pthread_join(sleeper.thread, NULL);

	cr_assert_eq(sleeper.seen, 2);
	cr_assert_eq(desk->handoff.stop_seen, DTI_STOP_CANCEL);
	unmake(desk);
}

Test(workers_handoff, who_closes_a_gap_wakes_the_scheduler, .timeout = 60)
{
	struct desk *desk = make();
	struct sleeper sleeper = {.desk = desk};
	struct half_push half;

	cr_assert_eq(
		pthread_create(&sleeper.thread, NULL, run_scheduler, &sleeper),
		0);
	await_sleeps(desk, 1);
	half = begin_push(&desk->handoff.inbox.queue,
			  &new_command(desk, 1)->link);
	dti_handoff_post(&desk->handoff, new_command(desk, 2));
	/* It was woken for what it cannot reach, and sleeps again. */
	await_sleeps(desk, 2);
	finish_push(&half);
	dti_park_wake_one(&desk->handoff.scheduler_park); /* as post does */
	await_sleeps(desk, 3);
	dti_handoff_stop(&desk->handoff, DTI_STOP_FINISH);
	pthread_join(sleeper.thread, NULL);

	cr_assert_eq(sleeper.seen, 2);
	unmake(desk);
}

Test(workers_handoff, a_sleep_ends_at_its_deadline, .timeout = 60)
{
	struct desk *desk = make();
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(0, 1));
	(void)dti_handoff_stop_stage(&desk->handoff);

	if (!dti_handoff_spin(&desk->handoff, &spin))
		dti_handoff_sleep(&desk->handoff, 1); /* long ago */

	cr_assert_eq(parked(&desk->handoff.scheduler_park), 1);
	cr_assert_not(dti_handoff_take_in(&desk->handoff));
	unmake(desk);
}

Test(workers_handoff, nobody_sleeps_over_what_is_there, .timeout = 60)
{
	struct desk *desk = make();
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(0, 1));
	(void)dti_handoff_stop_stage(&desk->handoff);
	dti_handoff_post(&desk->handoff, new_command(desk, 1));

	if (!dti_handoff_spin(&desk->handoff, &spin))
		dti_handoff_sleep(&desk->handoff, INT64_MAX);

	cr_assert_eq(parked(&desk->handoff.scheduler_park), 0);
	cr_assert(dti_handoff_take_in(&desk->handoff));
	/* Also when it has been taken in and not handed out yet. */
	if (!dti_handoff_spin(&desk->handoff, &spin))
		dti_handoff_sleep(&desk->handoff, INT64_MAX);
	cr_assert_eq(parked(&desk->handoff.scheduler_park), 0);
	cr_assert_eq(next_command(desk), 1);
	dti_handoff_stop(&desk->handoff, DTI_STOP_CANCEL);
	if (!dti_handoff_spin(&desk->handoff, &spin))
		dti_handoff_sleep(&desk->handoff, INT64_MAX);
	cr_assert_eq(parked(&desk->handoff.scheduler_park), 0);
	unmake(desk);
}

/* ---- workers ---- */

struct worker {
	struct desk *desk;
	uint64_t taken;
	pthread_t thread;
};

static void *run_worker(void *argument)
{
	struct worker *worker = argument;
	struct dti_spin spin;
	struct dti_job *job;

	dti_spin_init(&spin, dti_spin_measure(1000, 2));
	while ((job = dti_handoff_take(&worker->desk->handoff, &spin))) {
		worker->taken++;
		dti_handoff_give_back(&worker->desk->handoff, job);
	}
	return NULL;
}

static void start_workers(struct worker *workers, size_t count,
			  struct desk *desk)
{
	for (size_t i = 0; i < count; i++) {
		workers[i] = (struct worker){.desk = desk};
		cr_assert_eq(pthread_create(&workers[i].thread, NULL,
					    run_worker, &workers[i]),
			     0);
	}
}

static uint64_t join_workers(struct worker *workers, size_t count)
{
	uint64_t taken = 0;

	for (size_t i = 0; i < count; i++) {
		pthread_join(workers[i].thread, NULL);
		taken += workers[i].taken;
	}
	return taken;
}

/* Of the workers, as far as the scheduler has seen to it. */
static uint64_t wakes(const struct desk *desk)
{
	return atomic_load(&desk->handoff.workers_park.wakes);
}

static void await_parked_workers(const struct desk *desk, uint32_t count)
{
	while (parked(&desk->handoff.workers_park) < count)
		sched_yield();
}

static void await_completion(struct desk *desk)
{
	while (!dti_handoff_take_in(&desk->handoff))
		sched_yield();
	while (dti_handoff_next_completion(&desk->handoff))
		;
}

Test(workers_handoff, a_sleeping_worker_is_woken_when_patience_ends,
     .timeout = 60)
{
	struct desk *desk = make();
	struct worker worker[1];

	start_workers(worker, 1, desk);
	await_parked_workers(desk, 1);
	push(desk, new_job(desk, DT_TASK_DYN_DIAL));

	dti_handoff_wake_workers(&desk->handoff, 1000, 500);
	dti_handoff_wake_workers(&desk->handoff, 1499, 500);
	cr_assert_eq(wakes(desk), 0);
	dti_handoff_wake_workers(&desk->handoff, 1500, 500);
	cr_assert_eq(wakes(desk), 1);

	await_completion(desk);
	dti_handoff_close(&desk->handoff);
	cr_assert_eq(join_workers(worker, 1), 1);
	unmake(desk);
}

Test(workers_handoff, no_wake_is_owed_for_what_was_taken_meanwhile,
     .timeout = 60)
{
	struct desk *desk = make();
	struct worker worker[1];
	struct dti_job *job = new_job(desk, DT_TASK_DYN_DIAL);

	start_workers(worker, 1, desk);
	await_parked_workers(desk, 1);
	push(desk, job);
	dti_handoff_wake_workers(&desk->handoff, 1000, 500);
	cr_assert_eq(dti_handoff_recall(&desk->handoff), job);

	dti_handoff_wake_workers(&desk->handoff, 1500, 500);

	cr_assert_eq(wakes(desk), 0);
	cr_assert_not(desk->handoff.wake_owed);
	dti_handoff_close(&desk->handoff);
	cr_assert_eq(join_workers(worker, 1), 0);
	unmake(desk);
}

Test(workers_handoff, the_scheduler_does_not_sleep_on_a_wake_that_it_owes,
     .timeout = 60)
{
	struct desk *desk = make();
	struct worker worker[1];

	(void)dti_handoff_stop_stage(&desk->handoff);
	start_workers(worker, 1, desk);
	await_parked_workers(desk, 1);
	push(desk, new_job(desk, DT_TASK_DYN_DIAL));
	dti_handoff_wake_workers(&desk->handoff, 1000, INT64_MAX);
	cr_assert_eq(wakes(desk), 0);

	/* Until the completion comes, or for ever. */
	dti_handoff_sleep(&desk->handoff, INT64_MAX);

	cr_assert_eq(wakes(desk), 1);
	await_completion(desk);
	dti_handoff_close(&desk->handoff);
	cr_assert_eq(join_workers(worker, 1), 1);
	unmake(desk);
}

Test(workers_handoff, close_ends_workers_that_sleep, .timeout = 60)
{
	struct desk *desk = make();
	struct worker workers[6];

	start_workers(workers, 6, desk);
	while (parked(&desk->handoff.workers_park) < 6)
		sched_yield();

	dti_handoff_close(&desk->handoff);

	cr_assert_eq(join_workers(workers, 6), 0);
	unmake(desk);
}

Test(workers_handoff, no_worker_has_a_job_before_it_is_published)
{
	struct desk *desk = make();
	struct dti_job *job = new_job(desk, DT_TASK_DYN_DIAL);

	dti_handoff_push(&desk->handoff, job);
	cr_assert_null(dti_handoff_recall(&desk->handoff));

	dti_handoff_publish(&desk->handoff);

	cr_assert_eq(dti_handoff_recall(&desk->handoff), job);
	unmake(desk);
}

Test(workers_handoff, close_leaves_no_job_behind, .timeout = 60)
{
	struct desk *desk = make();
	struct worker workers[2];

	for (size_t i = 0; i < JOBS; i++)
		push(desk, new_job(desk, DT_TASK_DYN_DIAL));
	dti_handoff_close(&desk->handoff);

	start_workers(workers, 2, desk);

	cr_assert_eq(join_workers(workers, 2), JOBS);
	unmake(desk);
}

Test(workers_handoff, it_can_be_opened_again, .timeout = 60)
{
	struct desk *desk = make();
	struct worker workers[2];

	dti_handoff_close(&desk->handoff);
	dti_handoff_stop(&desk->handoff, DTI_STOP_FINISH);
	start_workers(workers, 2, desk);
	(void)join_workers(workers, 2);

	dti_handoff_reopen(&desk->handoff);

	cr_assert_eq(dti_handoff_stop_stage(&desk->handoff), DTI_STOP_NONE);
	start_workers(workers, 2, desk);
	push(desk, new_job(desk, DT_TASK_DYN_DIAL));
	dti_handoff_wake_workers(&desk->handoff, 0, 0);
	while (!dti_handoff_take_in(&desk->handoff))
		sched_yield();
	dti_handoff_close(&desk->handoff);
	cr_assert_eq(join_workers(workers, 2), 1);
	unmake(desk);
}

Test(workers_handoff, every_job_comes_back_whoever_sleeps, .timeout = 120)
{
	enum {
		ROUNDS = 3000,
	};
	struct desk *desk = make();
	struct worker workers[4];
	struct dti_spin spin;
	uint64_t back = 0;

	dti_spin_init(&spin, dti_spin_measure(1000, 2));
	(void)dti_handoff_stop_stage(&desk->handoff);
	start_workers(workers, 4, desk);
	for (uint64_t round = 0; round < ROUNDS; round++) {
		uint64_t batch = round % JOBS + 1;
		uint64_t out = batch;

		for (uint64_t i = 0; i < batch; i++)
			push(desk, new_job(desk, DT_TASK_DYN_DIAL));
		dti_handoff_wake_workers(&desk->handoff, 0, 0);
		while (out > 0) {
			struct dti_job *job;

			if (!dti_handoff_take_in(&desk->handoff)) {
				if (!dti_handoff_spin(&desk->handoff, &spin))
					dti_handoff_sleep(&desk->handoff,
							  INT64_MAX);
				continue;
			}
			while ((job = dti_handoff_next_completion(
					&desk->handoff))) {
				dti_job_set_put(&desk->jobs, job);
				out--;
				back++;
			}
		}
	}
	dti_handoff_close(&desk->handoff);

	cr_assert_eq(join_workers(workers, 4), back);
	unmake(desk);
}

/* ---- ORDER under load ---- */

struct announcer {
	struct desk *desk;
	uint32_t rounds;
	pthread_t thread;
};

enum {
	ANNOUNCERS = 3,
	ANNOUNCEMENTS = 4000,
};

/* As a worker: command n, then completion n, again and again. */
static void *announce(void *argument)
{
	struct announcer *announcer = argument;
	struct dti_handoff *handoff = &announcer->desk->handoff;
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(0, 1));
	for (uint32_t i = 0; i < announcer->rounds; i++) {
		struct dti_job *job = dti_handoff_take(handoff, &spin);

		job->apart->announce = (struct dti_command){
			.home = DTI_COMMAND_HOME_JOB,
			.flags = job->index,
		};
		dti_handoff_post(handoff, &job->apart->announce);
		dti_handoff_give_back(handoff, job);
	}
	return NULL;
}

static void await_anything(struct desk *desk, struct dti_spin *spin)
{
	while (!dti_handoff_take_in(&desk->handoff)) {
		if (!dti_handoff_spin(&desk->handoff, spin))
			dti_handoff_sleep(&desk->handoff, INT64_MAX);
	}
}

Test(workers_handoff, no_completion_is_seen_before_its_command, .timeout = 120)
{
	struct desk *desk = make();
	struct announcer announcers[ANNOUNCERS];
	bool announced[JOBS] = {false};
	struct dti_spin spin;
	uint32_t back = 0;

	dti_spin_init(&spin, dti_spin_measure(0, 1));
	(void)dti_handoff_stop_stage(&desk->handoff);
	for (size_t i = 0; i < ANNOUNCERS; i++) {
		announcers[i] = (struct announcer){.desk = desk,
						   .rounds = ANNOUNCEMENTS};
		cr_assert_eq(pthread_create(&announcers[i].thread, NULL,
					    announce, &announcers[i]),
			     0);
	}
	for (size_t i = 0; i < JOBS; i++)
		push(desk, new_job(desk, DT_TASK_DYN_DIAL));
	dti_handoff_wake_workers(&desk->handoff, 0, 0);
	while (back < ANNOUNCERS * ANNOUNCEMENTS) {
		struct dti_job *job;
		uint32_t index;

		await_anything(desk, &spin);
		while ((index = next_command(desk)) != UINT32_MAX)
			announced[index] = true;
		while ((job = dti_handoff_next_completion(&desk->handoff))) {
			cr_assert(announced[job->index]);
			announced[job->index] = false;
			back++;
			if (back + JOBS <= ANNOUNCERS * ANNOUNCEMENTS)
				push(desk, job);
		}
		dti_handoff_wake_workers(&desk->handoff, 0, 0);
	}
	for (size_t i = 0; i < ANNOUNCERS; i++)
		pthread_join(announcers[i].thread, NULL);
	unmake(desk);
}
