/* SPDX-License-Identifier: MIT */
#ifndef DTI_THREAD_H
#define DTI_THREAD_H

/*
 * How every thread of the library is made: all signals blocked, a name of at
 * most 15 characters, a stack of a given size with its guard page, joinable.
 */

#include <pthread.h>

#include "lib/dialtone.h"

/** The caller's; fill it in, and let it live until the join. */
struct dti_thread {
	pthread_t handle;
	void (*run)(void *argument);
	void *argument;
	const void *owner; /* see dti_thread_belongs_to(); may be NULL */
	char name[16];
};

/**
 * Make the thread, on a stack of dti_thread_stack_size(@stack_size) bytes.
 * Errors: DT_ERR_NO_THREAD; errno says why.
 */
dt_err dti_thread_start(struct dti_thread *thread, size_t stack_size);
/**
 * The same on a stack that is the caller's until the join: @stack is its lowest
 * byte, @stack_size what dti_thread_stack_size() answered.
 */
dt_err dti_thread_start_on(struct dti_thread *thread, void *stack,
			   size_t stack_size);
/** @wanted bytes, in whole pages, and not less than the system takes. */
size_t dti_thread_stack_size(size_t wanted);
void dti_thread_join(struct dti_thread *thread);

/** Processors that threads can run on; at least 1. */
unsigned int dti_thread_processors(void);

/** Is the calling thread one of those that @owner started, or adopted? */
bool dti_thread_belongs_to(const void *owner);
/**
 * Let the calling thread belong to @owner: while it stands in for one of its
 * threads, and so may run callbacks. Returns whom it belonged to before; adopt
 * it back.
 */
const void *dti_thread_adopt(const void *owner);

#endif /* DTI_THREAD_H */
