/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/sim/identities.h"

static struct dti_random make_random(void)
{
	static const uint8_t seed[32] = "of identities";
	struct dti_random random;

	dti_random_init(&random, seed);
	return random;
}

Test(sim_identities, each_lives_at_an_address_of_its_own)
{
	static const struct {
		size_t count;
		size_t subnets;
	} rows[] = {{1, 1}, {600, 2}, {1000, 4}, {300, 300}};

	for (size_t i = 0; i < dti_array_length(rows); i++) {
		struct dti_random random = make_random();
		struct identities *identities = identities_create(
			rows[i].count, rows[i].subnets, &random);

		for (size_t j = 0; j < rows[i].count; j++) {
			const struct dt_node *node =
				identities_get(identities, j);

			cr_assert(identities_own(&node->endpoint));
			cr_assert_lt(node->endpoint.ip[2], rows[i].subnets);
			cr_assert_eq(identities_at(identities, &node->endpoint),
				     node);
		}
		identities_destroy(identities);
	}
}

/* How many of them are closer to @place than @node? */
static size_t count_closer(const struct identities *identities, size_t count,
			   const struct dti_place *place,
			   const struct dt_node *node)
{
	struct dti_place own = dti_place_of(&node->id);
	size_t closer = 0;

	for (size_t i = 0; i < count; i++) {
		struct dti_place other =
			dti_place_of(&identities_get(identities, i)->id);

		closer += dti_place_compare(place, &other, &own) < 0;
	}
	return closer;
}

Test(sim_identities, the_closest_are_those_of_brute_force)
{
	static const size_t counts[] = {1, 10, 16, 17, 500};
	struct dti_random random = make_random();

	for (size_t i = 0; i < dti_array_length(counts); i++) {
		struct identities *identities =
			identities_create(counts[i], 4, &random);

		for (int round = 0; round < 50; round++) {
			struct dt_node found[16];
			struct dti_place place;
			size_t count;

			dti_random_fill(&random, &place, sizeof(place));
			count = identities_closest(identities, found, 16,
						   &place);
			cr_assert_eq(count, counts[i] < 16 ? counts[i] : 16);
			for (size_t j = 0; j < count; j++)
				cr_assert_eq(count_closer(identities, counts[i],
							  &place, &found[j]),
					     j);
		}
		identities_destroy(identities);
	}
}
