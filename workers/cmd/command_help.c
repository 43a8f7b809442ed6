/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "workers/cmd/command_line.h"

#define HELP_COLUMN 29
#define HELP_WIDTH  79

/* Words of @help from HELP_COLUMN on; the cursor stands at @column. */
static void print_wrapped(const char *help, size_t column)
{
	if (column >= HELP_COLUMN) {
		printf("\n");
		column = 0;
	}
	printf("%*s", (int)(HELP_COLUMN - column), "");
	column = HELP_COLUMN;
	while (*help != '\0') {
		size_t word = strcspn(help, " ");

		if (column > HELP_COLUMN && column + 1 + word > HELP_WIDTH) {
			printf("\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		} else if (column > HELP_COLUMN) {
			printf(" ");
			column++;
		}
		printf("%.*s", (int)word, help);
		column += word;
		help += word + strspn(help + word, " ");
	}
	printf("\n");
}

static void print_flag(const char *name, const char *argument, const char *help)
{
	int column = printf("  --%s%s%s", name, argument != NULL ? " " : "",
			    argument != NULL ? argument : "");

	print_wrapped(help, (size_t)column);
}

/* NULL: the command has the library's default. */
static const char *preset_of(const struct cmd_preset *presets,
			     const struct dt_option *option)
{
	for (; presets != NULL && presets->name != NULL; presets++) {
		if (strcmp(presets->name, option->name) == 0)
			return strcmp(presets->text, option->initial) == 0
				       ? NULL
				       : presets->text;
	}
	return NULL;
}

static void print_option(const struct cmd_command *command,
			 const struct dt_option *option)
{
	const char *preset = preset_of(command->presets, option);
	char flag[64];
	char help[512];
	char argument[32];

	cmd_option_flag(flag, sizeof(flag), option->name);
	(void)snprintf(argument, sizeof(argument), "%s", option->type);
	for (char *at = argument; *at != '\0'; at++)
		*at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
	(void)snprintf(
		help, sizeof(help), "%s%s (%s; default %s%s%s)", option->help,
		option->help[0] != '\0' ? "" : option->name, option->range,
		option->initial[0] != '\0' ? option->initial : "empty",
		preset != NULL ? ", here " : "", preset != NULL ? preset : "");
	print_flag(flag + 2,
		   strcmp(option->type, "boolean") == 0 ? NULL : argument,
		   help);
}

void cmd_command_help(const struct cmd_command *command)
{
	printf("Usage: dialtone %s [OPTION]...%s%s\n\n%s\n", command->name,
	       command->operands != NULL ? " " : "",
	       command->operands != NULL ? command->operands : "",
	       command->about);
	printf("\nFlags:\n");
	for (const struct cmd_flag *flag = command->flags; flag->name != NULL;
	     flag++)
		print_flag(flag->name, flag->argument, flag->help);
	print_flag("help", NULL, "Write this and exit.");
	if (!command->has_options)
		return;
	printf("\nOptions%s, each also a variable (--dial-timeout is\n"
	       "DIALTONE_DIAL_TIMEOUT; a flag counts more):\n",
	       command->only == NULL ? " of the dialer" : "");
	for (size_t i = 0; i < cmd_option_count(); i++) {
		if (cmd_command_takes(command, dt_option_at(i)))
			print_option(command, dt_option_at(i));
	}
}
