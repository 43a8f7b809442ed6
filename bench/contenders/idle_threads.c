/* SPDX-License-Identifier: MIT */
#include "bench/contenders/idle_threads.h"

#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define POLL_MS 100

struct idle_thread {
	pthread_t handle;
	struct idle_threads *all;
	char name[16];
};

static bool is_stopping(struct idle_threads *all)
{
	/* Acquire: pairs with the release in idle_threads_stop(). */
	return atomic_load_explicit(&all->stopping, memory_order_acquire);
}

static void wait_on_futex(struct idle_threads *all)
{
	while (!is_stopping(all))
		(void)syscall(SYS_futex, &all->stopping,
			      FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, NULL, NULL,
			      0);
}

static void wait_on_condition(struct idle_threads *all)
{
	pthread_mutex_lock(&all->mutex);
	while (!is_stopping(all))
		pthread_cond_wait(&all->condition, &all->mutex);
	pthread_mutex_unlock(&all->mutex);
}

static void *run(void *argument)
{
	struct idle_thread *thread = argument;
	struct idle_threads *all = thread->all;

	pthread_setname_np(pthread_self(), thread->name);
	if (all->wait == IDLE_THREADS_FUTEX)
		wait_on_futex(all);
	else if (all->wait == IDLE_THREADS_CONDITION)
		wait_on_condition(all);
	while (!is_stopping(all))
		poll(NULL, 0, POLL_MS);
	return NULL;
}

static bool make(struct idle_threads *threads, size_t count,
		 const pthread_attr_t *attributes)
{
	for (; threads->count < count; threads->count++) {
		struct idle_thread *thread = &threads->threads[threads->count];

		thread->all = threads;
		snprintf(thread->name, sizeof(thread->name), "idle-%05hu",
			 (unsigned short)threads->count);
		if (pthread_create(&thread->handle, attributes, run, thread))
			return false;
	}
	return true;
}

bool idle_threads_start(struct idle_threads *threads,
			enum idle_threads_wait wait, size_t count,
			size_t stack_size)
{
	pthread_attr_t attributes;
	sigset_t all;
	sigset_t before;
	bool made;

	*threads = (struct idle_threads){.wait = wait};
	threads->threads = calloc(count, sizeof(*threads->threads));
	if (!threads->threads)
		return false;
	pthread_mutex_init(&threads->mutex, NULL);
	pthread_cond_init(&threads->condition, NULL);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, stack_size);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	made = make(threads, count, &attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (!made)
		idle_threads_stop(threads);
	return made;
}

void idle_threads_stop(struct idle_threads *threads)
{
	pthread_mutex_lock(&threads->mutex);
	/* Release: pairs with the acquire in is_stopping(). */
	atomic_store_explicit(&threads->stopping, 1, memory_order_release);
	pthread_mutex_unlock(&threads->mutex);
	pthread_cond_broadcast(&threads->condition);
	(void)syscall(SYS_futex, &threads->stopping,
		      FUTEX_WAKE | FUTEX_PRIVATE_FLAG, INT_MAX, NULL, NULL, 0);
	for (size_t i = 0; i < threads->count; i++)
		pthread_join(threads->threads[i].handle, NULL);
	pthread_cond_destroy(&threads->condition);
	pthread_mutex_destroy(&threads->mutex);
	free(threads->threads);
}
