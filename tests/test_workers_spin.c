/* SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "workers/spin.h"

#include "tests/harness.h"

#define MAX_NS 20000

/* Ready at the @at-th question. */
struct oracle {
	uint64_t at;
	uint64_t asked;
};

static const uint64_t never = UINT64_MAX;

static bool is_ready(void *argument)
{
	struct oracle *oracle = argument;

	oracle->asked++;
	return oracle->asked >= oracle->at;
}

static bool spin_until(struct dti_spin *spin, uint64_t at)
{
	struct oracle oracle = {.at = at};

	return dti_spin_wait(spin, is_ready, &oracle);
}

static void miss(struct dti_spin *spin, int times)
{
	for (int i = 0; i < times; i++)
		cr_assert_not(spin_until(spin, never));
}

/* Whoever may not spin is not even asked. */
static void expect_no_spin(int64_t max_ns, unsigned int processors)
{
	struct dti_spin spin;
	struct oracle oracle = {.at = 1};

	dti_spin_init(&spin, dti_spin_measure(max_ns, processors));

	cr_assert_not(dti_spin_wait(&spin, is_ready, &oracle));
	cr_assert_eq(oracle.asked, 0);
}

Test(workers_spin, no_time_is_no_spin)
{
	expect_no_spin(0, 8);
	expect_no_spin(-1, 8);
}

Test(workers_spin, one_processor_never_spins)
{
	expect_no_spin(MAX_NS, 1);
	expect_no_spin(MAX_NS, 0);
}

Test(workers_spin, what_is_ready_is_asked_once)
{
	struct dti_spin spin;
	struct oracle oracle = {.at = 1};

	dti_spin_init(&spin, dti_spin_measure(MAX_NS, 2));

	cr_assert(dti_spin_wait(&spin, is_ready, &oracle));
	cr_assert_eq(oracle.asked, 1);
}

Test(workers_spin, what_becomes_ready_is_found)
{
	struct dti_spin spin;

	/* Long enough for a thread that is preempted in between. */
	dti_spin_init(&spin, dti_spin_measure(1000000000, 2));

	cr_assert(spin_until(&spin, 10));
	cr_assert(spin_until(&spin, 300));
}

Test(workers_spin, what_is_never_ready_is_given_up)
{
	struct dti_spin spin;
	struct oracle oracle = {.at = never};

	dti_spin_init(&spin, dti_spin_measure(MAX_NS, 2));

	cr_assert_not(dti_spin_wait(&spin, is_ready, &oracle));
	cr_assert_geq(oracle.asked, 1);
	cr_assert_leq(oracle.asked, MAX_NS, "a look takes 1 ns at least");
}

Test(workers_spin, the_time_halves_when_it_is_in_vain_down_to_a_probe)
{
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(MAX_NS, 2));
	cr_assert_eq(spin.budget_ns, MAX_NS);

	miss(&spin, 1);
	cr_assert_eq(spin.budget_ns, MAX_NS / 2);
	miss(&spin, 1);
	cr_assert_eq(spin.budget_ns, MAX_NS / 4);
	miss(&spin, 8);
	cr_assert_gt(spin.budget_ns, 0);
	cr_assert_leq(spin.budget_ns, MAX_NS / 64 + 1);
}

Test(workers_spin, the_time_is_the_maximum_again_when_it_has_paid)
{
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(MAX_NS, 2));
	miss(&spin, 3);
	cr_assert_eq(spin.budget_ns, MAX_NS / 8);

	cr_assert(spin_until(&spin, 1));
	cr_assert_eq(spin.budget_ns, MAX_NS);
}

Test(workers_spin, after_many_misses_the_maximum_is_tried_once_more)
{
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(MAX_NS, 2));

	miss(&spin, DTI_SPIN_RETRY);
	cr_assert_eq(spin.budget_ns, MAX_NS);
	miss(&spin, DTI_SPIN_RETRY - 1);
	cr_assert_lt(spin.budget_ns, MAX_NS);
}

Test(workers_spin, the_maximum_is_tried_less_often_each_time_it_is_in_vain)
{
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(MAX_NS, 2));

	for (int misses = DTI_SPIN_RETRY; misses < DTI_SPIN_RETRY_MOST;
	     misses *= 2) {
		miss(&spin, misses - 1);
		cr_assert_lt(spin.budget_ns, MAX_NS);
		miss(&spin, 1);
		cr_assert_eq(spin.budget_ns, MAX_NS);
	}
	for (int i = 0; i < 3; i++) {
		miss(&spin, DTI_SPIN_RETRY_MOST);
		cr_assert_eq(spin.budget_ns, MAX_NS);
	}
}

Test(workers_spin, a_hit_makes_it_try_as_often_as_at_first)
{
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(MAX_NS, 2));
	miss(&spin, DTI_SPIN_RETRY);

	cr_assert(spin_until(&spin, 1));
	miss(&spin, DTI_SPIN_RETRY);

	cr_assert_eq(spin.budget_ns, MAX_NS);
}

Test(workers_spin, only_misses_in_a_row_count)
{
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(MAX_NS, 2));

	miss(&spin, DTI_SPIN_RETRY - 1);
	cr_assert(spin_until(&spin, 1));
	miss(&spin, 1);
	cr_assert_lt(spin.budget_ns, MAX_NS);
}

Test(workers_spin, the_shortest_maximum_still_looks_once)
{
	struct dti_spin spin;
	struct oracle oracle = {.at = never};

	dti_spin_init(&spin, dti_spin_measure(1, 2));
	miss(&spin, 5);

	cr_assert_not(dti_spin_wait(&spin, is_ready, &oracle));
	cr_assert_eq(oracle.asked, 1);
	cr_assert_eq(spin.budget_ns, 1);
}

Test(workers_spin, no_maximum_is_more_than_a_second)
{
	struct dti_spin spin;

	dti_spin_init(&spin, dti_spin_measure(INT64_MAX, 2));

	cr_assert_eq(spin.max_ns, 1000000000);
	cr_assert(spin_until(&spin, 1));
	cr_assert_eq(spin.budget_ns, 1000000000);
}
