/* SPDX-License-Identifier: MIT */
#include "lib/wire/rlp.h"

#include <string.h>

#define STRING      0x80u /* first byte of the empty string */
#define LIST        0xc0u /* of the empty list */
#define SHORT_LIMIT 56u   /* bytes of content from which the form is long */

/* The next item of a reader. Content is behind the header. */
struct item {
	bool is_list;
	size_t header; /* bytes; 0: the byte is its own content */
	size_t length; /* of the content */
};

/*
 * The length of a long form: @digits bytes behind the first byte. All of it is
 * within @left.
 */
static bool read_length(struct item *out, const uint8_t *next, size_t left,
			size_t digits)
{
	uint64_t length = 0;

	if (digits > left - 1 || next[1] == 0)
		return false;
	for (size_t i = 1; i <= digits; i++)
		length = length << 8 | next[i];
	if (length < SHORT_LIMIT || length > left - 1 - digits)
		return false;
	out->header = 1 + digits;
	out->length = (size_t)length;
	return true;
}

/* Content of one byte below 0x80 has no header. */
static bool is_canonical(const struct item *item, const uint8_t *next)
{
	return item->is_list || item->header == 0 || item->length != 1 ||
	       next[item->header] >= STRING;
}

/* False: at the end, or what is there is no item that is there as a whole. */
static bool read_header(const struct dti_rlp_reader *reader, struct item *out)
{
	const uint8_t *next = reader->next;
	size_t left = reader->left;
	size_t length;

	if (left == 0)
		return false;
	*out = (struct item){.is_list = next[0] >= LIST, .length = 1};
	if (next[0] < STRING)
		return true;
	length = next[0] & (LIST - STRING - 1);
	if (length >= SHORT_LIMIT)
		return read_length(out, next, left, length - SHORT_LIMIT + 1);
	out->header = 1;
	out->length = length;
	return length <= left - 1 && is_canonical(out, next);
}

static void skip(struct dti_rlp_reader *reader, size_t length)
{
	reader->next += length;
	reader->left -= length;
}

/* The content of the next item, past which the reader moves. */
static bool read_content(struct dti_rlp_reader *reader, bool is_list,
			 struct dti_bytes *out)
{
	struct item item;

	if (!read_header(reader, &item) || item.is_list != is_list)
		return false;
	*out = (struct dti_bytes){reader->next + item.header, item.length};
	skip(reader, item.header + item.length);
	return true;
}

bool dti_rlp_read_string(struct dti_rlp_reader *reader, struct dti_bytes *out)
{
	return read_content(reader, false, out);
}

bool dti_rlp_read_fixed(struct dti_rlp_reader *reader, void *out, size_t length)
{
	struct dti_rlp_reader next = *reader;
	struct dti_bytes string;

	if (!dti_rlp_read_string(&next, &string) || string.length != length)
		return false;
	memcpy(out, string.bytes, length);
	*reader = next;
	return true;
}

bool dti_rlp_read_u64(struct dti_rlp_reader *reader, uint64_t *out)
{
	struct dti_rlp_reader next = *reader;
	struct dti_bytes string;
	uint64_t value = 0;

	if (!dti_rlp_read_string(&next, &string) ||
	    string.length > sizeof(value) ||
	    (string.length > 0 && string.bytes[0] == 0))
		return false;
	for (size_t i = 0; i < string.length; i++)
		value = value << 8 | string.bytes[i];
	*out = value;
	*reader = next;
	return true;
}

bool dti_rlp_read_u16(struct dti_rlp_reader *reader, uint16_t *out)
{
	struct dti_rlp_reader next = *reader;
	uint64_t value;

	if (!dti_rlp_read_u64(&next, &value) || value > UINT16_MAX)
		return false;
	*out = (uint16_t)value;
	*reader = next;
	return true;
}

bool dti_rlp_read_list(struct dti_rlp_reader *reader,
		       struct dti_rlp_reader *out)
{
	struct dti_bytes content;

	if (!read_content(reader, true, &content))
		return false;
	*out = dti_rlp_reader_of(content);
	return true;
}

bool dti_rlp_read_item(struct dti_rlp_reader *reader, struct dti_bytes *out)
{
	struct item item;

	if (!read_header(reader, &item))
		return false;
	*out = (struct dti_bytes){reader->next, item.header + item.length};
	skip(reader, out->length);
	return true;
}

bool dti_rlp_next_is_list(const struct dti_rlp_reader *reader)
{
	return reader->left > 0 && reader->next[0] >= LIST;
}

/* Does this consist of whole items, to its end? */
static bool is_whole(struct dti_rlp_reader reader)
{
	struct dti_bytes item;

	while (dti_rlp_read_item(&reader, &item))
		continue;
	return dti_rlp_at_end(&reader);
}

/*
 * Visits every item in the order of its first byte, entering a list by moving
 * past its header only. A list was found to be whole before its items are
 * visited, so they end where it ends. Each item is read twice: by its list, and
 * when it is visited.
 */
bool dti_rlp_is_item(struct dti_bytes bytes)
{
	struct dti_rlp_reader reader = dti_rlp_reader_of(bytes);
	struct item item;

	if (!read_header(&reader, &item) ||
	    item.header + item.length != bytes.length)
		return false;
	while (read_header(&reader, &item)) {
		struct dti_rlp_reader content = {reader.next + item.header,
						 item.length};

		skip(&reader, item.header);
		if (!item.is_list)
			skip(&reader, item.length);
		else if (!is_whole(content))
			return false;
	}
	return dti_rlp_at_end(&reader);
}

/* Count @length more bytes as written. False: they do not fit. */
static bool extend(struct dti_rlp_writer *writer, size_t length)
{
	writer->failed =
		writer->failed || length > writer->size - writer->length;
	if (!writer->failed)
		writer->length += length;
	return !writer->failed;
}

/* Write @value big endian, without leading zeros; returns its bytes. */
static size_t put_integer(uint8_t out[8], uint64_t value)
{
	size_t length = 0;

	while (length < 8 && value >> 8 * length != 0)
		length++;
	for (size_t i = 0; i < length; i++)
		out[i] = (uint8_t)(value >> 8 * (length - 1 - i));
	return length;
}

/* @kind: STRING or LIST. Returns the bytes of the header. */
static size_t put_header(uint8_t out[9], unsigned int kind, size_t length)
{
	size_t digits;

	if (length < SHORT_LIMIT) {
		out[0] = (uint8_t)(kind + length);
		return 1;
	}
	digits = put_integer(out + 1, length);
	out[0] = (uint8_t)(kind + (SHORT_LIMIT - 1) + digits);
	return 1 + digits;
}

void dti_rlp_write_raw(struct dti_rlp_writer *writer, const void *bytes,
		       size_t length)
{
	if (extend(writer, length) && length > 0)
		memcpy(writer->out + writer->length - length, bytes, length);
}

void dti_rlp_write_string(struct dti_rlp_writer *writer, const void *bytes,
			  size_t length)
{
	const uint8_t *content = bytes;
	uint8_t header[9];

	if (length != 1 || content[0] >= STRING)
		dti_rlp_write_raw(writer, header,
				  put_header(header, STRING, length));
	dti_rlp_write_raw(writer, content, length);
}

void dti_rlp_write_u64(struct dti_rlp_writer *writer, uint64_t value)
{
	uint8_t bytes[8];

	dti_rlp_write_string(writer, bytes, put_integer(bytes, value));
}

size_t dti_rlp_begin_list(struct dti_rlp_writer *writer)
{
	return writer->length;
}

/* Only now the header's size is known: the content makes room for it. */
void dti_rlp_end_list(struct dti_rlp_writer *writer, size_t begin)
{
	size_t length = writer->length - begin;
	uint8_t header[9];
	size_t size = put_header(header, LIST, length);

	if (!extend(writer, size))
		return;
	memmove(writer->out + begin + size, writer->out + begin, length);
	memcpy(writer->out + begin, header, size);
}
