/* SPDX-License-Identifier: MIT */
#ifndef CMD_STYLE_H
#define CMD_STYLE_H

/* What may be shown: colours, and characters beyond ASCII. */

#include <stdbool.h>

struct cmd_style {
	bool colour;
	bool unicode;
};

enum cmd_colour {
	CMD_COLOUR_PLAIN, /* ends the others */
	CMD_COLOUR_BOLD,
	CMD_COLOUR_DIM,
	CMD_COLOUR_GOOD,
	CMD_COLOUR_BAD,
	CMD_COLOUR_WARN,
	CMD_COLOUR_ACCENT
};

/**
 * Colours if @fd is a terminal, TERM is not "dumb" and NO_COLOR is empty or
 * not set; Unicode if the locale's characters are UTF-8.
 */
struct cmd_style cmd_style_of(int fd);

/** The escape sequence for @colour; "" without colours. */
const char *cmd_style_paint(const struct cmd_style *style,
			    enum cmd_colour colour);

/** @unicode or @ascii, whichever can be shown. */
const char *cmd_style_choose(const struct cmd_style *style, const char *unicode,
			     const char *ascii);

#endif /* CMD_STYLE_H */
