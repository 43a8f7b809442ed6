/* SPDX-License-Identifier: MIT */
#include <snappy-c.h>
#include <stdlib.h>
#include <string.h>

#include "lib/container.h"
#include "lib/rlpx/snappy.h"

#include "tests/harness.h"
#include "tests/random_stream.h"
#include "tests/vectors.h"

/* A block of @length bytes as it is written; to be freed. */
static uint8_t *write_block(const uint8_t *bytes, size_t length, size_t *size)
{
	uint8_t *block = malloc(length + DTI_SNAPPY_OVERHEAD);
	size_t begin;

	cr_assert_not_null(block);
	begin = dti_snappy_begin(block, length);
	cr_assert_leq(begin, (size_t)DTI_SNAPPY_OVERHEAD);
	if (length > 0)
		memcpy(block + begin, bytes, length);
	*size = begin + length;
	return block;
}

/* Room of exactly @size bytes, so that a sanitizer sees one more. */
static uint8_t *make_room(size_t size)
{
	uint8_t *room = malloc(size > 0 ? size : 1);

	cr_assert_not_null(room);
	return room;
}

Test(rlpx_snappy, what_is_written_is_read)
{
	static const size_t lengths[] = {
		0,
		1,
		2,
		59,
		60,
		61,
		62,
		127,
		128,
		255,
		256,
		257,
		258,
		16383,
		16384,
		65535,
		65536,
		65537,
		65538,
		(1 << 21) - 1,
		1 << 21,
		DTI_SNAPPY_MAX - 1,
		DTI_SNAPPY_MAX,
	};
	uint8_t *bytes = make_room(DTI_SNAPPY_MAX);
	struct random_stream random = {1};

	for (size_t i = 0; i < DTI_SNAPPY_MAX; i++)
		bytes[i] = (uint8_t)random_next(&random);
	for (size_t i = 0; i < dti_array_length(lengths); i++) {
		size_t length = lengths[i];
		size_t size = 0;
		uint8_t *room = make_room(length);
		size_t block_size;
		uint8_t *block = write_block(bytes, length, &block_size);
		struct dti_bytes read = {block, block_size};

		cr_assert(dti_snappy_size(read, &size), "%zu", length);
		cr_assert_eq(size, length);
		cr_assert(dti_snappy_inflate(room, size, read), "%zu", length);
		cr_assert_arr_eq(room, bytes, length);
		free(block);
		free(room);
	}
	free(bytes);
}

Test(rlpx_snappy, the_known_blocks_are_written)
{
	static const struct {
		const char *bytes;
		const char *block;
	} cases[] = {{"c0", "0100c0"}, {"c104", "0204c104"}, {"", "00"}};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		uint8_t expected[8];
		uint8_t bytes[8];
		size_t length =
			vectors_bytes(bytes, sizeof(bytes), cases[i].bytes);
		size_t size;
		uint8_t *block = write_block(bytes, length, &size);

		cr_assert_eq(vectors_bytes(expected, sizeof(expected),
					   cases[i].block),
			     size);
		cr_assert_arr_eq(block, expected, size);
		free(block);
	}
}

Test(rlpx_snappy, what_others_compress_is_read)
{
	static char bytes[100000];
	static char room[sizeof(bytes)];
	size_t size = snappy_max_compressed_length(sizeof(bytes));
	char *block = malloc(size);
	struct dti_bytes read;
	size_t inflated;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i / 100 * i % 7);
	cr_assert_eq(snappy_compress(bytes, sizeof(bytes), block, &size),
		     SNAPPY_OK);
	cr_assert_lt(size, sizeof(bytes) / 2);
	read = (struct dti_bytes){(const uint8_t *)block, size};

	cr_assert(dti_snappy_size(read, &inflated));
	cr_assert_eq(inflated, sizeof(bytes));
	cr_assert(dti_snappy_inflate((uint8_t *)room, inflated, read));
	cr_assert_arr_eq(room, bytes, sizeof(bytes));
	free(block);
}

Test(rlpx_snappy, a_bomb_says_how_large_it_is)
{
	/* 4 GiB - 1 and 1 GiB, of a few bytes. */
	static const struct {
		const char *block;
		size_t size;
	} cases[] = {{"ffffffff0f00c0", 0xffffffffu},
		     {"808080800400c0fe0100fe0100", 0x40000000u}};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		uint8_t bytes[32];
		size_t length =
			vectors_bytes(bytes, sizeof(bytes), cases[i].block);
		size_t size = 0;

		cr_assert(dti_snappy_size((struct dti_bytes){bytes, length},
					  &size));
		cr_assert_eq(size, cases[i].size);
		cr_assert_gt(size, DTI_SNAPPY_MAX);
	}
}

Test(rlpx_snappy, the_beginning_is_enough_for_the_size)
{
	static const uint8_t begin[] = {0xff, 0xff, 0xff, 0x07};
	size_t size = 0;

	cr_assert(dti_snappy_size((struct dti_bytes){begin, sizeof(begin)},
				  &size));
	cr_assert_eq(size, DTI_SNAPPY_MAX);
	for (size_t length = 0; length < sizeof(begin); length++)
		cr_assert_not(dti_snappy_size((struct dti_bytes){begin, length},
					      &size));
}

Test(rlpx_snappy, what_is_no_block_is_refused)
{
	/* Nothing, cut off, a copy from before the beginning, too much, a size
	 * that has no end or does not fit into 32 bits. */
	static const char *const blocks[] = {
		"",         "01",     "0100",       "0204c1",     "04010100",
		"0100c0c0", "020100", "8080808080", "ffffffff10",
	};

	for (size_t i = 0; i < dti_array_length(blocks); i++) {
		uint8_t bytes[16];
		size_t length = vectors_bytes(bytes, sizeof(bytes), blocks[i]);
		struct dti_bytes block = {bytes, length};
		size_t size = 0;
		uint8_t *room;

		if (!dti_snappy_size(block, &size) || size > 64)
			continue;
		room = make_room(size);
		cr_assert_not(dti_snappy_inflate(room, size, block), "%s",
			      blocks[i]);
		free(room);
	}
}

Test(rlpx_snappy, a_block_of_another_size_is_refused)
{
	static const uint8_t block[] = {2, 4, 0xc1, 4};
	struct dti_bytes read = {block, sizeof(block)};
	uint8_t room[8];

	cr_assert(dti_snappy_inflate(room, 2, read));
	cr_assert_not(dti_snappy_inflate(room, 1, read));
	cr_assert_not(dti_snappy_inflate(room, 3, read));
	cr_assert_not(dti_snappy_inflate(room, 0, read));
}

Test(rlpx_snappy, damaged_blocks_stay_within_their_size)
{
	static uint8_t bytes[500];
	struct random_stream random = {7};
	char block[1000];
	size_t size = sizeof(block);

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i % 11);
	cr_assert_eq(snappy_compress((const char *)bytes, sizeof(bytes), block,
				     &size),
		     SNAPPY_OK);
	for (int round = 0; round < 20000; round++) {
		uint8_t damaged[sizeof(block)];
		struct dti_bytes read = {damaged, size};
		size_t inflated;
		uint8_t *room;

		memcpy(damaged, block, size);
		for (int i = 0; i < 3; i++)
			damaged[random_below(&random, (int)size)] =
				(uint8_t)random_next(&random);
		if (!dti_snappy_size(read, &inflated) || inflated > 100000)
			continue;
		room = make_room(inflated);
		(void)dti_snappy_inflate(room, inflated, read);
		free(room);
	}
}
