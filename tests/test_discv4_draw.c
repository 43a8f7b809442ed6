/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/draw.h"

#include "tests/harness.h"

#define SEEDS 400

/* How many entries the buckets have. */
static const unsigned int sizes[] = {0, 1, 16, 3, 0, 5, 16, 16};

/* Bucket by bucket; a node's number is in its id. */
static size_t fill(struct dt_discv4_entry entries[DT_DISCV4_ENTRIES])
{
	size_t count = 0;

	memset(entries, 0, DT_DISCV4_ENTRIES * sizeof(*entries));
	for (unsigned int bucket = 0; bucket < dti_array_length(sizes);
	     bucket++) {
		for (unsigned int i = 0; i < sizes[bucket]; i++) {
			struct dt_discv4_entry *entry = &entries[count];

			entry->bucket = bucket;
			entry->node.id.bytes[0] = (uint8_t)count++;
			entry->node.endpoint = (struct dt_endpoint){
				.ip = {127, 0, 0, 1},
				.family = 4,
				.tcp_port = 30303,
			};
		}
	}
	return count;
}

static size_t number_of(const struct dt_node *node)
{
	return node->id.bytes[0];
}

Test(discv4_draw, from_an_empty_table_nothing_comes)
{
	struct dt_discv4_entry entry = {.bucket = 3};
	struct dt_node out;

	cr_assert_eq(dti_discv4_draw(&out, 1, &entry, 0, 1), 0);
}

Test(discv4_draw, all_come_if_there_is_room_each_once)
{
	static struct dt_discv4_entry entries[DT_DISCV4_ENTRIES];
	size_t count = fill(entries);

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct dt_node out[DT_DISCV4_ENTRIES];
		bool seen[DT_DISCV4_ENTRIES] = {false};

		cr_assert_eq(dti_discv4_draw(out, DT_DISCV4_ENTRIES, entries,
					     count, seed),
			     count);
		for (size_t i = 0; i < count; i++) {
			cr_assert_not(seen[number_of(&out[i])]);
			seen[number_of(&out[i])] = true;
		}
	}
}

Test(discv4_draw, no_more_come_than_there_is_room_for)
{
	static struct dt_discv4_entry entries[DT_DISCV4_ENTRIES];
	struct dt_node out[DT_DISCV4_ENTRIES];
	size_t count = fill(entries);

	for (size_t max = 0; max <= count + 3; max++) {
		size_t drawn;

		memset(out, 0xff, sizeof(out));
		drawn = dti_discv4_draw(out, max, entries, count, max);
		cr_assert_eq(drawn, max < count ? max : count);
		if (drawn < DT_DISCV4_ENTRIES)
			cr_assert_eq(number_of(&out[drawn]), 0xff);
	}
}

/* As many of each bucket, until the small ones are used up. */
Test(discv4_draw, buckets_take_turns)
{
	static struct dt_discv4_entry entries[DT_DISCV4_ENTRIES];
	struct dt_node out[DT_DISCV4_ENTRIES];
	size_t count = fill(entries);

	for (size_t max = 1; max <= count; max++) {
		unsigned int drawn[dti_array_length(sizes)] = {0};
		unsigned int most = 0;

		(void)dti_discv4_draw(out, max, entries, count, max);
		for (size_t i = 0; i < max; i++)
			drawn[entries[number_of(&out[i])].bucket]++;
		for (size_t i = 0; i < dti_array_length(sizes); i++)
			most = drawn[i] > most ? drawn[i] : most;
		for (size_t i = 0; i < dti_array_length(sizes); i++)
			cr_assert(drawn[i] + 1 >= most || drawn[i] == sizes[i],
				  "max %zu, bucket %zu", max, i);
	}
}

/* Each node comes first with some seed, those of full buckets too. */
Test(discv4_draw, any_node_can_come_first)
{
	static struct dt_discv4_entry entries[DT_DISCV4_ENTRIES];
	unsigned int times[DT_DISCV4_ENTRIES] = {0};
	unsigned int bucket_times[dti_array_length(sizes)] = {0};
	size_t count = fill(entries);

	for (uint64_t seed = 0; seed < 10000; seed++) {
		struct dt_node out;

		cr_assert_eq(dti_discv4_draw(&out, 1, entries, count, seed), 1);
		times[number_of(&out)]++;
		bucket_times[entries[number_of(&out)].bucket]++;
	}
	for (size_t i = 0; i < count; i++)
		cr_assert_gt(times[i], 0, "node %zu", i);
	/* 6 buckets, a sixth each; 4 standard deviations are 150. */
	for (size_t i = 0; i < dti_array_length(sizes); i++) {
		if (sizes[i] != 0)
			cr_assert(bucket_times[i] > 1510 &&
					  bucket_times[i] < 1820,
				  "bucket %zu: %u", i, bucket_times[i]);
	}
}

Test(discv4_draw, what_cannot_be_dialed_is_left_out)
{
	static struct dt_discv4_entry entries[DT_DISCV4_ENTRIES];
	struct dt_node out[DT_DISCV4_ENTRIES];
	size_t count = fill(entries);
	size_t expected = 0;

	for (size_t i = 0; i < count; i++) {
		if (i % 3 == 0)
			entries[i].node.endpoint.tcp_port = 0;
		else if (i % 3 == 1)
			entries[i].node.endpoint.family = 0;
		else
			expected++;
	}

	cr_assert_eq(dti_discv4_draw(out, DT_DISCV4_ENTRIES, entries, count, 1),
		     expected);
	for (size_t i = 0; i < expected; i++)
		cr_assert_eq(number_of(&out[i]) % 3, 2);
}
