/* SPDX-License-Identifier: MIT */
#include "tests/json_check.h"

#include <string.h>

/* A reader of RFC 8259, written apart from the program's writer. */

#define DEPTH_MAX 16

struct reader {
	const char *at;
	const char *end;
};

static bool read_value(struct reader *reader, int depth);

static bool take(struct reader *reader, char character)
{
	if (reader->at == reader->end || *reader->at != character)
		return false;
	reader->at++;
	return true;
}

static void skip_blanks(struct reader *reader)
{
	while (reader->at < reader->end && strchr(" \t\n\r", *reader->at) &&
	       *reader->at != '\0')
		reader->at++;
}

static bool take_word(struct reader *reader, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(reader->end - reader->at) < length ||
	    memcmp(reader->at, word, length) != 0)
		return false;
	reader->at += length;
	return true;
}

static bool take_digits(struct reader *reader)
{
	const char *first = reader->at;

	while (reader->at < reader->end && *reader->at >= '0' &&
	       *reader->at <= '9')
		reader->at++;
	return reader->at > first;
}

static bool read_number(struct reader *reader)
{
	(void)take(reader, '-');
	/* No leading zeros. */
	if (!take(reader, '0') && !take_digits(reader))
		return false;
	if (take(reader, '.') && !take_digits(reader))
		return false;
	if (take(reader, 'e') || take(reader, 'E')) {
		if (!take(reader, '+'))
			(void)take(reader, '-');
		return take_digits(reader);
	}
	return true;
}

static bool read_escape(struct reader *reader)
{
	if (reader->at == reader->end)
		return false;
	if (*reader->at != 'u') {
		bool known = *reader->at != '\0' &&
			     strchr("\"\\/bfnrt", *reader->at) != NULL;

		reader->at++;
		return known;
	}
	reader->at++;
	for (int i = 0; i < 4; i++) {
		if (reader->at == reader->end || *reader->at == '\0' ||
		    !strchr("0123456789abcdefABCDEF", *reader->at))
			return false;
		reader->at++;
	}
	return true;
}

/* A sequence of UTF-8 beyond ASCII, in its shortest form, no surrogate. */
static bool read_sequence(struct reader *reader)
{
	static const struct {
		unsigned char mask, lead;
		size_t more;
		unsigned int least;
	} kinds[] = {{0xe0, 0xc0, 1, 0x80},
		     {0xf0, 0xe0, 2, 0x800},
		     {0xf8, 0xf0, 3, 0x10000}};
	unsigned int lead = (unsigned char)*reader->at++;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		unsigned int point = lead & (unsigned int)~kinds[i].mask & 0xff;

		if ((lead & kinds[i].mask) != kinds[i].lead)
			continue;
		for (size_t k = 0; k < kinds[i].more; k++) {
			unsigned int byte;

			if (reader->at == reader->end)
				return false;
			byte = (unsigned char)*reader->at++;
			if ((byte & 0xc0) != 0x80)
				return false;
			point = point << 6 | (byte & 0x3f);
		}
		return point >= kinds[i].least && point <= 0x10ffff &&
		       (point < 0xd800 || point > 0xdfff);
	}
	return false;
}

static bool read_string(struct reader *reader)
{
	if (!take(reader, '"'))
		return false;
	while (reader->at < reader->end && *reader->at != '"') {
		unsigned char byte = (unsigned char)*reader->at;
		bool good = byte >= 0x20;

		if (byte >= 0x80) {
			good = read_sequence(reader);
		} else {
			reader->at++;
			if (byte == '\\')
				good = read_escape(reader);
		}
		if (!good)
			return false;
	}
	return take(reader, '"');
}

static bool read_member(struct reader *reader, int depth)
{
	skip_blanks(reader);
	if (!read_string(reader))
		return false;
	skip_blanks(reader);
	return take(reader, ':') && read_value(reader, depth);
}

/* What stands between an opening bracket and @closing. */
static bool read_list(struct reader *reader, char closing, int depth)
{
	skip_blanks(reader);
	if (take(reader, closing))
		return true;
	do {
		bool good = closing == '}' ? read_member(reader, depth)
					   : read_value(reader, depth);

		if (!good)
			return false;
	} while (take(reader, ','));
	return take(reader, closing);
}

static bool read_value(struct reader *reader, int depth)
{
	bool good;

	if (depth == DEPTH_MAX)
		return false;
	skip_blanks(reader);
	if (take(reader, '{'))
		good = read_list(reader, '}', depth + 1);
	else if (take(reader, '['))
		good = read_list(reader, ']', depth + 1);
	else if (reader->at < reader->end && *reader->at == '"')
		good = read_string(reader);
	else
		good = take_word(reader, "true") ||
		       take_word(reader, "false") ||
		       take_word(reader, "null") || read_number(reader);
	skip_blanks(reader);
	return good;
}

bool json_check(const char *text, size_t length)
{
	struct reader reader = {.at = text, .end = text + length};

	return read_value(&reader, 0) && reader.at == reader.end;
}

bool json_check_lines(const char *text, size_t *count, const char **bad)
{
	*count = 0;
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		*bad = text;
		if (text[length] != '\n' || text[0] != '{' ||
		    !json_check(text, length))
			return false;
		text += length + 1;
		(*count)++;
	}
	return true;
}
