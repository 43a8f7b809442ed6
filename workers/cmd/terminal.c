/* SPDX-License-Identifier: MIT */
#include "workers/cmd/terminal.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool cmd_terminal_is_live(void)
{
	const char *type = getenv("TERM");

	return isatty(STDOUT_FILENO) && type != NULL &&
	       strcmp(type, "dumb") != 0 &&
	       tcgetpgrp(STDOUT_FILENO) == getpgrp();
}

struct cmd_terminal_size cmd_terminal_size(void)
{
	struct winsize size = {0};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 ||
	    size.ws_row == 0)
		return (struct cmd_terminal_size){.columns = 80, .rows = 24};
	return (struct cmd_terminal_size){.columns = size.ws_col,
					  .rows = size.ws_row};
}

static void write_sequence(const char *sequence)
{
	struct cmd_text text = {0};

	cmd_text_add(&text, sequence);
	(void)cmd_text_write(&text, STDOUT_FILENO);
	cmd_text_fini(&text);
}

void cmd_terminal_enter(struct cmd_terminal *terminal)
{
	struct termios single;

	terminal->entered = true;
	terminal->has_keys = isatty(STDIN_FILENO) &&
			     tcgetattr(STDIN_FILENO, &terminal->before) == 0;
	if (terminal->has_keys) {
		single = terminal->before;
		single.c_lflag &= ~((tcflag_t)ICANON | (tcflag_t)ECHO);
		single.c_cc[VMIN] = 0;
		single.c_cc[VTIME] = 0;
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &single);
	}
	/* The alternate screen, emptied; no cursor; no wrapping of lines. */
	write_sequence("\033[?1049h\033[2J\033[?25l\033[?7l");
}

void cmd_terminal_leave(struct cmd_terminal *terminal)
{
	if (!terminal->entered)
		return;
	terminal->entered = false;
	write_sequence("\033[0m\033[?7h\033[?25h\033[?1049l");
	if (terminal->has_keys)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &terminal->before);
}

char cmd_terminal_key(const struct cmd_terminal *terminal)
{
	struct pollfd wait = {.fd = STDIN_FILENO, .events = POLLIN};
	char key = 0;

	if (!terminal->entered || !terminal->has_keys || poll(&wait, 1, 0) != 1)
		return 0;
	if (read(STDIN_FILENO, &key, 1) != 1)
		key = 0;
	return key;
}

bool cmd_terminal_show(const struct cmd_text *lines, struct cmd_text *frame)
{
	struct cmd_terminal_size size = cmd_terminal_size();
	const char *line = lines->bytes;
	size_t row = 0;

	cmd_text_clear(frame);
	cmd_text_add(frame, "\033[H");
	while (line != NULL && *line != '\0' && row < size.rows) {
		/* Not after the last row: that would scroll. */
		cmd_text_add(frame, row++ == 0 ? "" : "\r\n");
		/* In the last column it would erase what stands there. */
		if (cmd_text_put_clipped(frame, line, size.columns) <
		    size.columns)
			cmd_text_add(frame, "\033[K");
		line += strcspn(line, "\n");
		line += *line == '\n' ? 1 : 0;
	}
	cmd_text_add(frame, "\033[J");
	return cmd_text_write(frame, STDOUT_FILENO);
}
