/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "workers/rcu.h"

#include "tests/gate.h"
#include "tests/harness.h"

/* What is published: both halves are equal while it may be read. */
struct page {
	int left;
	int right;
};

static struct page *make_page(int number)
{
	struct page *page = malloc(sizeof(*page));

	cr_assert_not_null(page);
	page->left = number;
	page->right = number;
	return page;
}

static void replace_page(struct page *_Atomic *current, struct page *page)
{
	struct page *old =
		atomic_exchange_explicit(current, page, memory_order_acq_rel);

	dti_rcu_synchronize();
	old->left = -1; /* nobody reads it any more */
	free(old);
}

Test(workers_rcu, synchronize_without_readers_returns, .timeout = 10)
{
	int turns = 0;

	while (turns < 3) {
		dti_rcu_synchronize();
		turns++;
	}

	cr_assert_eq(turns, 3);
}

Test(workers_rcu, the_same_thread_may_read_then_replace, .timeout = 10)
{
	struct page *_Atomic current = make_page(1);
	const struct page *seen;

	dti_rcu_read_lock();
	seen = atomic_load_explicit(&current, memory_order_acquire);
	cr_assert_eq(seen->left, 1);
	dti_rcu_read_unlock();

	replace_page(&current, make_page(2));

	seen = atomic_load_explicit(&current, memory_order_acquire);
	cr_assert_eq(seen->right, 2);
	free(atomic_load(&current));
}

struct grace {
	struct gate inside;  /* the reader is in its section */
	struct gate leaving; /* opened: it may leave */
	_Atomic bool over;   /* synchronize has returned */
	bool nested;
	bool over_in_section; /* the reader saw it while inside */
};

static void *read_for_long(void *argument)
{
	struct grace *grace = argument;

	dti_rcu_read_lock();
	if (grace->nested) {
		dti_rcu_read_lock();
		dti_rcu_read_unlock(); /* still in the outer one */
	}
	gate_pass(&grace->inside);
	gate_pass(&grace->leaving);
	grace->over_in_section = atomic_load(&grace->over);
	dti_rcu_read_unlock();
	return NULL;
}

static void *synchronize_once(void *argument)
{
	struct grace *grace = argument;

	gate_await(&grace->inside, 1);
	gate_open(&grace->inside);
	gate_await(&grace->leaving, 1);
	dti_rcu_synchronize();
	atomic_store(&grace->over, true);
	return NULL;
}

/* The reader leaves when the writer is about to wait for it. */
static void expect_grace(bool nested)
{
	struct grace grace = {.nested = nested};
	pthread_t reader;
	pthread_t writer;

	gate_init(&grace.inside);
	gate_init(&grace.leaving);
	pthread_create(&reader, NULL, read_for_long, &grace);
	pthread_create(&writer, NULL, synchronize_once, &grace);
	gate_await(&grace.leaving, 1);
	/* A synchronize that does not wait has this long to show it. */
	for (int i = 0; i < 2000; i++) {
		cr_assert_not(atomic_load(&grace.over));
		sched_yield();
	}
	gate_open(&grace.leaving);
	pthread_join(reader, NULL);
	pthread_join(writer, NULL);

	cr_assert(atomic_load(&grace.over));
	cr_assert_not(grace.over_in_section);
	gate_fini(&grace.inside);
	gate_fini(&grace.leaving);
}

Test(workers_rcu, synchronize_waits_for_a_reader, .timeout = 10)
{
	expect_grace(false);
}

Test(workers_rcu, only_the_outermost_unlock_ends_the_section, .timeout = 10)
{
	expect_grace(true);
}

enum {
	READERS = 3,
	REPLACEMENTS = 300
};

struct library {
	struct page *_Atomic current;
	_Atomic bool closed;
	_Atomic uint64_t readings;
	_Atomic uint64_t torn;
};

static void *read_all_the_time(void *argument)
{
	struct library *library = argument;

	while (!atomic_load(&library->closed)) {
		const struct page *page;

		dti_rcu_read_lock();
		page = atomic_load_explicit(&library->current,
					    memory_order_acquire);
		if (page->left != page->right || page->left < 0)
			atomic_fetch_add(&library->torn, 1);
		dti_rcu_read_unlock();
		atomic_fetch_add(&library->readings, 1);
	}
	return NULL;
}

Test(workers_rcu, readers_never_see_what_was_freed, .timeout = 60)
{
	struct library library = {.current = make_page(0)};
	pthread_t readers[READERS];

	for (size_t i = 0; i < READERS; i++)
		pthread_create(&readers[i], NULL, read_all_the_time, &library);

	for (int number = 1; number <= REPLACEMENTS; number++)
		replace_page(&library.current, make_page(number));
	while (atomic_load(&library.readings) == 0)
		; /* they may not have begun yet */
	atomic_store(&library.closed, true);
	for (size_t i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);

	cr_assert_eq(atomic_load(&library.torn), 0);
	free(atomic_load(&library.current));
}
