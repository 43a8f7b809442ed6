/* SPDX-License-Identifier: MIT */
#include "workers/kept_facts.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

#define LIMIT 7

/* Add @count facts, numbered on from *@next. */
static void add(struct dti_kept_facts *kept, uint64_t *next, size_t count)
{
	struct dti_node_fact facts[2 * LIMIT + 1];

	memset(facts, 0, sizeof(facts));
	for (size_t i = 0; i < count; i++)
		facts[i].record_seq = (*next)++;
	dti_kept_facts_add(kept, facts, count);
}

Test(workers_kept_facts, the_latest_are_kept_in_their_order)
{
	struct failing_allocator memory = {.calls = 0};
	struct dt_allocator allocator = failing_allocator_functions(&memory);

	/* Each sequence of three sizes, none of them and more than the limit
	 * among them. */
	for (size_t sizes = 0; sizes < 16 * 16 * 16; sizes++) {
		struct dti_kept_facts kept = {.allocator = &allocator,
					      .limit = LIMIT};
		uint64_t next = 0;
		size_t expected;

		add(&kept, &next, sizes % 16 % (2 * LIMIT + 1));
		add(&kept, &next, sizes / 16 % 16 % (2 * LIMIT + 1));
		add(&kept, &next, sizes / 256 % (2 * LIMIT + 1));

		expected = next < LIMIT ? (size_t)next : LIMIT;
		cr_assert_eq(kept.count, expected);
		cr_assert_leq(kept.size, LIMIT);
		for (size_t i = 0; i < kept.count; i++)
			cr_assert_eq(kept.facts[i].record_seq,
				     next - expected + i);
		dti_kept_facts_clear(&kept);
		cr_assert_eq(kept.count, 0);
		cr_assert_eq(memory.live, 0);
	}
}

Test(workers_kept_facts, without_memory_the_new_ones_are_lost)
{
	struct failing_allocator memory = {.calls = 0};
	struct dt_allocator allocator = failing_allocator_functions(&memory);
	struct dti_kept_facts kept = {.allocator = &allocator, .limit = LIMIT};
	uint64_t next = 0;

	add(&kept, &next, 2);
	memory.fail_at = memory.calls + 1;
	add(&kept, &next, 4);
	cr_assert_eq(kept.count, 2);
	add(&kept, &next, 1);

	cr_assert_eq(kept.count, 3);
	cr_assert_eq(kept.facts[1].record_seq, 1);
	cr_assert_eq(kept.facts[2].record_seq, 6);
	dti_kept_facts_clear(&kept);
	cr_assert_eq(memory.live, 0);
}

Test(workers_kept_facts, a_limit_that_no_memory_holds_does_not_overflow)
{
	struct failing_allocator memory = {.calls = 0};
	struct dt_allocator allocator = failing_allocator_functions(&memory);
	struct dti_kept_facts kept = {.allocator = &allocator,
				      .limit = SIZE_MAX};
	uint64_t next = 0;

	for (int i = 0; i < 100; i++)
		add(&kept, &next, LIMIT);

	cr_assert_eq(kept.count, 100 * LIMIT);
	cr_assert_lt(kept.size, 1000 * LIMIT);
	dti_kept_facts_clear(&kept);
}
