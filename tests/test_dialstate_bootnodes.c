/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/dialstate/bootnodes.h"

#include "tests/dial_script.h"
#include "tests/failing_allocator.h"
#include "tests/harness.h"

static unsigned int turn(struct dti_bootnodes *ring)
{
	const struct dt_node *node = dti_bootnodes_turn(ring);

	return node == NULL ? 0 : node->id.bytes[63];
}

static void add(struct dti_bootnodes *ring, const char *name,
		const struct dt_allocator *allocator)
{
	struct dt_node node = script_node(name);

	cr_assert(dti_bootnodes_add(ring, &node, allocator));
}

Test(dialstate_bootnodes, each_has_its_turn_and_repeats_have_several)
{
	static const unsigned int expected[] = {1, 2, 1, 3, 1, 2, 1, 3};
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_bootnodes ring = {0};

	cr_assert_eq(turn(&ring), 0);
	add(&ring, "1", &allocator);
	add(&ring, "2", &allocator);
	add(&ring, "1", &allocator);
	add(&ring, "3", &allocator);

	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		cr_assert_eq(turn(&ring), expected[i]);
	dti_bootnodes_fini(&ring, &allocator);
	cr_assert_eq(counter.live, 0);
}

Test(dialstate_bootnodes, a_new_one_is_the_last_to_have_its_turn)
{
	static const struct dt_allocator libc = {.context = NULL};
	struct dti_bootnodes ring = {0};

	add(&ring, "1", &libc);
	add(&ring, "2", &libc);
	cr_assert_eq(turn(&ring), 1);
	add(&ring, "3", &libc);

	cr_assert_eq(turn(&ring), 2);
	cr_assert_eq(turn(&ring), 1);
	cr_assert_eq(turn(&ring), 3);
	dti_bootnodes_fini(&ring, &libc);
}

Test(dialstate_bootnodes, removing_one_removes_its_repeats_and_keeps_the_order)
{
	struct failing_allocator counter = {0};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dti_bootnodes ring = {0};
	struct dt_node_id one = script_id(1);

	add(&ring, "1", &allocator);
	add(&ring, "2", &allocator);
	add(&ring, "1", &allocator);
	add(&ring, "3", &allocator);
	cr_assert(dti_bootnodes_remove(&ring, &one, &allocator));

	cr_assert_not(dti_bootnodes_remove(&ring, &one, &allocator));
	cr_assert_eq(ring.count, 2);
	cr_assert_eq(turn(&ring), 2);
	cr_assert_eq(turn(&ring), 3);
	cr_assert_eq(turn(&ring), 2);
	dti_bootnodes_fini(&ring, &allocator);
	cr_assert_eq(counter.live, 0);
}

Test(dialstate_bootnodes, the_name_is_copied)
{
	static const struct dt_allocator libc = {.context = NULL};
	char name[] = "boot.example";
	struct dt_node node = script_node("1");
	struct dti_bootnodes ring = {0};

	node.host_name = name;
	cr_assert(dti_bootnodes_add(&ring, &node, &libc));
	memset(name, 'x', sizeof(name) - 1);

	cr_assert_str_eq(dti_bootnodes_turn(&ring)->host_name, "boot.example");
	dti_bootnodes_fini(&ring, &libc);
}

Test(dialstate_bootnodes, without_memory_the_ring_is_as_it_was)
{
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dt_node node = script_node("1");
	struct dti_bootnodes ring = {0};

	cr_assert_not(dti_bootnodes_add(&ring, &node, &allocator));
	cr_assert_eq(ring.count, 0);
}
