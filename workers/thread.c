/* SPDX-License-Identifier: MIT */
#include "workers/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "workers/tsan.h"

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

size_t dti_thread_stack_size(size_t wanted)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t least = (size_t)sysconf(_SC_THREAD_STACK_MIN);

	if (wanted < least)
		wanted = least;
	if (wanted > SIZE_MAX - DTI_TSAN_STACK - page)
		return SIZE_MAX / page * page;
	return (wanted + DTI_TSAN_STACK + page - 1) / page * page;
}

/* @failed: what setting its stack said. Frees @attributes. */
static dt_err start(struct dti_thread *thread, pthread_attr_t *attributes,
		    int failed)
{
	sigset_t all;

	/* No signal of the host's lands on it. By attribute: the caller's own
	 * mask need not be changed there and back. */
	sigfillset(&all);
	if (!failed)
		failed = pthread_attr_setsigmask_np(attributes, &all);
	if (!failed)
		failed = pthread_create(&thread->handle, attributes, enter,
					thread);
	pthread_attr_destroy(attributes);
	if (!failed)
		return DT_OK;
	errno = failed;
	return DT_ERR_NO_THREAD;
}

dt_err dti_thread_start(struct dti_thread *thread, size_t stack_size)
{
	pthread_attr_t attributes;

	/* Cannot fail: nothing is allocated by it in glibc. */
	pthread_attr_init(&attributes);
	return start(thread, &attributes,
		     pthread_attr_setstacksize(
			     &attributes, dti_thread_stack_size(stack_size)));
}

dt_err dti_thread_start_on(struct dti_thread *thread, void *stack,
			   size_t stack_size)
{
	pthread_attr_t attributes;

	pthread_attr_init(&attributes); /* as above */
	return start(thread, &attributes,
		     pthread_attr_setstack(&attributes, stack, stack_size));
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
