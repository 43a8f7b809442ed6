/* SPDX-License-Identifier: MIT */
#include "workers/cmd/style.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && value[0] != '\0';
}

struct cmd_style cmd_style_of(int fd)
{
	const char *terminal = getenv("TERM");
	bool capable = terminal != NULL && strcmp(terminal, "dumb") != 0;

	return (struct cmd_style){
		.colour = capable && isatty(fd) && !is_set("NO_COLOR"),
		.unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
	};
}

const char *cmd_style_paint(const struct cmd_style *style,
			    enum cmd_colour colour)
{
	static const char *const sequences[] = {
		[CMD_COLOUR_PLAIN] = "\033[0m",
		[CMD_COLOUR_BOLD] = "\033[1m",
		[CMD_COLOUR_DIM] = "\033[2m",
		[CMD_COLOUR_GOOD] = "\033[32m",
		[CMD_COLOUR_BAD] = "\033[31m",
		[CMD_COLOUR_WARN] = "\033[33m",
		[CMD_COLOUR_ACCENT] = "\033[36m",
	};

	return style->colour ? sequences[colour] : "";
}

const char *cmd_style_choose(const struct cmd_style *style, const char *unicode,
			     const char *ascii)
{
	return style->unicode ? unicode : ascii;
}
