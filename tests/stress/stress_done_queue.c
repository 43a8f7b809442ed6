/* SPDX-License-Identifier: MIT */

/*
 * Out by the task queue and back by the done queue, as the dialer's jobs go:
 * often as many jobs as the ring has slots, so that a slot is claimed again as
 * soon as it may be (FREE in workers/done_queue.h). Each job comes back exactly
 * once for each time that it went out, with what its worker wrote to it.
 */

#include <sched.h>
#include <stdlib.h>

#include "workers/done_queue.h"
#include "workers/task_queue.h"

#include "tests/require.h"
#include "tests/stress_run.h"

#define MOST_WORKERS 8
#define MOST_JOBS    64 /* the slots of the smallest ring */
#define ROUNDS       10

struct job {
	/* Plain: handed over with the job. */
	uint64_t question; /* the scheduler's */
	uint64_t answer;   /* the worker's */
	bool is_out;       /* the scheduler's */
};

struct round {
	struct dti_task_queue task_queue;
	struct dti_done_queue done_queue;
	struct job jobs[MOST_JOBS];
	_Atomic bool closed; /* no job is out */
};

struct worker {
	struct round *round;
	pthread_t thread;
	uint64_t seed;
};

static uint64_t answer_to(uint64_t question)
{
	return question * 31 + 7;
}

/* Now and then leave the processor where another thread may come between. */
static void disturb(uint64_t *seed)
{
	if (stress_random(seed) % 64 == 0)
		sched_yield();
}

static void *run_worker(void *argument)
{
	struct worker *worker = argument;
	struct round *round = worker->round;

	while (!atomic_load_explicit(&round->closed, memory_order_acquire)) {
		struct job *job = dti_task_queue_take(&round->task_queue);

		if (!job) {
			sched_yield();
			continue;
		}
		job->answer = answer_to(job->question);
		disturb(&worker->seed);
		dti_done_queue_push(&round->done_queue, job);
	}
	return NULL;
}

static void hand_out(struct round *round, struct job *job, uint64_t question)
{
	require(!job->is_out, "a job is out once");
	job->is_out = true;
	job->question = question;
	dti_task_queue_put(&round->task_queue, job);
}

/* Returns how many came back. */
static uint64_t take_back(struct round *round, uint64_t *unasked,
			  uint64_t *question)
{
	struct job *job;
	uint64_t count = 0;

	dti_done_queue_gather(&round->done_queue);
	while ((job = dti_done_queue_next(&round->done_queue))) {
		require(job->is_out, "what comes back was out");
		require(job->answer == answer_to(job->question),
			"what the worker wrote is seen");
		job->is_out = false;
		count++;
		if (*unasked == 0)
			continue;
		(*unasked)--;
		hand_out(round, job, (*question)++);
	}
	dti_task_queue_publish(&round->task_queue);
	return count;
}

static void circulate(struct stress_run *run, struct round *round,
		      uint64_t jobs, uint64_t count, uint64_t seed)
{
	uint64_t unasked = count;
	uint64_t question = 0;
	uint64_t back = 0;

	for (uint64_t i = 0; i < jobs && unasked > 0; i++, unasked--)
		hand_out(round, &round->jobs[i], question++);
	dti_task_queue_publish(&round->task_queue);
	while (back < count) {
		uint64_t more = take_back(round, &unasked, &question);

		back += more;
		if (more > 0)
			stress_progress(run);
		else
			sched_yield();
		disturb(&seed);
	}
	require(dti_done_queue_empty(&round->done_queue), "nothing is left");
	require(back == count && question == count, "each came back once");
}

static void run_round(struct stress_run *run, uint64_t count, uint64_t seed)
{
	static const struct dt_allocator libc_allocator;
	struct worker workers[MOST_WORKERS];
	struct round round = {.closed = false};
	uint64_t crew = stress_between(&seed, 1, MOST_WORKERS);
	bool is_full = stress_random(&seed) % 2 == 0;
	uint64_t jobs =
		is_full ? MOST_JOBS : stress_between(&seed, 1, MOST_JOBS);

	require(dti_task_queue_init(&round.task_queue, jobs, &libc_allocator) ==
				DT_OK &&
			dti_done_queue_init(&round.done_queue, jobs,
					    &libc_allocator) == DT_OK,
		"memory for the rings");
	for (uint64_t i = 0; i < crew; i++) {
		workers[i] = (struct worker){.round = &round, .seed = seed + i};
		require(pthread_create(&workers[i].thread, NULL, run_worker,
				       &workers[i]) == 0,
			"start a worker");
	}
	circulate(run, &round, jobs, count, seed);
	atomic_store_explicit(&round.closed, true, memory_order_release);
	for (uint64_t i = 0; i < crew; i++)
		pthread_join(workers[i].thread, NULL);
	dti_done_queue_fini(&round.done_queue, &libc_allocator);
	dti_task_queue_fini(&round.task_queue, &libc_allocator);
}

int main(void)
{
	struct stress_run run;
	uint64_t done = 0;

	stress_begin(&run, "stress_done_queue", 1000000);
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
