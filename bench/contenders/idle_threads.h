/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_IDLE_THREADS_H
#define BENCH_CONTENDERS_IDLE_THREADS_H

/*
 * Bare threads that do nothing but wait until they are told to stop: made and
 * joined with pthread_create(3) and pthread_join(3) alone, with what a worker
 * has too: a stack of its own size, all signals blocked, a name. The cheapest
 * that can be.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum idle_threads_wait {
	IDLE_THREADS_FUTEX,     /* all of them on one futex */
	IDLE_THREADS_CONDITION, /* a mutex and a condition variable */
	IDLE_THREADS_POLLING,   /* look at a flag, sleep 100 ms, again */
};

struct idle_threads {
	/* Set before the first thread. */
	enum idle_threads_wait wait;
	struct idle_thread *threads;
	/* The owner's. */
	size_t count;
	/* Shared. */
	pthread_mutex_t mutex;
	pthread_cond_t condition;
	_Atomic uint32_t stopping; /* the futex; under the mutex if there is */
};

/** False: no memory, or not so many threads; none is left. Pair with stop. */
bool idle_threads_start(struct idle_threads *threads,
			enum idle_threads_wait wait, size_t count,
			size_t stack_size);
/** Tell them, join them. */
void idle_threads_stop(struct idle_threads *threads);

#endif /* BENCH_CONTENDERS_IDLE_THREADS_H */
