/* SPDX-License-Identifier: MIT */
#ifndef CMD_COMMAND_LINE_H
#define CMD_COMMAND_LINE_H

/*
 * A subcommand's arguments: its own flags, the flags that stand for the
 * library's options (made from the library's table), and operands.
 */

#include <stdbool.h>
#include <stdint.h>

#include "workers/cmd/settings.h"

/** A command's own flag. Exactly one of the pointers says where it goes. */
struct cmd_flag {
	const char *name;     /* without dashes; NULL ends the list */
	const char *argument; /* what help calls its value; NULL: none */
	const char *help;
	bool *on;
	const char **text;
	int64_t *duration_ms;
	uint64_t *number; /* between at_least and at_most */
	uint64_t at_least;
	uint64_t at_most;
	bool *given; /* may be NULL; set when the flag is there */
};

struct cmd_command {
	const char *name;
	const char *operands; /* "FILE...", or NULL: there are none */
	const char *about;    /* paragraphs for the help, at most 79 columns */
	const struct cmd_flag *flags;
	bool has_options; /* takes the library's options as flags */
	/* The only options that it takes, NULL at the end; NULL: all. */
	const char *const *only;
	/* Help shows them beside the defaults; NULL: none. */
	const struct cmd_preset *presets;
};

/** Is the option one of the command's flags? */
bool cmd_command_takes(const struct cmd_command *command,
		       const struct dt_option *option);

/**
 * cmd_command_line_parse - read a subcommand's arguments.
 * @flags: gets each library option's text; points into @argv.
 * @operands: gets the index in @argv of the first operand (argc: none).
 * A flag that is given twice counts as given last. Once a process.
 * False: the program ends with *@exit_code; help was written, or what is wrong
 * was said on stderr.
 */
bool cmd_command_line_parse(const struct cmd_command *command,
			    const char *flags[CMD_OPTION_MAX], int *operands,
			    int *exit_code, int argc, char **argv);

/** Write a subcommand's help to stdout (command_help.c). */
void cmd_command_help(const struct cmd_command *command);

#endif /* CMD_COMMAND_LINE_H */
