/* SPDX-License-Identifier: MIT */
#ifndef CMD_TEXT_H
#define CMD_TEXT_H

/*
 * A growing text, written out in one go: a frame of the live view, a line of
 * JSON. Without memory for more it stays as it is and says so.
 */

#include <stdbool.h>
#include <stddef.h>

struct cmd_text {
	char *bytes; /* owned; ends in NUL once there is something */
	size_t length;
	size_t size;
	bool cut; /* memory ran out: the end is missing */
};

/** An empty text is { 0 }. Pair with cmd_text_fini(). */
void cmd_text_fini(struct cmd_text *text);
/** Forget the content, keep the memory. */
void cmd_text_clear(struct cmd_text *text);

void cmd_text_put(struct cmd_text *text, const char *bytes, size_t length);
void cmd_text_add(struct cmd_text *text, const char *string);
__attribute__((format(printf, 2, 3))) void
cmd_text_printf(struct cmd_text *text, const char *format, ...);
/** @string, @count times. */
void cmd_text_repeat(struct cmd_text *text, const char *string, size_t count);

/**
 * Put the first @columns columns of a line (up to a newline or NUL). A colour
 * takes none and is ended, a UTF-8 sequence takes one. Returns how many it has.
 */
size_t cmd_text_put_clipped(struct cmd_text *text, const char *line,
			    size_t columns);

/** Write all of it to @fd and clear it. False: errno says why. */
bool cmd_text_write(struct cmd_text *text, int fd);

#endif /* CMD_TEXT_H */
