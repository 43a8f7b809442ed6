/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/table.h"

#include "tests/harness.h"
#include "tests/random_stream.h"
#include "tests/table_scene.h"

enum {
	MEMBERS = DTI_BUCKET_SIZE + DTI_BUCKET_REPLACEMENTS
};

static struct dti_place any_place(struct random_stream *random)
{
	struct dti_place place = {.bytes = {0}};

	for (size_t i = 0; i < sizeof(place.bytes); i++)
		place.bytes[i] = (uint8_t)random_next(random);
	return place;
}

/* As different from @target as @place is, byte by byte. */
static bool is_closer(const struct dti_place *target,
		      const struct dti_place *place,
		      const struct dti_place *than)
{
	for (size_t i = 0; i < sizeof(target->bytes); i++) {
		int a = place->bytes[i] ^ target->bytes[i];
		int b = than->bytes[i] ^ target->bytes[i];

		if (a != b)
			return a < b;
	}
	return false;
}

/* Is each of @found one of the entries, and as many others closer as it says? */
static void expect_closest(const struct table_scene *scene,
			   const struct dti_place *target, size_t max,
			   bool verified_only)
{
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	const struct dti_table_entry *found[DTI_TABLE_ENTRIES_MAX + 1];
	size_t count = dti_table_closest(scene->table, found, max, target,
					 verified_only);
	size_t all = dti_table_entries(scene->table, entries);
	size_t eligible = 0;

	for (size_t i = 0; i < all; i++)
		eligible += !verified_only || entries[i]->liveness > 0;
	cr_assert_eq(count, eligible < max ? eligible : max);
	for (size_t i = 0; i < count; i++) {
		size_t closer = 0;

		cr_assert(!verified_only || found[i]->liveness > 0);
		cr_assert_not(found[i]->is_replacement);
		for (size_t j = 0; j < all; j++)
			closer +=
				(!verified_only || entries[j]->liveness > 0) &&
				is_closer(target, &entries[j]->place,
					  &found[i]->place);
		cr_assert_eq(closer, i, "%zu of %zu are closer than number %zu",
			     closer, eligible, i);
	}
}

Test(discv4_table_closest, they_are_those_of_brute_force)
{
	static const size_t sizes[] = {0, 1, 5, 16, MEMBERS};
	static const size_t maxima[] = {0, 1, 3, 16, DTI_TABLE_ENTRIES_MAX};
	struct random_stream random = {.state = 3};

	for (size_t i = 0; i < dti_array_length(sizes); i++) {
		struct table_scene scene;

		table_scene_begin(&scene, false);
		for (unsigned int bucket = NEAR; bucket <= FAR; bucket++)
			table_scene_fill(&scene, bucket, NULL, sizes[i]);
		for (int round = 0; round < 50; round++) {
			struct dti_place target = any_place(&random);

			for (size_t j = 0; j < dti_array_length(maxima); j++)
				expect_closest(&scene, &target, maxima[j],
					       false);
		}
		table_scene_end(&scene);
	}
}

/* A place that belongs into @bucket. No id is made for it: that takes long. */
static struct dti_place place_in(const struct table_scene *scene,
				 unsigned int bucket,
				 struct random_stream *random)
{
	struct dti_place own = dti_place_of(&scene->self);
	struct dti_place place = any_place(random);
	unsigned int shared = DTI_BUCKETS - 1 - bucket; /* of the first bits */

	for (unsigned int i = 0; i <= shared; i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);
		bool is_as_own =
			((place.bytes[i / 8] ^ own.bytes[i / 8]) & bit) == 0;

		if (is_as_own != (i < shared || bucket == 0))
			place.bytes[i / 8] ^= bit;
	}
	return place;
}

Test(discv4_table_closest, so_they_are_wherever_the_target_is)
{
	struct random_stream random = {.state = 5};
	struct table_scene scene;

	table_scene_begin(&scene, false);
	/* From none to fifteen, unlike in each. */
	for (unsigned int i = 0; i < DTI_BUCKETS * DTI_BUCKET_SIZE; i++) {
		unsigned int bucket = i % DTI_BUCKETS;
		struct dti_place place = place_in(&scene, bucket, &random);
		struct dt_node node = {
			.id = table_scene_id(1000 + i),
			.endpoint = table_scene_endpoint("10.1.2.3"),
		};

		if (i / DTI_BUCKETS < (5 * bucket + 3) % DTI_BUCKET_SIZE)
			cr_assert_eq(dti_table_add(scene.table, &node, &place,
						   false, 0),
				     DTI_TABLE_ADDED);
	}
	dti_table_verify(scene.table);
	cr_assert_eq(table_scene_sizes(&scene).entries, 123u);
	for (unsigned int round = 0; round < 100 * DTI_BUCKETS; round++) {
		struct dti_place target =
			place_in(&scene, round % DTI_BUCKETS, &random);

		expect_closest(&scene, &target, 1 + round % 40, false);
	}
	table_scene_end(&scene);
}

Test(discv4_table_closest, an_entry_is_the_closest_to_its_own_place)
{
	struct table_scene scene;
	struct dt_node nodes[DTI_BUCKET_SIZE];

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, nodes, DTI_BUCKET_SIZE);

	for (size_t i = 0; i < DTI_BUCKET_SIZE; i++) {
		const struct dti_table_entry *found = NULL;
		struct dti_place place = dti_place_of(&nodes[i].id);

		cr_assert_eq(dti_table_closest(scene.table, &found, 1, &place,
					       false),
			     1u);
		cr_assert_eq(found, table_scene_find(&scene, &nodes[i]));
	}
	table_scene_end(&scene);
}

Test(discv4_table_closest, only_the_verified_are_told_once_there_is_one)
{
	struct random_stream random = {.state = 4};
	struct table_scene scene;
	struct dt_node nodes[MEMBERS];

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, nodes, MEMBERS);
	table_scene_verify_node(&scene, &nodes[MEMBERS - 1], 1);
	for (size_t verified = 0; verified <= DTI_BUCKET_SIZE; verified++) {
		struct dti_place target = any_place(&random);

		if (verified > 0)
			table_scene_verify_node(&scene, &nodes[verified - 1],
						1);
		expect_closest(&scene, &target, 16, verified > 0);
		expect_closest(&scene, &target, 16, false);
	}
	table_scene_end(&scene);
}

Test(discv4_table_closest, without_a_verified_one_all_are_told)
{
	const struct dti_table_entry *verified[DTI_BUCKET_SIZE];
	const struct dti_table_entry *all[DTI_BUCKET_SIZE];
	struct table_scene scene;
	struct dti_place target;

	table_scene_begin(&scene, false);
	target = dti_place_of(&scene.self);
	table_scene_fill(&scene, FAR, NULL, 7);

	cr_assert_eq(
		dti_table_closest(scene.table, verified, 16, &target, true),
		7u);
	cr_assert_eq(dti_table_closest(scene.table, all, 16, &target, false),
		     7u);
	cr_assert_eq(memcmp(verified, all, 7 * sizeof(void *)), 0);
	table_scene_end(&scene);
}
