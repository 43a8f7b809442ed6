/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/node/id_order.h"

#include "tests/harness.h"

#define MOST 200

static int compare(const struct dt_node *a, const struct dt_node *b)
{
	return memcmp(a->id.bytes, b->id.bytes, sizeof(a->id.bytes));
}

/* Sorted, @nodes are all there, each once, in order; equals as they stood. */
static void check_sort(const struct dt_node *nodes, size_t count)
{
	struct dti_id_order_key keys[2 * MOST];
	size_t seen[MOST] = {0};

	for (size_t i = 0; i < count; i++)
		keys[i] = dti_id_order_key_of(&nodes[i]);

	dti_id_order_sort(keys, keys + MOST, count);

	for (size_t i = 0; i < count; i++)
		seen[keys[i].node - nodes]++;
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(seen[i], 1, "%zu of %zu", i, count);
	for (size_t i = 1; i < count; i++) {
		int order = compare(keys[i - 1].node, keys[i].node);

		cr_assert(order < 0 || (order == 0 &&
					keys[i - 1].node < keys[i].node),
			  "%zu of %zu", i, count);
	}
}

Test(node_id_order, prefixes_compare_as_ids_do)
{
	struct dt_node low = {.id = {{0, 0, 0, 0, 0, 0, 0, 255, 9}}};
	struct dt_node high = {.id = {{1}}};

	cr_assert_eq(dti_id_order_key_of(&low).prefix, 255);
	cr_assert_eq(dti_id_order_key_of(&high).prefix, UINT64_C(1) << 56);
	cr_assert_eq(dti_id_order_key_of(&high).node, &high);
}

Test(node_id_order, any_number_of_nodes_is_sorted)
{
	static struct dt_node nodes[MOST];

	/* 89 and 200 have no common divisor: no first byte stands twice. */
	for (size_t i = 0; i < MOST; i++)
		nodes[i].id.bytes[0] = (uint8_t)(i * 89 % MOST);

	for (size_t count = 0; count <= MOST; count++)
		check_sort(nodes, count);
}

Test(node_id_order, ids_that_differ_in_the_last_byte_only_are_sorted)
{
	static struct dt_node nodes[MOST];

	for (size_t i = 0; i < MOST; i++)
		nodes[i].id.bytes[63] = (uint8_t)(MOST - i);

	check_sort(nodes, MOST);
}

Test(node_id_order, equal_ids_keep_their_order)
{
	static struct dt_node nodes[MOST];

	for (size_t i = 0; i < MOST; i++)
		nodes[i].id.bytes[i % 2 ? 0 : 63] = (uint8_t)(i * 89 % 7);

	check_sort(nodes, MOST);
}
