/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "lib/connect_patience.h"

#include "tests/harness.h"

#define NS_PER_MS       INT64_C(1000000)
#define DIAL_TIMEOUT_MS 15000

enum {
	LEARNED_FROM = 4,
	WINDOW = 256,
	GIVEN_UP_MOST = 32,
};

static struct dti_connect_patience *make(void)
{
	struct dti_connect_patience *patience = malloc(sizeof(*patience));

	cr_assert_not_null(patience);
	dti_connect_patience_init(patience, DIAL_TIMEOUT_MS);
	return patience;
}

static void connect_all(struct dti_connect_patience *patience, int64_t began_ns,
			int64_t took_ms, size_t count)
{
	for (size_t i = 0; i < count; i++)
		dti_connect_patience_connected(patience, began_ns,
					       took_ms * NS_PER_MS);
}

static void give_up_all(struct dti_connect_patience *patience, int64_t began_ns,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		dti_connect_patience_gave_up(patience, began_ns);
}

Test(lib_connect_patience, nothing_is_known_until_enough_have_succeeded)
{
	struct dti_connect_patience *patience = make();

	cr_assert_eq(patience->limit_ms, INT64_MAX);
	connect_all(patience, 0, 10, LEARNED_FROM - 1);
	cr_assert_eq(patience->limit_ms, INT64_MAX);

	connect_all(patience, 0, 10, 1);

	cr_assert_lt(patience->limit_ms, INT64_MAX);
	free(patience);
}

Test(lib_connect_patience, a_lost_syn_has_time_to_be_sent_again)
{
	struct dti_connect_patience *patience = make();

	connect_all(patience, 0, 0, LEARNED_FROM);
	cr_assert_eq(patience->limit_ms, 1500);

	connect_all(patience, 0, 370, LEARNED_FROM);

	cr_assert_eq(patience->limit_ms, 1500);
	free(patience);
}

Test(lib_connect_patience, is_never_less_than_a_tenth_of_dial_timeout)
{
	struct dti_connect_patience *patience = make();

	dti_connect_patience_set_dial_timeout(patience, 500);
	cr_assert_eq(patience->limit_ms, INT64_MAX);
	connect_all(patience, 0, 10, LEARNED_FROM);
	cr_assert_eq(patience->limit_ms, 50);

	dti_connect_patience_set_dial_timeout(patience, 300);
	cr_assert_eq(patience->limit_ms, 40);
	dti_connect_patience_set_dial_timeout(patience, 60000);

	cr_assert_eq(patience->limit_ms, 6000);
	free(patience);
}

Test(lib_connect_patience, is_four_times_what_slow_connects_take)
{
	struct dti_connect_patience *patience = make();

	connect_all(patience, 0, 10, LEARNED_FROM - 1);
	connect_all(patience, 0, 1000, 1);

	cr_assert_eq(patience->limit_ms, 4000);
	free(patience);
}

Test(lib_connect_patience, one_in_two_hundred_does_not_decide)
{
	struct dti_connect_patience *patience = make();

	connect_all(patience, 0, 3000, 1);
	connect_all(patience, 0, 10, WINDOW - 1);

	cr_assert_eq(patience->limit_ms, 1500);
	free(patience);
}

Test(lib_connect_patience, follows_a_network_that_gets_slower_at_once)
{
	struct dti_connect_patience *patience = make();

	connect_all(patience, 0, 10, (size_t)4 * WINDOW);
	cr_assert_eq(patience->limit_ms, 1500);
	for (int64_t took_ms = 1000; took_ms < 100000; took_ms *= 3)
		connect_all(patience, 0, took_ms, LEARNED_FROM);

	cr_assert_eq(patience->limit_ms, INT64_C(4) * 81000);
	free(patience);
}

Test(lib_connect_patience, follows_one_that_gets_quicker_within_two_windows)
{
	struct dti_connect_patience *patience = make();

	connect_all(patience, 0, 2000, WINDOW);
	connect_all(patience, 0, 10, WINDOW - 1);
	cr_assert_eq(patience->limit_ms, 8000);

	connect_all(patience, 0, 10, 1 + LEARNED_FROM);

	cr_assert_eq(patience->limit_ms, 1500);
	free(patience);
}

Test(lib_connect_patience, no_duration_overflows_it)
{
	struct dti_connect_patience *patience = make();

	for (size_t i = 0; i < LEARNED_FROM; i++)
		dti_connect_patience_connected(patience, 0, INT64_MAX);

	cr_assert_eq(patience->limit_ms, INT64_MAX / NS_PER_MS * 4);
	free(patience);
}

Test(lib_connect_patience, forgets_when_many_in_a_row_are_given_up)
{
	struct dti_connect_patience *patience = make();

	connect_all(patience, 1, 10, (size_t)2 * WINDOW + LEARNED_FROM);
	give_up_all(patience, 2, GIVEN_UP_MOST - 1);
	cr_assert_eq(patience->limit_ms, 1500);

	give_up_all(patience, 2, 1);

	cr_assert_eq(patience->limit_ms, INT64_MAX);
	connect_all(patience, 3, 2000, LEARNED_FROM - 1);
	cr_assert_eq(patience->limit_ms, INT64_MAX);
	connect_all(patience, 3, 2000, 1);
	cr_assert_eq(patience->limit_ms, 8000);
	free(patience);
}

Test(lib_connect_patience, one_that_succeeds_in_time_breaks_the_row)
{
	struct dti_connect_patience *patience = make();

	connect_all(patience, 1, 10, LEARNED_FROM);
	for (int64_t i = 0; i < 10; i++) {
		give_up_all(patience, 3 + 2 * i, GIVEN_UP_MOST - 1);
		connect_all(patience, 4 + 2 * i, 10, 1);
	}

	cr_assert_eq(patience->limit_ms, 1500);
	free(patience);
}

Test(lib_connect_patience, one_that_needed_more_time_does_not_break_it)
{
	struct dti_connect_patience *patience = make();

	connect_all(patience, 1, 10, LEARNED_FROM);
	give_up_all(patience, 2, GIVEN_UP_MOST - 1);
	connect_all(patience, 3, 1501, 1);
	give_up_all(patience, 2, 1);

	cr_assert_eq(patience->limit_ms, INT64_MAX);
	free(patience);
}

/* A burst: some connect soon, and the others end together, a long time after
 * that. */
Test(lib_connect_patience, what_began_with_one_that_succeeded_is_no_row)
{
	struct dti_connect_patience *patience = make();

	connect_all(patience, 7, 10, LEARNED_FROM);
	give_up_all(patience, 7, (size_t)10 * GIVEN_UP_MOST);
	cr_assert_eq(patience->limit_ms, 1500);

	give_up_all(patience, 8, GIVEN_UP_MOST);

	cr_assert_eq(patience->limit_ms, INT64_MAX);
	free(patience);
}

Test(lib_connect_patience, stragglers_do_not_count_against_what_comes_later)
{
	struct dti_connect_patience *patience = make();

	connect_all(patience, 1, 10, LEARNED_FROM);
	give_up_all(patience, 2, (size_t)2 * GIVEN_UP_MOST);
	connect_all(patience, 9, 10, LEARNED_FROM);
	give_up_all(patience, 2, GIVEN_UP_MOST);

	cr_assert_eq(patience->limit_ms, 1500);
	free(patience);
}
