/* SPDX-License-Identifier: MIT */
#include "lib/discv4/distance.h"

#include "tests/harness.h"

/* An id of its own for each number. */
static struct dt_node_id id_of(uint8_t number)
{
	struct dt_node_id id = {.bytes = {number, 1, 2, 3}};

	return id;
}

Test(discv4_node_distance, an_id_is_at_no_distance_from_itself)
{
	struct dt_node_id id = id_of(1);

	cr_assert_eq(dt_node_distance(&id, &id), 0);
}

Test(discv4_node_distance, is_that_of_the_places_both_ways)
{
	for (uint8_t i = 0; i < 100; i++) {
		struct dt_node_id a = id_of(i);
		struct dt_node_id b = id_of((uint8_t)(i + 1));
		struct dti_place place_a = dti_place_of(&a);
		struct dti_place place_b = dti_place_of(&b);
		unsigned int expected =
			dti_place_log_distance(&place_a, &place_b);

		cr_assert_eq(dt_node_distance(&a, &b), expected);
		cr_assert_eq(dt_node_distance(&b, &a), expected);
		cr_assert(expected > 0 && expected <= 256);
	}
}
