/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "workers/stacks.h"
#include "workers/thread.h"

#include "tests/harness.h"

enum {
	STACKS = 3,
	SIZE = 192 * 1024 + 1,
};

/* The kernel reads it, and says so if nobody may. */
static bool is_readable(const char *byte)
{
	int ends[2];
	bool readable;

	cr_assert_eq(pipe(ends), 0);
	readable = write(ends[1], byte, 1) == 1;
	cr_assert(readable || errno == EFAULT);
	close(ends[0]);
	close(ends[1]);
	return readable;
}

Test(workers_stacks, have_the_size_asked_for_in_whole_pages)
{
	struct dti_stacks stacks;
	char *stack;

	cr_assert_eq(dti_stacks_map(&stacks, STACKS, SIZE), DT_OK);
	stack = dti_stacks_open(&stacks, 1);

	cr_assert_not_null(stack);
	cr_assert_geq(stacks.size, SIZE);
	cr_assert_eq(stacks.size % (size_t)sysconf(_SC_PAGESIZE), 0);
	memset(stack, 0x5a, stacks.size);
	cr_assert_eq(stack[stacks.size - 1], 0x5a);
	dti_stacks_unmap(&stacks);
}

Test(workers_stacks, are_never_smaller_than_the_system_takes)
{
	struct dti_stacks stacks;

	cr_assert_eq(dti_stacks_map(&stacks, 1, 1), DT_OK);

	cr_assert_geq(stacks.size, (size_t)sysconf(_SC_THREAD_STACK_MIN));
	dti_stacks_unmap(&stacks);
}

Test(workers_stacks, have_a_guard_page_below_each)
{
	struct dti_stacks stacks;

	cr_assert_eq(dti_stacks_map(&stacks, STACKS, SIZE), DT_OK);

	for (uint32_t i = 0; i < STACKS; i++) {
		const char *stack = dti_stacks_open(&stacks, i);

		cr_assert_not_null(stack);
		cr_assert(is_readable(stack));
		cr_assert(is_readable(stack + stacks.size - 1));
		cr_assert_not(is_readable(stack - 1), "stack %u", i);
	}
	dti_stacks_unmap(&stacks);
}

Test(workers_stacks, cannot_be_used_before_they_are_opened)
{
	struct dti_stacks stacks;
	const char *second;

	cr_assert_eq(dti_stacks_map(&stacks, STACKS, SIZE), DT_OK);
	second = dti_stacks_open(&stacks, 1);

	cr_assert_not_null(second);
	cr_assert_not(is_readable(second - stacks.guard - 1));
	cr_assert_not(is_readable(second + stacks.size + stacks.guard));
	dti_stacks_unmap(&stacks);
}

Test(workers_stacks, more_than_there_are_addresses_are_refused)
{
	struct dti_stacks stacks;

	errno = 0;
	cr_assert_eq(dti_stacks_map(&stacks, STACKS, (size_t)1 << 60),
		     DT_ERR_NO_THREAD);
	cr_assert_eq(errno, ENOMEM);

	errno = 0;
	cr_assert_eq(dti_stacks_map(&stacks, 16384, SIZE_MAX / 16384),
		     DT_ERR_NO_THREAD);
	cr_assert_eq(errno, ENOMEM);
	cr_assert_eq(dti_stacks_map(&stacks, 1, SIZE_MAX), DT_ERR_NO_THREAD);
}

Test(workers_stacks, one_that_may_not_be_opened_says_why)
{
	struct dti_stacks stacks;
	struct rlimit limit;
	struct rlimit none;
	void *stack;

	cr_assert_eq(dti_stacks_map(&stacks, STACKS, SIZE), DT_OK);
	cr_assert_eq(getrlimit(RLIMIT_DATA, &limit), 0);
	none = (struct rlimit){.rlim_cur = 1, .rlim_max = limit.rlim_max};
	errno = 0;
	cr_assert_eq(setrlimit(RLIMIT_DATA, &none), 0);
	stack = dti_stacks_open(&stacks, 0);
	cr_assert_eq(setrlimit(RLIMIT_DATA, &limit), 0);

	cr_assert_null(stack);
	cr_assert_eq(errno, ENOMEM);
	dti_stacks_unmap(&stacks);
}

struct finding {
	void *stack;
	size_t size;
};

static void look_around(void *argument)
{
	struct finding *finding = argument;
	pthread_attr_t attributes;

	pthread_getattr_np(pthread_self(), &attributes);
	pthread_attr_getstack(&attributes, &finding->stack, &finding->size);
	pthread_attr_destroy(&attributes);
}

Test(workers_stacks, a_thread_runs_on_the_one_it_was_given, .timeout = 30)
{
	struct dti_stacks stacks;

	cr_assert_eq(dti_stacks_map(&stacks, STACKS, SIZE), DT_OK);

	for (uint32_t i = 0; i < STACKS; i++) {
		void *stack = dti_stacks_open(&stacks, i);
		struct finding finding = {0};
		struct dti_thread thread = {
			.run = look_around,
			.argument = &finding,
			.name = "dt-work-00",
		};

		cr_assert_not_null(stack);
		cr_assert_eq(dti_thread_start_on(&thread, stack, stacks.size),
			     DT_OK);
		dti_thread_join(&thread);
		cr_assert_eq(finding.stack, stack);
		cr_assert_eq(finding.size, stacks.size);
	}
	dti_stacks_unmap(&stacks);
}
