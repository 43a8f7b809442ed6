/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>

#include "workers/clock.h"
#include "workers/park.h"
#include "workers/task_queue.h"

#include "tests/harness.h"

#define PAST_NS 1 /* CLOCK_MONOTONIC has passed it */

static uint32_t state_of(const struct dti_park *park)
{
	return atomic_load(&park->state);
}

static uint64_t wakes_of(const struct dti_park *park)
{
	return atomic_load(&park->wakes);
}

Test(workers_park, waking_nobody_costs_no_system_call)
{
	struct dti_park park;

	dti_park_init(&park);

	dti_park_wake_one(&park);

	cr_assert_eq(wakes_of(&park), 0);
	cr_assert_eq(state_of(&park), 0);
}

Test(workers_park, a_wake_between_begin_and_wait_is_not_lost, .timeout = 10)
{
	struct dti_park park;
	uint32_t ticket;

	dti_park_init(&park);
	ticket = dti_park_begin(&park);
	dti_park_wake_one(&park);

	cr_assert(dti_park_wait(&park, ticket, INT64_MAX), "it timed out");
	cr_assert_eq(wakes_of(&park), 1);
	cr_assert_eq(state_of(&park), 0);
}

Test(workers_park, one_wake_in_progress_at_a_time)
{
	struct dti_park park;

	dti_park_init(&park);
	dti_park_begin(&park);
	dti_park_begin(&park); /* a second sleeper */

	dti_park_wake_one(&park);
	dti_park_wake_one(&park);

	cr_assert_eq(wakes_of(&park), 1);
}

Test(workers_park, whoever_cancels_ends_the_wake_in_progress)
{
	struct dti_park park;

	dti_park_init(&park);
	dti_park_begin(&park);
	dti_park_begin(&park);
	dti_park_wake_one(&park);

	dti_park_cancel(&park);
	dti_park_wake_one(&park);

	cr_assert_eq(wakes_of(&park), 2);
	dti_park_cancel(&park);
	cr_assert_eq(state_of(&park), 0);
}

Test(workers_park, whoever_times_out_ends_the_wake_in_progress, .timeout = 10)
{
	struct dti_park park;
	uint32_t ticket;

	dti_park_init(&park);
	dti_park_begin(&park);
	dti_park_wake_one(&park);
	ticket = dti_park_begin(&park); /* newer than that wake */

	cr_assert_not(dti_park_wait(&park, ticket, PAST_NS));
	dti_park_wake_one(&park);

	cr_assert_eq(wakes_of(&park), 2);
}

Test(workers_park, cancel_leaves_nothing_behind)
{
	struct dti_park park;

	dti_park_init(&park);
	dti_park_begin(&park);
	dti_park_cancel(&park);

	dti_park_wake_one(&park);

	cr_assert_eq(state_of(&park), 0);
	cr_assert_eq(wakes_of(&park), 0);
	cr_assert_eq(atomic_load(&park.sleeps), 0);
}

Test(workers_park, a_deadline_that_has_passed_ends_the_wait, .timeout = 10)
{
	static const int64_t passed[] = {PAST_NS, 0, -1, INT64_MIN};

	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		struct dti_park park;

		dti_park_init(&park);
		cr_assert_not(
			dti_park_wait(&park, dti_park_begin(&park), passed[i]),
			"%lld ns", (long long)passed[i]);
		cr_assert_eq(state_of(&park), 0);
		cr_assert_eq(atomic_load(&park.sleeps), 1);
	}
}

Test(workers_park, the_deadline_is_one_of_the_monotonic_clock, .timeout = 10)
{
	struct dti_park park;
	int64_t deadline_ns = dti_clock_ns() + 2000000;

	dti_park_init(&park);
	while (dti_park_wait(&park, dti_park_begin(&park), deadline_ns))
		; /* woken by a signal */

	cr_assert_geq(dti_clock_ns(), deadline_ns);
}

Test(workers_park, wake_all_makes_older_tickets_worthless, .timeout = 10)
{
	struct dti_park park;
	uint32_t ticket;

	dti_park_init(&park);
	ticket = dti_park_begin(&park);
	dti_park_wake_all(&park);

	cr_assert(dti_park_wait(&park, ticket, INT64_MAX));
	cr_assert_eq(state_of(&park), 0);
}

/* Threads that wait for something to take, as workers do. */
enum {
	CREW = 6
};

struct crew {
	struct dti_park park;
	struct dti_task_queue queue;
	_Atomic bool closed;
	pthread_barrier_t together; /* all of the crew have an item */
	_Atomic int took;
	pthread_t threads[CREW];
};

static bool has_work(const struct crew *crew)
{
	return dti_task_queue_has_item(&crew->queue) ||
	       atomic_load(&crew->closed);
}

static void *take_or_wait(struct crew *crew)
{
	void *item;

	while ((item = dti_task_queue_take(&crew->queue)) == NULL &&
	       !atomic_load(&crew->closed)) {
		uint32_t ticket = dti_park_begin(&crew->park);

		if (has_work(crew))
			dti_park_cancel(&crew->park);
		else
			dti_park_wait(&crew->park, ticket, INT64_MAX);
	}
	if (dti_task_queue_has_item(&crew->queue))
		dti_park_wake_one(&crew->park);
	return item;
}

/* Each item is long work: nobody goes on before all have one. */
static void *run_crew(void *argument)
{
	struct crew *crew = argument;

	while (take_or_wait(crew) != NULL) {
		atomic_fetch_add(&crew->took, 1);
		pthread_barrier_wait(&crew->together);
	}
	return NULL;
}

static void start_crew(struct crew *crew)
{
	static const struct dt_allocator libc_allocator;

	dti_park_init(&crew->park);
	cr_assert_eq(dti_task_queue_init(&crew->queue, CREW, &libc_allocator),
		     DT_OK);
	atomic_init(&crew->closed, false);
	atomic_init(&crew->took, 0);
	pthread_barrier_init(&crew->together, NULL, CREW + 1);
	for (size_t i = 0; i < CREW; i++)
		pthread_create(&crew->threads[i], NULL, run_crew, crew);
}

static void stop_crew(struct crew *crew)
{
	static const struct dt_allocator libc_allocator;

	atomic_store(&crew->closed, true);
	dti_park_wake_all(&crew->park);
	for (size_t i = 0; i < CREW; i++)
		pthread_join(crew->threads[i], NULL);
	pthread_barrier_destroy(&crew->together);
	dti_task_queue_fini(&crew->queue, &libc_allocator);
}

Test(workers_park, wake_all_wakes_everyone_that_sleeps, .timeout = 30)
{
	struct crew crew;

	start_crew(&crew);
	while (atomic_load(&crew.park.sleeps) < CREW)
		sched_yield();

	stop_crew(&crew); /* joins them */

	cr_assert_eq(state_of(&crew.park), 0);
	cr_assert_eq(atomic_load(&crew.took), 0);
}

Test(workers_park, one_wake_is_passed_on_until_all_items_are_taken,
     .timeout = 30)
{
	enum {
		ROUNDS = 200
	};
	struct crew crew;
	int item;

	start_crew(&crew);

	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < CREW; i++)
			dti_task_queue_push(&crew.queue, &item);
		dti_park_wake_one(&crew.park);
		/* Opens only when each of them has taken one. */
		pthread_barrier_wait(&crew.together);
	}

	cr_assert_eq(atomic_load(&crew.took), ROUNDS * CREW);
	stop_crew(&crew);
	cr_assert_eq(state_of(&crew.park), 0);
}
