/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "lib/container.h"
#include "lib/discv4/chains.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"
#include "tests/random_stream.h"

enum {
	MANY = 5000,
	STEPS = 200000
};

struct thing {
	struct dti_chain_link link;
	bool is_in;
};

/* How often @thing comes in the chain of its hash. */
static size_t count_of(const struct dti_chains *chains,
		       const struct thing *thing, uint64_t hash)
{
	struct dti_chain_link *link = dti_chains_first(chains, hash);
	size_t count = 0;

	for (; link != NULL; link = dti_chain_next(link)) {
		cr_assert_eq(link->hash, hash);
		count += link == &thing->link ? 1 : 0;
	}
	return count;
}

Test(discv4_chains, an_empty_one_finds_nothing)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_chains chains;

	cr_assert(dti_chains_init(&chains, 0, &allocator));

	cr_assert_null(dti_chains_first(&chains, 0));
	cr_assert_null(dti_chains_first(&chains, UINT64_MAX));
	dti_chains_verify(&chains);
	dti_chains_fini(&chains);
	cr_assert_eq(counter.live, 0);
}

Test(discv4_chains, up_to_the_size_of_init_nothing_is_allocated)
{
	static const size_t sizes[] = {1, 2, 3, 16, 100, MANY};
	static struct thing things[MANY];

	for (size_t i = 0; i < dti_array_length(sizes); i++) {
		struct failing_allocator counter = {0};
		struct dt_allocator allocator =
			failing_allocator_functions(&counter);
		struct dti_chains chains;

		cr_assert(dti_chains_init(&chains, sizes[i], &allocator));
		for (size_t j = 0; j < sizes[i]; j++)
			dti_chains_add(&chains, &things[j].link, j % 7);
		cr_assert_eq(counter.calls, 1);
		dti_chains_verify(&chains);
		dti_chains_fini(&chains);
		cr_assert_eq(counter.live, 0);
	}
}

Test(discv4_chains, equal_hashes_stand_side_by_side)
{
	static const struct dt_allocator libc = {.context = NULL};
	struct thing things[3] = {{.is_in = true}};
	struct dti_chains chains;

	cr_assert(dti_chains_init(&chains, 8, &libc));
	dti_chains_add(&chains, &things[0].link, 5);
	dti_chains_add(&chains, &things[1].link, 5 + 8);
	dti_chains_add(&chains, &things[2].link, 5);

	cr_assert_eq(count_of(&chains, &things[0], 5), 1);
	cr_assert_eq(count_of(&chains, &things[2], 5), 1);
	cr_assert_eq(count_of(&chains, &things[1], 5), 0);
	cr_assert_eq(count_of(&chains, &things[1], 5 + 8), 1);
	dti_chains_remove(&chains, &things[2].link);
	cr_assert_eq(count_of(&chains, &things[0], 5), 1);
	cr_assert_eq(count_of(&chains, &things[2], 5), 0);
	dti_chains_fini(&chains);
}

/* Half of the hashes are few, so that chains get long. */
static uint64_t hash_of(size_t number)
{
	struct random_stream stream = {.state = number};

	return number % 2 == 0 ? number % 32 : random_next(&stream);
}

/* Things come and go at random; each is there as often as it should be. */
static void come_and_go(struct dti_chains *chains, struct thing *things)
{
	struct random_stream random = {.state = 1};

	for (size_t step = 0; step < STEPS; step++) {
		size_t i = random_next(&random) % MANY;
		struct thing *thing = &things[i];

		cr_assert_eq(count_of(chains, thing, hash_of(i)),
			     thing->is_in ? 1 : 0);
		if (thing->is_in)
			dti_chains_remove(chains, &thing->link);
		else
			dti_chains_add(chains, &thing->link, hash_of(i));
		thing->is_in = !thing->is_in;
		if (step % 5000 == 0)
			dti_chains_verify(chains);
	}
}

Test(discv4_chains, what_is_added_is_found_until_it_is_removed, .timeout = 60)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	static struct thing things[MANY];
	struct dti_chains chains;

	cr_assert(dti_chains_init(&chains, 16, &allocator));
	come_and_go(&chains, things);

	cr_assert_eq(counter.live, 1);
	cr_assert_eq(chains.size, 4096, "%zu for %zu", chains.size,
		     chains.count);
	dti_chains_fini(&chains);
	cr_assert_eq(counter.live, 0);
}

Test(discv4_chains, without_memory_chains_get_longer_and_nothing_is_lost,
     .timeout = 60)
{
	for (size_t fail_at = 1; fail_at < 12; fail_at++) {
		struct failing_allocator counter = {.fail_at = fail_at};
		struct dt_allocator allocator =
			failing_allocator_functions(&counter);
		struct thing *things = calloc(MANY, sizeof(*things));
		struct dti_chains chains;
		bool made = dti_chains_init(&chains, 16, &allocator);

		cr_assert_eq(made, fail_at != 1);
		for (size_t i = 0; made && i < MANY; i++)
			dti_chains_add(&chains, &things[i].link, i * i);
		for (size_t i = 0; made && i < MANY; i++)
			cr_assert_eq(count_of(&chains, &things[i], i * i), 1);
		if (made)
			dti_chains_verify(&chains);
		dti_chains_fini(&chains);
		cr_assert_eq(counter.live, 0);
		free(things);
	}
}
