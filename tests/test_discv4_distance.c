/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/discv4/distance.h"

#include "tests/harness.h"
#include "tests/random_stream.h"
#include "tests/vectors.h"

#define NODES 12 /* of kad.txt */

/* A line of kad.txt: "KIND NUMBERS=RESULTS", the numbers with commas. */
struct line {
	const char *kind;
	unsigned long numbers[3];
	char *results;
};

static struct line cut_line(char *text)
{
	struct line line = {.kind = text};
	char *next = vectors_cut(text, ' ');

	line.results = vectors_cut(next, '=');
	for (size_t i = 0; i < 3 && *next != '\0'; i++) {
		line.numbers[i] = strtoul(next, &next, 10);
		next += *next == ',';
	}
	return line;
}

struct counts {
	unsigned int nodes;
	unsigned int distances;
	unsigned int comparisons;
};

static void check_node(struct dti_place *place, char *results)
{
	char *hash = vectors_cut(results, ':');
	struct dt_node_id id;
	uint8_t expected[sizeof(place->bytes)];

	vectors_fixed(id.bytes, sizeof(id.bytes), results);
	vectors_fixed(expected, sizeof(expected), hash);

	*place = dti_place_of(&id);

	cr_assert_arr_eq(place->bytes, expected, sizeof(expected));
}

static void check_distance(const struct dti_place *a, const struct dti_place *b,
			   char *results)
{
	unsigned long bucket = strtoul(vectors_cut(results, ','), NULL, 10);
	unsigned int distance = dti_place_log_distance(a, b);

	cr_assert_eq(distance, strtoul(results, NULL, 10));
	cr_assert_eq(dti_place_log_distance(b, a), distance);
	cr_assert_eq(dti_place_bucket(distance), bucket);
}

static void check_line(struct line line, struct dti_place *places,
		       struct counts *counts)
{
	const unsigned long *numbers = line.numbers;

	for (size_t i = 0; i < 3; i++)
		cr_assert_leq(numbers[i], NODES);
	if (strcmp(line.kind, "node") == 0) {
		check_node(&places[numbers[0]], line.results);
		counts->nodes++;
	} else if (strcmp(line.kind, "dist") == 0) {
		check_distance(&places[numbers[0]], &places[numbers[1]],
			       line.results);
		counts->distances++;
	} else {
		cr_assert_str_eq(line.kind, "cmp");
		cr_assert_eq(dti_place_compare(&places[numbers[0]],
					       &places[numbers[1]],
					       &places[numbers[2]]),
			     strtol(line.results, NULL, 10));
		counts->comparisons++;
	}
}

Test(discv4_distance, go_ethereum_has_the_same_distances_and_buckets)
{
	struct vectors vectors = vectors_open("kad.txt");
	struct dti_place places[NODES + 1];
	struct counts counts = {0, 0, 0};
	char *line;

	while ((line = vectors_next(&vectors)) != NULL)
		check_line(cut_line(line), places, &counts);

	cr_assert_eq(counts.nodes, NODES);
	cr_assert_eq(counts.distances, NODES * (NODES + 1) / 2);
	cr_assert_eq(counts.comparisons, 64);
}

/* A place whose distance to zeros has @bits bits: the first one, then @rest. */
static struct dti_place place_with(unsigned int bits, uint8_t rest)
{
	struct dti_place place = {{0}};

	if (bits == 0)
		return place;
	memset(place.bytes, rest, sizeof(place.bytes));
	for (unsigned int bit = 256; bit >= bits; bit--) {
		uint8_t mask = (uint8_t)(0x80u >> (256 - bit) % 8);

		place.bytes[(256 - bit) / 8] &= (uint8_t)~mask;
		if (bit == bits)
			place.bytes[(256 - bit) / 8] |= mask;
	}
	return place;
}

Test(discv4_distance, a_log_distance_is_the_place_of_the_highest_bit)
{
	const struct dti_place zero = {{0}};

	for (unsigned int bits = 0; bits <= 256; bits++) {
		struct dti_place low = place_with(bits, 0);
		struct dti_place high = place_with(bits, 0xff);

		cr_assert_eq(dti_place_log_distance(&zero, &low), bits);
		cr_assert_eq(dti_place_log_distance(&high, &zero), bits);
		cr_assert_lt(dti_place_log_distance(&low, &high),
			     bits + (bits == 0));
	}
}

Test(discv4_distance, near_distances_share_a_bucket_and_far_ones_have_their_own)
{
	for (unsigned int distance = 0; distance <= 256; distance++) {
		unsigned int bucket = dti_place_bucket(distance);

		cr_assert_lt(bucket, DTI_BUCKETS);
		cr_assert_eq(bucket, distance <= 240 ? 0 : distance - 240);
	}
}

/* One byte after the other, as the metric is defined. */
static int compare_bytes(const struct dti_place *target,
			 const struct dti_place *a, const struct dti_place *b)
{
	for (size_t i = 0; i < sizeof(target->bytes); i++) {
		int of_a = a->bytes[i] ^ target->bytes[i];
		int of_b = b->bytes[i] ^ target->bytes[i];

		if (of_a != of_b)
			return of_a < of_b ? -1 : 1;
	}
	return 0;
}

Test(discv4_distance, closer_is_what_the_bytes_of_the_distance_say)
{
	struct random_stream random = {7};

	for (unsigned int i = 0; i < 20000; i++) {
		struct dti_place places[3];

		/* Few values and long common prefixes, so that ties happen. */
		memset(places, 0, sizeof(places));
		for (size_t j = i % 32; j < 32; j++)
			for (size_t k = 0; k < 3; k++)
				places[k].bytes[j] = random_chance(&random, 50)
							     ? 0x80
							     : 0x01;
		cr_assert_eq(
			dti_place_compare(&places[0], &places[1], &places[2]),
			compare_bytes(&places[0], &places[1], &places[2]), "%u",
			i);
		cr_assert_eq(
			dti_place_compare(&places[0], &places[1], &places[1]),
			0);
	}
}
