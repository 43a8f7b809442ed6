/* SPDX-License-Identifier: MIT */
/* Any bytes as RLP: read in every way, and written again. */
#include <string.h>

#include "lib/wire/rlp.h"

#include "tests/fuzz/fuzz.h"

static bool same_reader(const struct dti_rlp_reader *a,
			const struct dti_rlp_reader *b)
{
	return a->next == b->next && a->left == b->left;
}

/* Does @after stand exactly behind @item, which is within @before? */
static bool stands_behind(const struct dti_rlp_reader *after,
			  const struct dti_rlp_reader *before,
			  struct dti_bytes item)
{
	return item.bytes == before->next && item.length <= before->left &&
	       after->next == item.bytes + item.length &&
	       after->left == before->left - item.length;
}

static void check_integer(const struct dti_rlp_reader *reader,
			  struct dti_bytes item)
{
	struct dti_rlp_reader next = *reader;
	struct dti_rlp_reader short_next = *reader;
	uint8_t out[9];
	struct dti_rlp_writer writer = dti_rlp_writer_of(out, sizeof(out));
	uint64_t number = 0;
	uint16_t port = 0;

	if (!dti_rlp_read_u64(&next, &number)) {
		fuzz_check(same_reader(&next, reader),
			   "a refused integer moves nothing");
		fuzz_check(!dti_rlp_read_u16(&short_next, &port),
			   "what is no integer is no port");
		return;
	}
	fuzz_check(stands_behind(&next, reader, item), "an integer is an item");
	fuzz_check(dti_rlp_read_u16(&short_next, &port) ==
			   (number <= UINT16_MAX),
		   "a port is a small integer");
	fuzz_check(number > UINT16_MAX || port == number,
		   "a port is the integer");
	dti_rlp_write_u64(&writer, number);
	fuzz_check(!writer.failed && writer.length == item.length &&
			   memcmp(out, item.bytes, item.length) == 0,
		   "there is one form of an integer");
}

/* @reader has an item. */
static void check_reads(const struct dti_rlp_reader *reader)
{
	struct dti_rlp_reader of_item = *reader;
	struct dti_rlp_reader of_string = *reader;
	struct dti_rlp_reader of_list = *reader;
	struct dti_rlp_reader content;
	struct dti_bytes string;
	struct dti_bytes item;
	bool is_list = dti_rlp_next_is_list(reader);

	fuzz_check(dti_rlp_read_item(&of_item, &item) &&
			   stands_behind(&of_item, reader, item),
		   "an item is read to its end");
	fuzz_check(dti_rlp_read_string(&of_string, &string) == !is_list,
		   "what is no list is a string");
	fuzz_check(dti_rlp_read_list(&of_list, &content) == is_list,
		   "a list is one");
	fuzz_check(same_reader(is_list ? &of_string : &of_list, reader),
		   "a refused read moves nothing");
	fuzz_check(same_reader(is_list ? &of_list : &of_string, &of_item),
		   "all reads end at the same place");
	check_integer(reader, item);
}

/* Write all that @reader has; false: some of it is no item. */
static bool copy(struct dti_rlp_writer *writer, struct dti_rlp_reader reader)
{
	while (!dti_rlp_at_end(&reader)) {
		struct dti_rlp_reader before = reader;
		struct dti_rlp_reader list;
		struct dti_bytes string;

		if (dti_rlp_read_list(&reader, &list)) {
			size_t begin = dti_rlp_begin_list(writer);

			check_reads(&before);
			if (!copy(writer, list))
				return false;
			dti_rlp_end_list(writer, begin);
		} else if (dti_rlp_read_string(&reader, &string)) {
			check_reads(&before);
			dti_rlp_write_string(writer, string.bytes,
					     string.length);
		} else {
			return false;
		}
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dti_bytes bytes = {data, size};
	struct dti_rlp_reader reader = dti_rlp_reader_of(bytes);
	uint8_t *out = malloc(size + 1);
	struct dti_rlp_writer writer = dti_rlp_writer_of(out, size);
	struct dti_bytes item;
	bool is_whole;
	bool is_one;

	fuzz_check(out != NULL, "the fuzzer has memory");
	is_whole = copy(&writer, reader);
	is_one = dti_rlp_read_item(&reader, &item) && item.length == size;
	fuzz_check(dti_rlp_is_item(bytes) == (is_whole && is_one),
		   "an item is one whose items can all be read");
	if (is_whole)
		fuzz_check(!writer.failed && writer.length == size &&
				   (size == 0 || memcmp(out, data, size) == 0),
			   "there is one form of an item");
	free(out);
	return 0;
}
