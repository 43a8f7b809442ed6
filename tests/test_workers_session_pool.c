/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <string.h>

#include "workers/session.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

#define SESSIONS 40 /* more than the first piece of memory has */
#define THREADS  4
#define ROUNDS   2000

static const struct dt_allocator libc_allocator;

Test(workers_session_pool, a_session_is_zero_but_for_its_setup)
{
	static const struct dt_session zero;
	struct dti_session_pool pool;
	struct dt_session *session;
	struct dti_session_setup *setup;

	dti_session_pool_init(&pool, &libc_allocator);
	session = dti_session_pool_take(&pool);
	memset(&session->info, 0xff, sizeof(session->info));
	dti_session_pool_give(&pool, session);
	session = dti_session_pool_take(&pool);

	setup = session->setup;
	cr_assert_not_null(setup);
	session->setup = NULL;
	cr_assert_arr_eq(session, &zero, sizeof(zero));

	session->setup = setup;
	dti_session_pool_give(&pool, session);
	dti_session_pool_fini(&pool);
}

Test(workers_session_pool, each_session_has_memory_of_its_own)
{
	struct dti_session_pool pool;
	struct dt_session *sessions[SESSIONS];

	dti_session_pool_init(&pool, &libc_allocator);
	for (size_t i = 0; i < SESSIONS; i++) {
		sessions[i] = dti_session_pool_take(&pool);
		sessions[i]->info.auth_ms = (int64_t)i;
		memset(sessions[i]->setup, (int)i, sizeof(*sessions[i]->setup));
	}
	cr_assert_eq(dti_session_pool_in_use(&pool), SESSIONS);

	for (size_t i = 0; i < SESSIONS; i++) {
		uint8_t pattern[sizeof(*sessions[i]->setup)];

		memset(pattern, (int)i, sizeof(pattern));
		cr_assert_eq(sessions[i]->info.auth_ms, (int64_t)i);
		cr_assert_arr_eq(sessions[i]->setup, pattern, sizeof(pattern));
		dti_session_pool_give(&pool, sessions[i]);
	}
	cr_assert_eq(dti_session_pool_in_use(&pool), 0);
	dti_session_pool_fini(&pool);
}

Test(workers_session_pool, what_was_given_back_is_used_again)
{
	struct failing_allocator failing = {0};
	struct dt_allocator allocator = failing_allocator_functions(&failing);
	struct dti_session_pool pool;

	dti_session_pool_init(&pool, &allocator);
	cr_assert_eq(failing.calls, 0);
	for (size_t i = 0; i < SESSIONS; i++) {
		struct dt_session *session = dti_session_pool_take(&pool);

		dti_session_pool_give_setup(&pool, session->setup);
		session->setup = NULL;
		dti_session_pool_give(&pool, session);
	}
	cr_assert_eq(failing.calls, 2);
	dti_session_pool_fini(&pool);
	cr_assert_eq(failing.live, 0);
}

Test(workers_session_pool, a_setup_that_is_given_back_serves_the_next)
{
	struct dti_session_pool pool;
	struct dt_session *open;
	struct dt_session *next;
	struct dti_session_setup *setup;

	dti_session_pool_init(&pool, &libc_allocator);
	open = dti_session_pool_take(&pool);
	setup = open->setup;
	open->setup = NULL;
	dti_session_pool_give_setup(&pool, setup);
	next = dti_session_pool_take(&pool);

	cr_assert_eq(next->setup, setup);

	dti_session_pool_give(&pool, open);
	dti_session_pool_give(&pool, next);
	dti_session_pool_fini(&pool);
}

Test(workers_session_pool, who_takes_what_was_reserved_allocates_nothing)
{
	struct failing_allocator failing = {0};
	struct dt_allocator allocator = failing_allocator_functions(&failing);
	struct dti_session_pool pool;
	struct dt_session *sessions[SESSIONS];
	size_t calls;

	dti_session_pool_init(&pool, &allocator);
	cr_assert(dti_session_pool_reserve(&pool, SESSIONS));
	calls = failing.calls;
	cr_assert(dti_session_pool_reserve(&pool, SESSIONS));
	for (size_t i = 0; i < SESSIONS; i++)
		sessions[i] = dti_session_pool_take(&pool);
	cr_assert_eq(failing.calls, calls);
	for (size_t i = 0; i < SESSIONS; i++)
		dti_session_pool_give(&pool, sessions[i]);
	dti_session_pool_fini(&pool);
	cr_assert_eq(failing.live, 0);
}

Test(workers_session_pool, without_memory_nothing_is_lost)
{
	for (size_t fail_at = 1;; fail_at++) {
		struct failing_allocator failing = {.fail_at = fail_at};
		struct dt_allocator allocator =
			failing_allocator_functions(&failing);
		struct dti_session_pool pool;
		struct dt_session *sessions[SESSIONS];
		size_t taken = 0;
		bool reserved;

		dti_session_pool_init(&pool, &allocator);
		reserved = dti_session_pool_reserve(&pool, SESSIONS);
		/* The one that failed is past: all the same can be had. */
		while (taken < SESSIONS) {
			sessions[taken] = dti_session_pool_take(&pool);
			taken += sessions[taken] != NULL;
		}
		for (size_t i = 0; i < taken; i++)
			dti_session_pool_give(&pool, sessions[i]);
		dti_session_pool_fini(&pool);
		cr_assert_eq(failing.live, 0);
		cr_assert_eq(reserved, failing.calls < fail_at, "%zu", fail_at);
		if (reserved)
			break;
	}
}

Test(workers_session_pool, there_is_no_session_without_memory_for_its_setup)
{
	struct failing_allocator failing = {.fail_at = 2};
	struct dt_allocator allocator = failing_allocator_functions(&failing);
	struct dti_session_pool pool;
	struct dt_session *session;

	dti_session_pool_init(&pool, &allocator);
	cr_assert_null(dti_session_pool_take(&pool));
	cr_assert_eq(dti_session_pool_in_use(&pool), 0);
	session = dti_session_pool_take(&pool);
	cr_assert_not_null(session);
	dti_session_pool_give(&pool, session);
	dti_session_pool_fini(&pool);
}

static void *take_and_give(void *argument)
{
	struct dti_session_pool *pool = argument;

	for (int i = 0; i < ROUNDS; i++) {
		struct dt_session *session = dti_session_pool_take(pool);

		cr_assert_not_null(session);
		cr_assert_eq(session->info.auth_ms, 0);
		session->info.auth_ms = i;
		session->setup->handshake.refusal = DTI_REFUSAL_NULL_ID;
		if (i % 2 == 0) {
			dti_session_pool_give_setup(pool, session->setup);
			session->setup = NULL;
		}
		dti_session_pool_give(pool, session);
	}
	return NULL;
}

Test(workers_session_pool, several_threads_may_take_and_give, .timeout = 60)
{
	struct dti_session_pool pool;
	pthread_t threads[THREADS];

	dti_session_pool_init(&pool, &libc_allocator);
	for (size_t i = 0; i < THREADS; i++)
		cr_assert_eq(
			pthread_create(&threads[i], NULL, take_and_give, &pool),
			0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);

	cr_assert_eq(dti_session_pool_in_use(&pool), 0);
	dti_session_pool_fini(&pool);
}
