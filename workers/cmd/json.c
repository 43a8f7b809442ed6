/* SPDX-License-Identifier: MIT */
#include "workers/cmd/json.h"

#include <inttypes.h>

/* A comma unless this is the first thing in its object, array or line. */
static void separate(struct cmd_text *out)
{
	char last = '\n';

	if (out->length > 0)
		last = out->bytes[out->length - 1];
	if (last != '{' && last != '[' && last != '\n')
		cmd_text_put(out, ",", 1);
}

static void put_key(struct cmd_text *out, const char *key)
{
	separate(out);
	if (key != NULL)
		cmd_text_printf(out, "\"%s\":", key);
}

void cmd_json_open(struct cmd_text *out, const char *key)
{
	put_key(out, key);
	cmd_text_put(out, "{", 1);
}

void cmd_json_close(struct cmd_text *out)
{
	cmd_text_put(out, "}", 1);
}

void cmd_json_end_line(struct cmd_text *out)
{
	cmd_text_put(out, "\n", 1);
}

/* How many bytes the first of a UTF-8 sequence announces; 0: none does. */
static size_t sequence_length(unsigned char first)
{
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

/* Overlong forms, surrogates and what lies beyond U+10FFFF. */
static bool is_forbidden(const unsigned char *at)
{
	return (at[0] == 0xe0 && at[1] < 0xa0) ||
	       (at[0] == 0xed && at[1] > 0x9f) ||
	       (at[0] == 0xf0 && at[1] < 0x90) ||
	       (at[0] == 0xf4 && at[1] > 0x8f);
}

/* The length of the valid multi-byte sequence at @at; 0: it is not one. */
static size_t valid_sequence(const unsigned char *at)
{
	size_t length = sequence_length(at[0]);

	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0u) != 0x80u)
			return 0;
	}
	return length > 0 && is_forbidden(at) ? 0 : length;
}

static void put_ascii(struct cmd_text *out, unsigned char byte)
{
	char character = (char)byte;

	if (byte == '"' || byte == '\\')
		cmd_text_printf(out, "\\%c", character);
	else if (byte == '\n')
		cmd_text_add(out, "\\n");
	else if (byte == '\t')
		cmd_text_add(out, "\\t");
	else if (byte < 0x20 || byte == 0x7f)
		cmd_text_printf(out, "\\u%04x", byte);
	else
		cmd_text_put(out, &character, 1);
}

static void put_quoted(struct cmd_text *out, const char *value)
{
	const unsigned char *at = (const unsigned char *)value;

	cmd_text_put(out, "\"", 1);
	while (*at != '\0') {
		size_t length = *at < 0x80 ? 1 : valid_sequence(at);

		if (*at < 0x80)
			put_ascii(out, *at);
		else if (length > 0)
			cmd_text_put(out, (const char *)at, length);
		else
			cmd_text_add(out, "\\ufffd");
		at += length > 0 ? length : 1;
	}
	cmd_text_put(out, "\"", 1);
}

void cmd_json_string(struct cmd_text *out, const char *key, const char *value)
{
	put_key(out, key);
	put_quoted(out, value);
}

void cmd_json_number(struct cmd_text *out, const char *key, uint64_t value)
{
	put_key(out, key);
	cmd_text_printf(out, "%" PRIu64, value);
}

void cmd_json_signed(struct cmd_text *out, const char *key, int64_t value)
{
	put_key(out, key);
	cmd_text_printf(out, "%" PRId64, value);
}

void cmd_json_decimal(struct cmd_text *out, const char *key, double value)
{
	put_key(out, key);
	cmd_text_printf(out, "%.3f", value);
}

void cmd_json_bool(struct cmd_text *out, const char *key, bool value)
{
	put_key(out, key);
	cmd_text_add(out, value ? "true" : "false");
}

void cmd_json_open_array(struct cmd_text *out, const char *key)
{
	put_key(out, key);
	cmd_text_put(out, "[", 1);
}

void cmd_json_array_string(struct cmd_text *out, const char *value)
{
	separate(out);
	put_quoted(out, value);
}

void cmd_json_close_array(struct cmd_text *out)
{
	cmd_text_put(out, "]", 1);
}
