/* SPDX-License-Identifier: MIT */
#include "workers/thread.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

/*
 * Which dialer's thread this is. One word a thread, written when it starts or
 * is adopted: the only way to tell a callback from an embedder's own thread
 * that does not scan thousands of handles.
 */
static _Thread_local const void *thread_owner;

static void *enter(void *argument)
{
	struct dti_thread *thread = argument;

	thread_owner = thread->owner;
	pthread_setname_np(pthread_self(), thread->name);
	thread->run(thread->argument);
	return NULL;
}

static size_t whole_pages(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t least = (size_t)sysconf(_SC_THREAD_STACK_MIN);

	if (size < least)
		size = least;
	return (size + page - 1) / page * page;
}

dt_err dti_thread_start(struct dti_thread *thread, size_t stack_size)
{
	pthread_attr_t attributes;
	sigset_t all;
	sigset_t before;
	int failed;

	if (pthread_attr_init(&attributes))
		return DT_ERR_NO_THREAD;
	failed =
		pthread_attr_setstacksize(&attributes, whole_pages(stack_size));
	/* The thread inherits the mask: no signal of the host's lands on it. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (!failed)
		failed = pthread_create(&thread->handle, &attributes, enter,
					thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (failed) {
		errno = failed;
		return DT_ERR_NO_THREAD;
	}
	return DT_OK;
}

void dti_thread_join(struct dti_thread *thread)
{
	pthread_join(thread->handle, NULL);
}

unsigned int dti_thread_processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count > 0 ? (unsigned int)count : 1;
}

bool dti_thread_belongs_to(const void *owner)
{
	return thread_owner == owner;
}

const void *dti_thread_adopt(const void *owner)
{
	const void *before = thread_owner;

	thread_owner = owner;
	return before;
}
