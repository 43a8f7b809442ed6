/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "workers/thread.h"

#include "tests/harness.h"

struct finding {
	char name[32];
	size_t stack_size;
	size_t guard_size;
	bool signals_blocked;
	bool belongs_to_owner;
	bool belongs_to_other;
	const void *owner;
};

static void look_around(void *argument)
{
	struct finding *finding = argument;
	pthread_attr_t attributes;
	sigset_t blocked;
	void *stack;

	pthread_getname_np(pthread_self(), finding->name,
			   sizeof(finding->name));
	pthread_getattr_np(pthread_self(), &attributes);
	pthread_attr_getstack(&attributes, &stack, &finding->stack_size);
	pthread_attr_getguardsize(&attributes, &finding->guard_size);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	finding->signals_blocked = sigismember(&blocked, SIGINT) == 1 &&
				   sigismember(&blocked, SIGTERM) == 1 &&
				   sigismember(&blocked, SIGPIPE) == 1 &&
				   sigismember(&blocked, SIGUSR1) == 1;
	finding->belongs_to_owner = dti_thread_belongs_to(finding->owner);
	finding->belongs_to_other = dti_thread_belongs_to(finding);
}

static struct finding start_one(const void *owner, size_t stack_size)
{
	struct finding finding = {.owner = owner};
	struct dti_thread thread = {
		.run = look_around,
		.argument = &finding,
		.owner = owner,
		.name = "dt-work-12345",
	};

	cr_assert_eq(dti_thread_start(&thread, stack_size), DT_OK);
	dti_thread_join(&thread);
	return finding;
}

Test(workers_thread, has_its_name_and_stack_and_no_signals, .timeout = 30)
{
	sigset_t before;
	sigset_t after;
	struct finding finding;

	sigemptyset(&before);
	sigemptyset(&after);
	pthread_sigmask(SIG_SETMASK, NULL, &before);

	finding = start_one("owner", (size_t)192 * 1024);

	cr_assert_str_eq(finding.name, "dt-work-12345");
	/* ThreadSanitizer adds what it needs itself. */
	cr_assert_geq(finding.stack_size, 192 * 1024);
	cr_assert_gt(finding.guard_size, 0);
	cr_assert(finding.signals_blocked);
	/* The caller's own mask is as it was. */
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	for (int number = 1; number < NSIG; number++)
		cr_assert_eq(sigismember(&before, number),
			     sigismember(&after, number));
}

Test(workers_thread, a_stack_is_never_smaller_than_was_asked_for, .timeout = 30)
{
	size_t asked = (size_t)192 * 1024 + 1;

	cr_assert_geq(start_one(NULL, asked).stack_size, asked);
	/* Nor than the least that the system takes. */
	cr_assert_geq(start_one(NULL, 1).stack_size,
		      (size_t)sysconf(_SC_THREAD_STACK_MIN));
}

Test(workers_thread, belongs_to_its_owner_only, .timeout = 30)
{
	struct finding finding = start_one("owner", (size_t)192 * 1024);

	cr_assert(finding.belongs_to_owner);
	cr_assert_not(finding.belongs_to_other);
	cr_assert_not(dti_thread_belongs_to("owner"));
}

Test(workers_thread, an_adopted_thread_belongs_until_it_is_given_back)
{
	const char *first = "first";
	const char *second = "second";

	cr_assert_null(dti_thread_adopt(first));
	cr_assert(dti_thread_belongs_to(first));
	cr_assert_eq(dti_thread_adopt(second), first);
	cr_assert(dti_thread_belongs_to(second));
	cr_assert_not(dti_thread_belongs_to(first));
	cr_assert_eq(dti_thread_adopt(first), second);
	cr_assert_eq(dti_thread_adopt(NULL), first);

	cr_assert_not(dti_thread_belongs_to(first));
}

static void do_nothing(void *argument)
{
	(void)argument;
}

Test(workers_thread, one_that_cannot_be_made_says_why)
{
	struct dti_thread thread = {.run = do_nothing, .name = "dt-work-00"};
	sigset_t before;
	sigset_t after;

	sigemptyset(&before);
	sigemptyset(&after);
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	errno = 0;

	/* More stack than there are addresses. */
	cr_assert_eq(dti_thread_start(&thread, (size_t)1 << 60),
		     DT_ERR_NO_THREAD);

	cr_assert_neq(errno, 0);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	cr_assert_eq(sigismember(&before, SIGINT), sigismember(&after, SIGINT));
}
