/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/discv4/bucket.h"

#include "tests/harness.h"
#include "tests/table_scene.h"

enum {
	NODES = DTI_BUCKET_MEMBERS + 4
};

/* A bucket and the nodes that may become its members, in order. */
struct sample {
	struct dti_bucket bucket;
	struct dti_table_entry nodes[NODES];
	struct dti_random random;
};

static void begin(struct sample *sample, size_t count)
{
	static const uint8_t seed[32] = "of a bucket's";

	memset(sample, 0, sizeof(*sample));
	dti_random_init(&sample->random, seed);
	for (size_t i = 0; i < NODES; i++)
		sample->nodes[i].node.id = table_scene_id(i);
	for (size_t i = 0; i < count; i++)
		cr_assert_null(
			dti_bucket_add(&sample->bucket, &sample->nodes[i]));
}

/* Are the members, from @from on, the nodes that @expected numbers? */
static void expect(const struct sample *sample, size_t from,
		   const size_t *expected, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct dti_table_entry *member =
			sample->bucket.members[from + i];

		cr_assert_eq((size_t)(member - sample->nodes), expected[i],
			     "member %zu", from + i);
		cr_assert_eq(member->is_replacement,
			     from + i >= DTI_BUCKET_SIZE);
	}
}

Test(discv4_bucket, a_new_node_is_the_last_entry)
{
	const size_t expected[] = {0, 1, 2};
	struct sample sample;

	begin(&sample, 3);

	cr_assert_eq(dti_bucket_entries(&sample.bucket), 3u);
	cr_assert_eq(sample.bucket.count, 3u);
	expect(&sample, 0, expected, 3);
}

Test(discv4_bucket, in_a_full_bucket_it_is_the_first_replacement)
{
	const size_t expected[] = {0,  1,  2,  3,  4,  5,  6,  7,  8, 9,
				   10, 11, 12, 13, 14, 15, 18, 17, 16};
	struct sample sample;

	begin(&sample, 19);

	cr_assert_eq(dti_bucket_entries(&sample.bucket),
		     (size_t)DTI_BUCKET_SIZE);
	expect(&sample, 0, expected, 19);
}

Test(discv4_bucket, the_oldest_of_ten_replacements_leaves_for_a_new_one)
{
	const size_t expected[] = {27, 26, 25, 24, 23, 22, 21, 20, 19, 18};
	struct sample sample;

	begin(&sample, DTI_BUCKET_MEMBERS);
	for (size_t i = 0; i < 2; i++)
		cr_assert_eq(
			dti_bucket_add(&sample.bucket,
				       &sample.nodes[DTI_BUCKET_MEMBERS + i]),
			&sample.nodes[DTI_BUCKET_SIZE + i]);

	cr_assert_eq(sample.bucket.count, (size_t)DTI_BUCKET_MEMBERS);
	expect(&sample, DTI_BUCKET_SIZE, expected, 10);
}

Test(discv4_bucket, a_member_goes_to_the_front_of_its_kind)
{
	const size_t entries[] = {15, 2, 0, 1, 3};
	const size_t replacements[] = {16, 18, 17};
	struct sample sample;

	begin(&sample, 19);
	dti_bucket_to_front(&sample.bucket, &sample.nodes[2]);
	dti_bucket_to_front(&sample.bucket, &sample.nodes[15]);
	dti_bucket_to_front(&sample.bucket, &sample.nodes[15]);
	dti_bucket_to_front(&sample.bucket, &sample.nodes[16]);

	expect(&sample, 0, entries, 5);
	expect(&sample, DTI_BUCKET_SIZE, replacements, 3);
}

Test(discv4_bucket, a_replacement_leaves_alone)
{
	const size_t replacements[] = {18, 16};
	struct sample sample;
	struct dti_random before;

	begin(&sample, 19);
	before = sample.random;
	dti_bucket_take(&sample.bucket, &sample.nodes[17], &sample.random);

	cr_assert_eq(sample.bucket.count, 18u);
	expect(&sample, DTI_BUCKET_SIZE, replacements, 2);
	cr_assert_eq(memcmp(&before, &sample.random, sizeof(before)), 0,
		     "nothing was drawn");
}

Test(discv4_bucket, an_entry_leaves_without_more_where_no_replacement_is)
{
	const size_t expected[] = {0, 2};
	struct sample sample;

	begin(&sample, 3);
	dti_bucket_take(&sample.bucket, &sample.nodes[1], &sample.random);

	cr_assert_eq(sample.bucket.count, 2u);
	expect(&sample, 0, expected, 2);
}

Test(discv4_bucket, a_replacement_becomes_the_last_entry_in_its_stead)
{
	for (size_t leaves = 0; leaves < DTI_BUCKET_SIZE; leaves++) {
		const size_t entries[] = {leaves == 0 ? 1 : 0};
		const size_t last[] = {16};
		struct sample sample;

		begin(&sample, 17);
		dti_bucket_take(&sample.bucket, &sample.nodes[leaves],
				&sample.random);

		cr_assert_eq(sample.bucket.count, (size_t)DTI_BUCKET_SIZE);
		expect(&sample, 0, entries, 1);
		expect(&sample, DTI_BUCKET_SIZE - 1, last, 1);
		cr_assert_null(dti_bucket_find(&sample.bucket,
					       &sample.nodes[leaves].node.id));
	}
}

Test(discv4_bucket, each_replacement_is_as_likely_to_be_promoted)
{
	enum {
		ROUNDS = 5000,
		SHARE = ROUNDS / DTI_BUCKET_REPLACEMENTS
	};
	size_t promoted[NODES] = {0};
	struct sample sample;
	struct dti_random random;

	begin(&sample, DTI_BUCKET_MEMBERS);
	random = sample.random;
	for (int round = 0; round < ROUNDS; round++) {
		begin(&sample, DTI_BUCKET_MEMBERS);
		dti_bucket_take(&sample.bucket, &sample.nodes[7], &random);
		promoted[sample.bucket.members[DTI_BUCKET_SIZE - 1] -
			 sample.nodes]++;
	}

	for (size_t i = DTI_BUCKET_SIZE; i < DTI_BUCKET_MEMBERS; i++) {
		cr_assert_gt(promoted[i], SHARE * 4 / 5u, "%zu", i);
		cr_assert_lt(promoted[i], SHARE * 6 / 5u, "%zu", i);
	}
}

Test(discv4_bucket, members_are_found_by_id_and_no_others)
{
	struct sample sample;

	begin(&sample, 19);

	for (size_t i = 0; i < NODES; i++)
		cr_assert_eq(dti_bucket_find(&sample.bucket,
					     &sample.nodes[i].node.id),
			     i < 19 ? &sample.nodes[i] : NULL);
}

Test(discv4_bucket, members_of_a_network_are_counted_but_the_exempt)
{
	const struct dti_subnet a = {{4, 20, 1, 2}};
	const struct dti_subnet b = {{4, 20, 1, 3}};
	const struct dti_subnet exempt = {{0}};
	struct sample sample;

	begin(&sample, 19);
	sample.nodes[3].subnet = a;
	sample.nodes[17].subnet = a;
	sample.nodes[20].subnet = a;

	cr_assert_eq(dti_bucket_in_subnet(&sample.bucket, &a), 2u);
	cr_assert_eq(dti_bucket_in_subnet(&sample.bucket, &b), 0u);
	cr_assert_eq(dti_bucket_in_subnet(&sample.bucket, &exempt), 0u);
}

/* Counted anew. */
static void expect_verified(const struct sample *sample, size_t expected)
{
	const struct dti_bucket *bucket = &sample->bucket;
	size_t nth = 0;

	cr_assert_eq(bucket->verified, expected);
	for (size_t i = 0; i < dti_bucket_entries(bucket); i++) {
		struct dti_table_entry *member = bucket->members[i];

		if (member->liveness == 0)
			cr_assert_eq(dti_bucket_unverified(bucket, nth++),
				     member);
	}
	cr_assert_eq(nth, dti_bucket_entries(bucket) - expected);
}

Test(discv4_bucket, entries_with_liveness_are_counted)
{
	struct sample sample;
	struct dti_bucket *bucket = &sample.bucket;

	begin(&sample, 18);
	expect_verified(&sample, 0);
	for (size_t i = 0; i < 18; i += 2)
		dti_bucket_set_liveness(bucket, &sample.nodes[i], 1);
	expect_verified(&sample, 8);
	dti_bucket_set_liveness(bucket, &sample.nodes[2], 7);
	dti_bucket_set_liveness(bucket, &sample.nodes[4], 0);
	expect_verified(&sample, 7);

	/* One of the two replacements, of which only 16 has liveness. */
	dti_bucket_take(bucket, &sample.nodes[0], &sample.random);
	expect_verified(&sample, sample.nodes[16].is_replacement ? 6 : 7);
	dti_bucket_take(bucket, &sample.nodes[1], &sample.random);
	expect_verified(&sample, 7);
	dti_bucket_take(bucket, &sample.nodes[2], &sample.random);
	expect_verified(&sample, 6);
	sample.nodes[20].liveness = 1;
	dti_bucket_add(bucket, &sample.nodes[20]);
	expect_verified(&sample, 7);
}

Test(discv4_bucket,
     the_last_with_liveness_is_found_and_an_entry_can_be_put_last)
{
	const size_t expected[] = {0,  1,  2,  4,  5,  6,  7, 8,  9,
				   10, 11, 12, 13, 14, 15, 3, 17, 16};
	struct sample sample;
	struct dti_bucket *bucket = &sample.bucket;

	begin(&sample, 18);
	dti_bucket_set_liveness(bucket, &sample.nodes[3], 1);
	dti_bucket_set_liveness(bucket, &sample.nodes[9], 1);
	dti_bucket_set_liveness(bucket, &sample.nodes[17], 1);
	cr_assert_eq(dti_bucket_last_verified(bucket), &sample.nodes[9]);
	cr_assert(dti_bucket_to_end(bucket, &sample.nodes[3]));
	cr_assert_not(dti_bucket_to_end(bucket, &sample.nodes[3]));

	cr_assert_eq(dti_bucket_last_verified(bucket), &sample.nodes[3]);
	expect(&sample, 0, expected, 18);
}
