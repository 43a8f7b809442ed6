/* SPDX-License-Identifier: MIT */

/*
 * Parking under load, in the shape of the dialer: a scheduler that pushes jobs
 * and sleeps, workers that take them and sleep, embedder's threads that post
 * commands and sleep until they are answered. Queues are empty most of the
 * time, so that nearly every hand-over meets a thread on its way to sleep.
 *
 * Jobs come in meetings: nobody who has one goes on before all of the meeting
 * have theirs, as workers that dial for a long time. So it is not enough that
 * somebody takes the jobs in the end: as many workers must wake as there are
 * jobs, from a single wake by the scheduler. A wake-up that is lost is a
 * meeting, or a command, that never ends; the watchdog reports it.
 */

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/container.h"

#include "workers/batch_queue.h"
#include "workers/clock.h"
#include "workers/park.h"
#include "workers/task_queue.h"

#include "tests/require.h"
#include "tests/stress_run.h"

#define MOST_WORKERS   6
#define MOST_EMBEDDERS 3
#define ROUNDS         8

struct job {
	struct dti_batch_node node;
	_Atomic uint32_t *arrived; /* how many of its meeting are there */
	uint32_t expected;
	uint64_t runs; /* plain: handed over with the job */
};

struct command {
	struct dti_batch_node node;
	uint64_t number; /* plain: handed over with the command */
	_Atomic uint64_t answered;
};

struct office {
	struct dti_task_queue task_queue;
	struct dti_batch_queue done_queue;
	struct dti_batch_queue inbox;
	struct dti_park workers_park;
	struct dti_park scheduler_park;
	struct dti_park reply_park;
	_Atomic bool closed;

	/* Set before the threads are started. */
	struct stress_run *run;
	uint64_t meetings;
	uint64_t commands; /* of each embedder */
	uint64_t workers;
	uint64_t embedders;
	bool has_deadlines;

	/* The scheduler's. */
	struct job jobs[MOST_WORKERS];
	_Atomic uint32_t arrived; /* and of those who are at the meeting */
	uint64_t out;             /* jobs of the meeting that are not back */
	uint64_t jobs_done;
	uint64_t commands_done;
	uint64_t seed;
	struct dti_batch completions;
	struct dti_batch posted;
};

struct member {
	struct office *office;
	pthread_t thread;
	uint64_t seed;
};

/*
 * In every other round all waits are for ever, so that a thread that times out
 * makes nothing good again; else some time out at once or soon.
 */
static int64_t some_deadline_ns(const struct office *office, uint64_t *seed)
{
	if (!office->has_deadlines || stress_random(seed) % 8 != 0)
		return INT64_MAX;
	return dti_clock_ns() + (int64_t)stress_between(seed, 0, 100000);
}

static bool has_job(const struct office *office)
{
	/* Acquire: pairs with the release in close_office(). */
	return dti_task_queue_has_item(&office->task_queue) ||
	       atomic_load_explicit(&office->closed, memory_order_acquire);
}

/* Now and then be preempted where a wake-up could come between. */
static void disturb(uint64_t *seed)
{
	if (stress_random(seed) % 4 == 0)
		sched_yield();
}

static struct job *take_or_wait(struct member *worker)
{
	struct office *office = worker->office;
	struct job *job;

	while ((job = dti_task_queue_take(&office->task_queue)) == NULL) {
		uint32_t ticket;

		if (atomic_load_explicit(&office->closed, memory_order_acquire))
			return NULL;
		disturb(&worker->seed);
		ticket = dti_park_begin(&office->workers_park);
		disturb(&worker->seed);
		if (has_job(office))
			dti_park_cancel(&office->workers_park);
		else
			dti_park_wait(&office->workers_park, ticket,
				      some_deadline_ns(office, &worker->seed));
	}
	if (dti_task_queue_has_item(&office->task_queue))
		dti_park_wake_one(&office->workers_park);
	return job;
}

static void *work(void *argument)
{
	struct member *worker = argument;
	struct office *office = worker->office;
	struct job *job;

	while ((job = take_or_wait(worker)) != NULL) {
		atomic_fetch_add(job->arrived, 1);
		while (atomic_load(job->arrived) < job->expected)
			sched_yield();
		job->runs++;
		dti_batch_queue_push(&office->done_queue, &job->node);
		dti_park_wake_one(&office->scheduler_park);
	}
	return NULL;
}

static bool is_answered(const struct command *command, uint64_t number)
{
	/* Acquire: pairs with the release in answer(). */
	return atomic_load_explicit(&command->answered, memory_order_acquire) ==
	       number;
}

static void await_answer(struct member *embedder, const struct command *command,
			 uint64_t number)
{
	struct dti_park *park = &embedder->office->reply_park;

	while (!is_answered(command, number)) {
		uint32_t ticket;

		disturb(&embedder->seed);
		ticket = dti_park_begin(park);
		if (is_answered(command, number))
			dti_park_cancel(park);
		else
			dti_park_wait(park, ticket,
				      some_deadline_ns(embedder->office,
						       &embedder->seed));
	}
}

static void *embed(void *argument)
{
	struct member *embedder = argument;
	struct office *office = embedder->office;
	struct command command = {.number = 0};

	for (uint64_t i = 1; i <= office->commands; i++) {
		command.number = i;
		dti_batch_queue_push(&office->inbox, &command.node);
		dti_park_wake_one(&office->scheduler_park);
		await_answer(embedder, &command, i);
	}
	return NULL;
}

/* One wake for all jobs of the meeting. */
static void call_meeting(struct office *office)
{
	office->out = stress_between(&office->seed, 1, office->workers);
	atomic_store(&office->arrived, 0);
	for (uint64_t i = 0; i < office->out; i++) {
		office->jobs[i].expected = (uint32_t)office->out;
		dti_task_queue_push(&office->task_queue, &office->jobs[i]);
	}
	dti_park_wake_one(&office->workers_park);
}

static bool complete(struct office *office)
{
	bool blocked;
	bool moved = false;

	dti_batch_take(&office->completions, &office->done_queue);
	while (dti_batch_next(&office->completions, &blocked) != NULL) {
		office->out--;
		office->jobs_done++;
		stress_progress(office->run);
		moved = true;
	}
	return moved;
}

static bool answer(struct office *office)
{
	struct dti_batch_node *node;
	bool blocked;
	bool moved = false;

	dti_batch_take(&office->posted, &office->inbox);
	while ((node = dti_batch_next(&office->posted, &blocked)) != NULL) {
		struct command *command =
			dti_container_of(node, struct command, node);

		/* Release: pairs with the acquire in is_answered(). */
		atomic_store_explicit(&command->answered, command->number,
				      memory_order_release);
		office->commands_done++;
		stress_progress(office->run);
		moved = true;
	}
	if (moved)
		dti_park_wake_all(&office->reply_park);
	return moved;
}

static void sleep_scheduler(struct office *office)
{
	uint32_t ticket;

	disturb(&office->seed);
	ticket = dti_park_begin(&office->scheduler_park);
	if (!dti_batch_queue_empty(&office->done_queue) ||
	    !dti_batch_queue_empty(&office->inbox) ||
	    dti_batch_ready(&office->completions) ||
	    dti_batch_ready(&office->posted))
		dti_park_cancel(&office->scheduler_park);
	else
		dti_park_wait(&office->scheduler_park, ticket,
			      some_deadline_ns(office, &office->seed));
}

static void schedule(struct office *office)
{
	uint64_t called = 0;
	uint64_t commands = office->commands * office->embedders;

	while (called < office->meetings || office->out > 0 ||
	       office->commands_done < commands) {
		bool moved = complete(office);

		moved |= answer(office);
		if (office->out == 0 && called < office->meetings) {
			call_meeting(office);
			called++;
			moved = true;
		}
		if (!moved)
			sleep_scheduler(office);
	}
}

static void open_office(struct office *office)
{
	static const struct dt_allocator libc_allocator;

	require(dti_task_queue_init(&office->task_queue, MOST_WORKERS,
				    &libc_allocator) == DT_OK,
		"memory for the ring");
	dti_batch_queue_init(&office->done_queue);
	dti_batch_queue_init(&office->inbox);
	dti_batch_init(&office->completions);
	dti_batch_init(&office->posted);
	dti_park_init(&office->workers_park);
	dti_park_init(&office->scheduler_park);
	dti_park_init(&office->reply_park);
	for (size_t i = 0; i < MOST_WORKERS; i++)
		office->jobs[i].arrived = &office->arrived;
}

static void close_office(struct office *office, struct member *members)
{
	static const struct dt_allocator libc_allocator;

	/* Release: pairs with the acquires in has_job(), take_or_wait(). */
	atomic_store_explicit(&office->closed, true, memory_order_release);
	dti_park_wake_all(&office->workers_park);
	for (uint64_t i = 0; i < office->workers + office->embedders; i++)
		pthread_join(members[i].thread, NULL);
	dti_task_queue_fini(&office->task_queue, &libc_allocator);
}

static void check(const struct office *office)
{
	uint64_t runs = 0;

	for (size_t i = 0; i < MOST_WORKERS; i++)
		runs += office->jobs[i].runs;
	require(runs == office->jobs_done, "each job once");
	require(office->commands_done == office->commands * office->embedders,
		"each command once");
	require(atomic_load(&office->workers_park.state) == 0 &&
			atomic_load(&office->scheduler_park.state) == 0 &&
			atomic_load(&office->reply_park.state) == 0,
		"nobody is counted as a sleeper");
}

static void run_round(struct stress_run *run, uint64_t count, uint64_t seed,
		      bool has_deadlines, uint64_t *items, uint64_t *sleeps)
{
	struct member members[MOST_WORKERS + MOST_EMBEDDERS] = {{0}};
	struct office office = {
		.run = run,
		.workers = stress_between(&seed, 1, MOST_WORKERS),
		.embedders = stress_between(&seed, 0, MOST_EMBEDDERS),
		.has_deadlines = has_deadlines,
		.seed = seed,
	};

	/* A meeting has (1 + workers) / 2 jobs on average. */
	office.meetings = count / (1 + office.workers);
	office.commands = count / 2 / (office.embedders + 1);
	open_office(&office);
	for (uint64_t i = 0; i < office.workers + office.embedders; i++) {
		members[i] =
			(struct member){.office = &office, .seed = seed + i};
		require(pthread_create(&members[i].thread, NULL,
				       i < office.workers ? work : embed,
				       &members[i]) == 0,
			"start a thread");
	}
	schedule(&office);
	close_office(&office, members);
	check(&office);
	*items += office.jobs_done + office.commands_done;
	*sleeps += atomic_load(&office.workers_park.sleeps) +
		   atomic_load(&office.scheduler_park.sleeps) +
		   atomic_load(&office.reply_park.sleeps);
}

int main(void)
{
	struct stress_run run;
	uint64_t items = 0;
	uint64_t sleeps = 0;

	stress_begin(&run, "stress_park", 200000);
	for (uint64_t i = 0; i < ROUNDS; i++)
		run_round(&run, run.items / ROUNDS, run.seed + i, i % 2 != 0,
			  &items, &sleeps);
	printf("stress_park: %" PRIu64 " sleeps\n", sleeps);
	stress_end(&run, items);
	return EXIT_SUCCESS;
}
