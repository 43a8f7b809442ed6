/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lib/crypto/random.h"
#include "lib/wire/rlp.h"

#include "tests/harness.h"
#include "tests/vectors.h"

static struct dti_rlp_reader reader_of(const void *bytes, size_t length)
{
	return dti_rlp_reader_of((struct dti_bytes){bytes, length});
}

static bool is_item(const void *bytes, size_t length)
{
	return dti_rlp_is_item((struct dti_bytes){bytes, length});
}

/* The header of a long form: its size, or 0. */
static size_t model_long(const uint8_t *bytes, size_t length, size_t *content)
{
	size_t digits = bytes[0] % 0x40 - 55u;
	uint64_t value = 0;

	if (length < 1 + digits || bytes[1] == 0)
		return 0;
	for (size_t i = 1; i <= digits; i++)
		value = value * 256 + bytes[i];
	*content = value;
	return value < 56 ? 0 : 1 + digits;
}

/* The same question by recursion: how long is the item, 0 being none? */
static size_t model(const uint8_t *bytes, size_t length)
{
	size_t header = 1;
	size_t content;

	if (length == 0 || bytes[0] < 0x80)
		return length == 0 ? 0 : 1;
	content = bytes[0] % 0x40;
	if (content > 55)
		header = model_long(bytes, length, &content);
	if (header == 0 || content > length - header)
		return 0;
	if (bytes[0] < 0xc0)
		return content == 1 && bytes[1] < 0x80 ? 0 : header + content;
	for (size_t at = 0; at < content;) {
		size_t item = model(bytes + header + at, content - at);

		if (item == 0)
			return 0;
		at += item;
	}
	return header + content;
}

/* A whole input as one unsigned integer. */
static bool is_integer(const uint8_t *bytes, size_t length, uint64_t *out)
{
	struct dti_rlp_reader reader = reader_of(bytes, length);

	return dti_rlp_read_u64(&reader, out) && dti_rlp_at_end(&reader);
}

Test(wire_rlp, the_verdicts_are_those_of_go_ethereum)
{
	struct vectors vectors = vectors_open("rlp.txt");
	size_t count = 0;
	char *line;

	while ((line = vectors_next(&vectors)) != NULL) {
		char *integer = vectors_cut(line, ' ');
		char *hex = vectors_cut(integer, ' ');
		uint64_t expected =
			strtoull(integer + strlen("u64="), NULL, 10);
		uint64_t value = 0;
		uint8_t bytes[512];
		size_t length = vectors_bytes(bytes, sizeof(bytes), hex);
		bool good = strcmp(integer, "u64-bad") != 0;

		cr_assert_eq(is_item(bytes, length),
			     strcmp(line, "any-ok") == 0, "%s", hex);
		cr_assert_eq(is_integer(bytes, length, &value), good, "%s",
			     hex);
		if (good)
			cr_assert_eq(value, expected, "%s", hex);
		count++;
	}

	cr_assert_geq(count, 30u);
}

Test(wire_rlp, every_input_of_two_bytes_is_judged_as_the_model_does)
{
	size_t good = 0;

	cr_assert_not(is_item(NULL, 0));
	for (unsigned int i = 0; i < 256 * 257; i++) {
		uint8_t bytes[2] = {(uint8_t)(i % 256), (uint8_t)(i / 256 - 1)};
		size_t length = i < 256 ? 1 : 2;
		bool expected = model(bytes, length) == length;

		cr_assert_eq(is_item(bytes, length), expected, "%02x%02x",
			     bytes[0], bytes[1]);
		good += expected ? 1 : 0;
	}

	/* 00..80 and c0; 8180..81ff and c100..c180, c1c0 */
	cr_assert_eq(good, 130u + 128u + 130u);
}

Test(wire_rlp, random_inputs_are_judged_as_the_model_does)
{
	static const uint8_t likely[] = {0x00, 0x01, 0x7f, 0x80, 0x81, 0x82,
					 0xb7, 0xb8, 0xb9, 0xc0, 0xc1, 0xc2,
					 0xc3, 0xc5, 0xf7, 0xf8, 0xf9, 0xff};
	const uint8_t seed[32] = {1};
	struct dti_random random;
	size_t good = 0;

	dti_random_init(&random, seed);
	for (int i = 0; i < 300000; i++) {
		uint8_t bytes[80];
		size_t length = 1 + dti_random_below(&random, 8);
		bool expected;

		for (size_t at = 0; at < length; at++)
			bytes[at] = likely[dti_random_below(&random,
							    sizeof(likely))];
		if (i % 2 == 0) {
			memset(bytes + length, (int)(i % 256), 64);
			bytes[0] = (uint8_t)(0xb8 + i % 3 * 0x40 % 0x80);
			bytes[1] = (uint8_t)(54 + i % 16);
			length += (size_t)(48 + i / 2 % 16);
		}
		expected = model(bytes, length) == length;
		cr_assert_eq(is_item(bytes, length), expected);
		good += expected ? 1 : 0;
	}

	cr_assert_gt(good, 5000u);
}

Test(wire_rlp, a_list_may_be_as_deep_as_there_are_bytes)
{
	/* Would be minutes if each level were walked again for the next. */
	const size_t size = (size_t)1 << 20;
	uint8_t *bytes = malloc(size);
	size_t at = size;

	cr_assert_not_null(bytes);
	while (at > 4) {
		size_t content = size - at;
		size_t digits = 0;

		for (; content >= 56 && digits < 8 && content >> 8 * digits;
		     digits++)
			bytes[--at] = (uint8_t)(content >> 8 * digits);
		bytes[--at] =
			(uint8_t)(digits == 0 ? 0xc0 + content : 0xf7 + digits);
	}

	cr_assert(is_item(bytes + at, size - at));
	cr_assert_not(is_item(bytes + at, size - at - 1));
	/* The innermost is a header without its content. */
	bytes[size - 1] = 0xc1;
	cr_assert_not(is_item(bytes + at, size - at));
	free(bytes);
}

Test(wire_rlp, items_are_read_in_their_order)
{
	/* ["cat", [1, ""], 1024], "d" */
	static const uint8_t bytes[] = {0xca, 0x83, 'c',  'a',  0x74, 0xc2,
					0x01, 0x80, 0x82, 0x04, 0x00, 'd'};
	struct dti_rlp_reader reader = reader_of(bytes, sizeof(bytes));
	struct dti_rlp_reader list;
	struct dti_rlp_reader inner;
	struct dti_bytes string;
	struct dti_bytes item;
	uint64_t number;

	cr_assert(dti_rlp_next_is_list(&reader));
	cr_assert(dti_rlp_read_list(&reader, &list));
	cr_assert_not(dti_rlp_next_is_list(&list));
	cr_assert(dti_rlp_read_string(&list, &string));
	cr_assert_eq(string.length, 3u);
	cr_assert_arr_eq(string.bytes, "cat", 3);
	inner = list;
	cr_assert(dti_rlp_read_item(&list, &item));
	cr_assert_eq(item.length, 3u);
	cr_assert_eq(item.bytes, bytes + 5);
	cr_assert(dti_rlp_read_list(&inner, &inner));
	cr_assert(dti_rlp_read_u64(&inner, &number));
	cr_assert_eq(number, 1u);
	cr_assert(dti_rlp_read_u64(&inner, &number));
	cr_assert_eq(number, 0u);
	cr_assert(dti_rlp_at_end(&inner));
	cr_assert(dti_rlp_read_u64(&list, &number));
	cr_assert_eq(number, 1024u);
	cr_assert(dti_rlp_at_end(&list));
	cr_assert_not(dti_rlp_at_end(&reader));
	cr_assert(dti_rlp_read_item(&reader, &item));
	cr_assert_arr_eq(item.bytes, "d", 1);
	cr_assert(dti_rlp_at_end(&reader));
	cr_assert_not(dti_rlp_read_item(&reader, &item));
	cr_assert_not(dti_rlp_next_is_list(&reader));
}

/* What each read says of these bytes, as letters: string, fixed (2 bytes), u64,
 * u16, list. */
static void readable(char out[6], const uint8_t *bytes, size_t length)
{
	struct dti_rlp_reader whole = reader_of(bytes, length);
	struct dti_rlp_reader readers[5] = {whole, whole, whole, whole, whole};
	struct dti_rlp_reader list;
	struct dti_bytes string;
	uint8_t fixed[2];
	uint64_t u64;
	uint16_t u16;
	const bool reads[5] = {
		dti_rlp_read_string(&readers[0], &string),
		dti_rlp_read_fixed(&readers[1], fixed, sizeof(fixed)),
		dti_rlp_read_u64(&readers[2], &u64),
		dti_rlp_read_u16(&readers[3], &u16),
		dti_rlp_read_list(&readers[4], &list),
	};

	for (size_t i = 0; i < 5; i++) {
		out[i] = (char)(reads[i] ? "sf64l"[i] : '-');
		cr_assert_eq(readers[i].left, reads[i] ? 0 : length);
		cr_assert_eq(readers[i].next,
			     reads[i] ? bytes + length : bytes);
	}
	out[5] = '\0';
}

Test(wire_rlp, a_read_takes_what_it_is_for_and_else_moves_nothing)
{
	static const struct {
		const char *hex;
		const char *readable;
	} cases[] = {
		{"80", "s-64-"},
		{"00", "s----"},
		{"01", "s-64-"},
		{"8180", "s-64-"},
		{"817f", "-----"},
		{"820001", "sf---"},
		{"82ffff", "sf64-"},
		{"83010000", "s-6--"},
		{"88ffffffffffffffff", "s-6--"},
		{"89010000000000000000", "s----"},
		{"c0", "----l"},
		{"c20102", "----l"},
		/* The items of a list are not looked at. */
		{"c18f", "----l"},
		{"", "-----"},
		{"81", "-----"},
		{"c1", "-----"},
		{"b800", "-----"},
		{"bfffffffffffffffff", "-----"},
		{"ffffffffffffffffff", "-----"},
		{"b8", "-----"},
		{"b938", "-----"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t bytes[16];
		char result[6];
		size_t length =
			vectors_bytes(bytes, sizeof(bytes), cases[i].hex);

		readable(result, bytes, length);
		cr_assert_str_eq(result, cases[i].readable, "%s", cases[i].hex);
	}
}

Test(wire_rlp, a_refused_read_leaves_its_output)
{
	static const uint8_t bytes[] = {0xc1};
	struct dti_rlp_reader reader = reader_of(bytes, sizeof(bytes));
	struct dti_rlp_reader list = {bytes, 77};
	struct dti_bytes string = {bytes, 77};
	struct dti_bytes item = {bytes, 77};
	uint8_t fixed[2] = {77, 77};
	uint64_t u64 = 77;
	uint16_t u16 = 77;

	cr_assert_not(dti_rlp_read_string(&reader, &string));
	cr_assert_not(dti_rlp_read_fixed(&reader, fixed, sizeof(fixed)));
	cr_assert_not(dti_rlp_read_u64(&reader, &u64));
	cr_assert_not(dti_rlp_read_u16(&reader, &u16));
	cr_assert_not(dti_rlp_read_list(&reader, &list));
	cr_assert_not(dti_rlp_read_item(&reader, &item));

	cr_assert_eq(string.length + item.length + list.left, 3u * 77);
	cr_assert_eq(fixed[0] + fixed[1], 2 * 77);
	cr_assert_eq(u64 + u16, 2u * 77);
	cr_assert_eq(reader.left, 1u);
}

static void write_sample(struct dti_rlp_writer *writer)
{
	uint8_t long_string[56];
	size_t outer = dti_rlp_begin_list(writer);
	size_t inner;

	memset(long_string, 0xaa, sizeof(long_string));
	dti_rlp_write_string(writer, "cat", 3);
	inner = dti_rlp_begin_list(writer);
	dti_rlp_write_u64(writer, 0);
	dti_rlp_write_u64(writer, 127);
	dti_rlp_write_u64(writer, 128);
	dti_rlp_write_u64(writer, 0x0102030405060708);
	dti_rlp_end_list(writer, inner);
	dti_rlp_write_string(writer, long_string, sizeof(long_string));
	dti_rlp_write_string(writer, NULL, 0);
	dti_rlp_write_string(writer, "\x7f", 1);
	dti_rlp_write_string(writer, "\x80", 1);
	dti_rlp_write_raw(writer, "\xc1\x05", 2);
	dti_rlp_write_raw(writer, NULL, 0);
	dti_rlp_end_list(writer, outer);
}

static const char sample[] =
	"f85283636174cd807f8180880102030405060708b838aaaaaaaaaaaaaaaaaaaaaaaaaa"
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	"aaaaaaaaaaaaaaaa807f8180c105";

Test(wire_rlp, what_is_written_is_canonical)
{
	uint8_t expected[128];
	uint8_t out[128];
	size_t length = vectors_bytes(expected, sizeof(expected), sample);
	struct dti_rlp_writer writer = dti_rlp_writer_of(out, sizeof(out));

	write_sample(&writer);

	cr_assert_not(writer.failed);
	cr_assert_eq(writer.length, length);
	cr_assert_arr_eq(out, expected, length);
	cr_assert(is_item(out, length));
}

Test(wire_rlp, what_does_not_fit_fails_and_stays_within_the_buffer)
{
	const size_t needed = (sizeof(sample) - 1) / 2;

	for (size_t size = 0; size <= needed; size++) {
		uint8_t *out = size == 0 ? NULL : malloc(size);
		struct dti_rlp_writer writer = dti_rlp_writer_of(out, size);
		size_t length;

		write_sample(&writer);
		length = writer.length;
		cr_assert_eq(writer.failed, size < needed, "%zu", size);
		cr_assert_leq(length, size);
		if (writer.failed) {
			dti_rlp_write_raw(&writer, NULL, 0);
			dti_rlp_write_u64(&writer, 0);
			cr_assert(writer.failed);
			cr_assert_eq(writer.length, length);
		}
		free(out);
	}
}

Test(wire_rlp, lists_and_strings_of_every_length_come_back)
{
	static const uint8_t content[70000];
	static uint8_t out[sizeof(content) + 16];
	static const size_t lengths[] = {
		0,   1,   2,   54,    55,    56,    57,
		255, 256, 257, 65534, 65535, 65536, sizeof(content)};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct dti_rlp_writer writer =
			dti_rlp_writer_of(out, sizeof(out));
		size_t begin = dti_rlp_begin_list(&writer);
		struct dti_rlp_reader reader;
		struct dti_rlp_reader list;
		struct dti_bytes string;

		dti_rlp_write_string(&writer, content, lengths[i]);
		dti_rlp_end_list(&writer, begin);
		cr_assert_not(writer.failed);
		cr_assert(is_item(out, writer.length), "%zu", lengths[i]);
		reader = reader_of(out, writer.length);
		cr_assert(dti_rlp_read_list(&reader, &list));
		cr_assert(dti_rlp_at_end(&reader));
		cr_assert(dti_rlp_read_string(&list, &string));
		cr_assert(dti_rlp_at_end(&list));
		cr_assert_eq(string.length, lengths[i]);
	}
}

Test(wire_rlp, every_integer_comes_back)
{
	for (unsigned int bit = 0; bit < 64; bit++) {
		for (uint64_t off = 0; off < 3; off++) {
			uint64_t number = ((uint64_t)1 << bit) + off - 1;
			uint64_t again = ~number;
			uint8_t out[9];
			struct dti_rlp_writer writer =
				dti_rlp_writer_of(out, sizeof(out));

			dti_rlp_write_u64(&writer, number);
			cr_assert_not(writer.failed);
			cr_assert(is_integer(out, writer.length, &again));
			cr_assert_eq(again, number);
		}
	}
}
