/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lib/container.h"
#include "lib/rlpx/capability.h"

#include "tests/harness.h"
#include "tests/random_stream.h"
#include "tests/vectors.h"

/* What a Hello has of @list. */
static struct dti_rlp_reader claims_of(struct dti_capability_list list,
				       uint8_t *bytes, size_t size)
{
	struct dti_rlp_writer writer = dti_rlp_writer_of(bytes, size);
	struct dti_rlp_reader reader;
	struct dti_rlp_reader claims;

	dti_capability_write(&writer, list);
	cr_assert_not(writer.failed);
	reader = dti_rlp_reader_of((struct dti_bytes){bytes, writer.length});
	cr_assert(dti_rlp_read_list(&reader, &claims));
	return claims;
}

static const struct dti_capability ours[] = {
	{"snap", 1, 8}, {"eth", 66, 17}, {"eth", 68, 17},
	{"les", 4, 23}, {"eth", 67, 17},
};
static const struct dti_capability_list offered = {ours,
						   dti_array_length(ours)};

Test(rlpx_capability, the_highest_version_that_both_have_is_spoken)
{
	static const struct {
		struct dti_capability theirs[4];
		size_t count;
		const char *expected; /* name/version@first code */
	} cases[] = {
		{{{"eth", 66, 0}}, 1, "eth/66@16 "},
		{{{"eth", 66, 0}, {"eth", 67, 0}}, 2, "eth/67@16 "},
		{{{"eth", 67, 0}, {"eth", 66, 0}}, 2, "eth/67@16 "},
		{{{"eth", 69, 0}, {"eth", 65, 0}}, 2, ""},
		{{{"eth", 69, 0}, {"eth", 68, 0}}, 2, "eth/68@16 "},
		{{{"snap", 1, 0}, {"eth", 68, 0}}, 2, "eth/68@16 snap/1@33 "},
		{{{"les", 4, 0}, {"snap", 1, 0}, {"eth", 66, 0}},
		 3,
		 "eth/66@16 les/4@33 snap/1@56 "},
		{{{"snap", 1, 0}, {"les", 4, 0}}, 2, "les/4@16 snap/1@39 "},
		{{{"eth", 68, 0}, {"eth", 68, 0}}, 2, "eth/68@16 "},
		{{{"et", 68, 0}, {"ethe", 68, 0}, {"ETH", 68, 0}}, 3, ""},
		{{{"", 0, 0}}, 0, ""},
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct dti_capability_list theirs = {cases[i].theirs,
						     cases[i].count};
		struct dti_capability_match matches[DTI_CAPABILITIES_MAX];
		char text[200] = "";
		uint8_t bytes[200];
		size_t count = dti_capability_match(
			matches, offered,
			claims_of(theirs, bytes, sizeof(bytes)));

		for (size_t j = 0; j < count; j++)
			(void)snprintf(text + strlen(text),
				       sizeof(text) - strlen(text), "%s/%u@%u ",
				       matches[j].capability->name,
				       matches[j].capability->version,
				       (unsigned int)matches[j].first_code);
		cr_assert_str_eq(text, cases[i].expected, "%zu: %s", i, text);
	}
}

Test(rlpx_capability, both_sides_come_to_the_same_codes)
{
	static const char *const names[] = {"a", "b", "ab", "eth", "snap"};
	static const uint32_t messages[] = {3, 5, 0, 17, 8};
	struct random_stream random = {5};

	for (int round = 0; round < 2000; round++) {
		struct dti_capability sides[2][DTI_CAPABILITIES_MAX];
		struct dti_capability_match matches[2][DTI_CAPABILITIES_MAX];
		struct dti_capability_list lists[2];
		size_t counts[2];

		for (size_t side = 0; side < 2; side++) {
			lists[side].first = sides[side];
			lists[side].count = (size_t)random_below(
				&random, DTI_CAPABILITIES_MAX + 1);
			for (size_t i = 0; i < lists[side].count; i++) {
				int name = random_below(&random, 5);

				(void)snprintf(sides[side][i].name,
					       sizeof(sides[side][i].name),
					       "%s", names[name]);
				sides[side][i].version =
					(uint32_t)random_below(&random, 4);
				sides[side][i].messages = messages[name];
			}
		}
		for (size_t side = 0; side < 2; side++) {
			uint8_t bytes[400];

			counts[side] = dti_capability_match(
				matches[side], lists[side],
				claims_of(lists[1 - side], bytes,
					  sizeof(bytes)));
		}
		cr_assert_eq(counts[0], counts[1]);
		for (size_t i = 0; i < counts[0]; i++) {
			cr_assert_str_eq(matches[0][i].capability->name,
					 matches[1][i].capability->name);
			cr_assert_eq(matches[0][i].capability->version,
				     matches[1][i].capability->version);
			cr_assert_eq(matches[0][i].first_code,
				     matches[1][i].first_code);
			cr_assert(i == 0 ||
				  strcmp(matches[0][i - 1].capability->name,
					 matches[0][i].capability->name) < 0);
		}
	}
}

Test(rlpx_capability, what_is_written_is_read)
{
	struct dti_capability_claim claim;
	struct dti_rlp_reader claims;
	uint8_t bytes[200];

	claims = claims_of(offered, bytes, sizeof(bytes));
	for (size_t i = 0; i < offered.count; i++) {
		cr_assert(dti_capability_read(&claims, &claim));
		cr_assert_eq(claim.version, ours[i].version);
		cr_assert_eq(claim.name.length, strlen(ours[i].name));
		cr_assert_arr_eq(claim.name.bytes, ours[i].name,
				 claim.name.length);
	}
	cr_assert_not(dti_capability_read(&claims, &claim));
	cr_assert(dti_rlp_at_end(&claims));
}

Test(rlpx_capability, a_claim_has_a_name_and_a_version)
{
	static const struct {
		const char *hex;
		bool good;
	} cases[] = {
		{"c58365746844", true},   /* ["eth", 68] */
		{"c6836574684405", true}, /* more elements */
		{"c28001", true},         /* no name, which nobody offers */
		{"c483657468", false},    /* no version */
		{"c0", false},
		{"8365746844", false},                   /* no list */
		{"c68365746881ff", true},                /* 255 */
		{"c683657468820001", false},             /* cut off */
		{"c78365746882000a", false},             /* leading zero */
		{"c5c201028044", false},                 /* a list as name */
		{"c783657468c20102", false},             /* a list as version */
		{"cd83657468890102030405060708", false}, /* cut off */
	};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct dti_capability_claim claim;
		struct dti_rlp_reader claims;
		uint8_t bytes[32];
		size_t length =
			vectors_bytes(bytes, sizeof(bytes), cases[i].hex);

		claims = dti_rlp_reader_of((struct dti_bytes){bytes, length});
		cr_assert_eq(dti_capability_read(&claims, &claim),
			     cases[i].good, "%s", cases[i].hex);
		cr_assert_eq(dti_rlp_at_end(&claims), cases[i].good, "%s",
			     cases[i].hex);
	}
}

Test(rlpx_capability, a_version_may_be_larger_than_any_that_is_offered)
{
	static const struct dti_capability one[] = {{"eth", 1, 17}};
	struct dti_capability_match matches[DTI_CAPABILITIES_MAX];
	/* ["eth", 2^32 + 1] */
	uint8_t bytes[32];
	size_t length =
		vectors_bytes(bytes, sizeof(bytes), "ca83657468850100000001");

	cr_assert_eq(
		dti_capability_match(
			matches, (struct dti_capability_list){one, 1},
			dti_rlp_reader_of((struct dti_bytes){bytes, length})),
		0u);
}

Test(rlpx_capability, as_many_as_may_be_offered_are_matched)
{
	struct dti_capability all[DTI_CAPABILITIES_MAX];
	struct dti_capability_list list = {all, DTI_CAPABILITIES_MAX};
	struct dti_capability_match matches[DTI_CAPABILITIES_MAX];
	uint8_t bytes[400];

	for (size_t i = 0; i < DTI_CAPABILITIES_MAX; i++) {
		(void)snprintf(all[i].name, sizeof(all[i].name),
			       "longestname-%c%02zu", 'z' - (char)i, i);
		all[i].version = (uint32_t)i;
		all[i].messages = 1;
	}
	cr_assert_eq(
		dti_capability_match(matches, list,
				     claims_of(list, bytes, sizeof(bytes))),
		(size_t)DTI_CAPABILITIES_MAX);
	for (size_t i = 0; i < DTI_CAPABILITIES_MAX; i++) {
		cr_assert_eq(matches[i].capability,
			     &all[DTI_CAPABILITIES_MAX - 1 - i]);
		cr_assert_eq(matches[i].first_code, 16 + i);
	}
}
