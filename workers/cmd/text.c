/* SPDX-License-Identifier: MIT */
#include "workers/cmd/text.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void cmd_text_fini(struct cmd_text *text)
{
	free(text->bytes);
	*text = (struct cmd_text){0};
}

void cmd_text_clear(struct cmd_text *text)
{
	text->length = 0;
	text->cut = false;
	if (text->bytes != NULL)
		text->bytes[0] = '\0';
}

/* Make room for @more bytes and a NUL. */
static bool make_room(struct cmd_text *text, size_t more)
{
	size_t size = text->size == 0 ? 1024 : text->size;
	char *bytes;

	while (size - 1 < text->length + more)
		size *= 2;
	if (size == text->size)
		return true;
	bytes = realloc(text->bytes, size);
	if (bytes == NULL) {
		text->cut = true;
		return false;
	}
	text->bytes = bytes;
	text->size = size;
	return true;
}

void cmd_text_put(struct cmd_text *text, const char *bytes, size_t length)
{
	if (text->cut || !make_room(text, length))
		return;
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void cmd_text_add(struct cmd_text *text, const char *string)
{
	cmd_text_put(text, string, strlen(string));
}

void cmd_text_printf(struct cmd_text *text, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0 || text->cut || !make_room(text, (size_t)length))
		return;
	va_start(arguments, format);
	(void)vsnprintf(text->bytes + text->length, (size_t)length + 1, format,
			arguments);
	va_end(arguments);
	text->length += (size_t)length;
}

void cmd_text_repeat(struct cmd_text *text, const char *string, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cmd_text_add(text, string);
}

/* The length of the colour at @at ("\033[1;32m"). */
static size_t escape_length(const char *at)
{
	size_t length = strcspn(at, "m");

	return at[length] == '\0' ? length : length + 1;
}

static size_t character_length(const char *at)
{
	size_t length = 1;

	/* The bytes after the first of a UTF-8 sequence are 10xxxxxx. */
	while (((unsigned char)at[length] & 0xc0u) == 0x80u)
		length++;
	return length;
}

size_t cmd_text_put_clipped(struct cmd_text *text, const char *line,
			    size_t columns)
{
	size_t column = 0;
	size_t length = 0;
	bool coloured = false;

	while (line[length] != '\0' && line[length] != '\n') {
		if (line[length] == '\033') {
			length += escape_length(line + length);
			coloured = true;
		} else if (column < columns) {
			length += character_length(line + length);
			column++;
		} else {
			break;
		}
	}
	cmd_text_put(text, line, length);
	if (coloured)
		cmd_text_add(text, "\033[0m");
	return column;
}

/* @fd may be non-blocking: somebody else's choice, shared with us. */
static bool wait_until_writable(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};

	return poll(&wait, 1, -1) >= 0 || errno == EINTR;
}

bool cmd_text_write(struct cmd_text *text, int fd)
{
	size_t done = 0;

	while (done < text->length) {
		ssize_t wrote =
			write(fd, text->bytes + done, text->length - done);

		if (wrote >= 0)
			done += (size_t)wrote;
		else if (errno == EAGAIN && wait_until_writable(fd))
			continue;
		else if (errno != EINTR)
			return false;
	}
	cmd_text_clear(text);
	return true;
}
