/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "workers/call.h"

#include "tests/harness.h"

#define CALLS 2000

/* One that does what it is asked for, one after the other. */
struct servant {
	struct dti_park park;
	_Atomic(struct dti_call *) call;
	int work; /* plain: handed over with the call */
	pthread_t thread;
};

static void *do_work(void *argument)
{
	struct servant *servant = argument;

	for (int i = 1; i <= CALLS; i++) {
		struct dti_call *call;

		while (!(call = atomic_exchange(&servant->call, NULL)))
			continue;
		servant->work = i;
		dti_call_finish(call);
	}
	return NULL;
}

/* Each on a part of the stack that the next one writes over. */
static int ask(struct servant *servant)
{
	struct dti_call call;

	dti_call_init(&call, &servant->park);
	atomic_store(&servant->call, &call);
	dti_call_await(&call);
	return servant->work;
}

Test(workers_call, it_returns_when_the_other_thread_is_done, .timeout = 60)
{
	struct servant servant = {.work = 0};

	dti_park_init(&servant.park);
	cr_assert_eq(pthread_create(&servant.thread, NULL, do_work, &servant),
		     0);
	for (int i = 1; i <= CALLS; i++)
		cr_assert_eq(ask(&servant), i);
	pthread_join(servant.thread, NULL);
}

Test(workers_call, one_that_is_done_is_not_waited_for)
{
	struct dti_park park;
	struct dti_call call;

	dti_park_init(&park);
	dti_call_init(&call, &park);
	dti_call_finish(&call);
	dti_call_await(&call);

	cr_assert_eq(atomic_load(&park.sleeps), 0);
}
