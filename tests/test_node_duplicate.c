/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/duplicate.h"
#include "lib/node/id.h"

#include "tests/failing_allocator.h"
#include "tests/harness.h"

static const struct dt_allocator libc = {.malloc = NULL};

/* The same answer the slow way. */
static struct dti_duplicate find_slowly(const struct dt_node *nodes,
					size_t count)
{
	for (size_t second = 1; second < count; second++)
		for (size_t first = second; first-- > 0;)
			if (dti_node_id_equal(&nodes[first].id,
					      &nodes[second].id))
				return (struct dti_duplicate){true, first,
							      second};
	return (struct dti_duplicate){.found = false};
}

static bool same(const struct dti_duplicate *a, const struct dti_duplicate *b)
{
	return a->found == b->found && a->first == b->first &&
	       a->second == b->second;
}

/* A node whose id ends in @value; the sort's prefix is the same for all. */
static struct dt_node node_ending_in(unsigned int value)
{
	struct dt_node node = {.host_name = NULL};

	node.id.bytes[62] = (uint8_t)(value >> 8);
	node.id.bytes[63] = (uint8_t)value;
	return node;
}

/* A node whose id begins with @value. */
static struct dt_node node_beginning_with(unsigned int value)
{
	struct dt_node node = {.host_name = NULL};

	node.id.bytes[0] = (uint8_t)value;
	node.id.bytes[1] = (uint8_t)(value >> 8);
	return node;
}

/* xorshift64: the same numbers in each run. @state: not 0. */
static size_t draw(uint64_t *state, size_t range)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (size_t)(*state >> 16) % range;
}

Test(node_duplicate, few_nodes_have_none)
{
	struct dt_node nodes[3];
	struct dti_duplicate duplicate = {.found = true};

	memset(nodes, 0, sizeof(nodes));
	nodes[1].id.bytes[0] = 1;
	nodes[2].id.bytes[63] = 1;

	for (size_t count = 0; count <= 3; count++) {
		cr_assert_eq(
			dti_duplicate_find(&duplicate, nodes, count, &libc),
			DT_OK);
		cr_assert_not(duplicate.found, "%zu nodes", count);
	}
}

Test(node_duplicate, the_first_repeat_is_found_among_many)
{
	struct dt_node nodes[200];
	uint64_t state = 1;

	for (unsigned int run = 0; run < 2000; run++) {
		size_t count = draw(&state, 200);
		size_t range = 1 + draw(&state, 20000);
		struct dti_duplicate found;
		struct dti_duplicate expected;

		for (size_t i = 0; i < count; i++) {
			unsigned int value = (unsigned int)draw(&state, range);

			nodes[i] = run % 2 ? node_ending_in(value)
					   : node_beginning_with(value);
		}
		expected = find_slowly(nodes, count);
		cr_assert_eq(dti_duplicate_find(&found, nodes, count, &libc),
			     DT_OK);
		cr_assert(same(&found, &expected), "run %u", run);
	}
}

Test(node_duplicate, three_of_a_kind_give_the_first_two)
{
	struct dt_node nodes[4] = {node_ending_in(7), node_ending_in(1),
				   node_ending_in(7), node_ending_in(7)};
	struct dti_duplicate duplicate;

	cr_assert_eq(dti_duplicate_find(&duplicate, nodes, 4, &libc), DT_OK);

	cr_assert(duplicate.found);
	cr_assert_eq(duplicate.first, 0u);
	cr_assert_eq(duplicate.second, 2u);
}

Test(node_duplicate, without_memory_it_says_so)
{
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dt_node nodes[2] = {node_ending_in(1), node_ending_in(2)};
	struct dti_duplicate duplicate;

	cr_assert_eq(dti_duplicate_find(&duplicate, nodes, 2, &allocator),
		     DT_ERR_NO_MEMORY);

	cr_assert_eq(counter.live, 0u);
}
