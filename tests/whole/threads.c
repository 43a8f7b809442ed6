/* SPDX-License-Identifier: MIT */
#include "tests/whole/threads.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static _Atomic uint64_t fail_at;
static _Atomic uint64_t wait_from;
static _Atomic uint64_t asked_for;
static struct gate *_Atomic gate_before;

typedef int (*create_fn)(pthread_t *, const pthread_attr_t *, void *(*)(void *),
			 void *);

static create_fn next_create(void)
{
	union {
		void *object;
		create_fn function;
	} found = {.object = dlsym(RTLD_NEXT, "pthread_create")};

	return found.function;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
		   void *(*run)(void *), void *argument)
{
	uint64_t number = atomic_fetch_add(&asked_for, 1) + 1;
	struct gate *gate = atomic_load(&gate_before);

	if (gate && number >= atomic_load(&wait_from))
		gate_pass(gate);
	if (number == atomic_load(&fail_at))
		return EAGAIN;
	return next_create()(thread, attributes, run, argument);
}

void threads_fail_at(uint64_t number)
{
	atomic_store(&asked_for, 0);
	atomic_store(&fail_at, number);
}

void threads_wait_at(struct gate *gate, uint64_t number)
{
	atomic_store(&asked_for, 0);
	atomic_store(&wait_from, number);
	atomic_store(&gate_before, gate);
}

uint64_t threads_asked_for(void)
{
	return atomic_load(&asked_for);
}
