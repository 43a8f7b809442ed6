/* SPDX-License-Identifier: MIT */
#include "workers/cmd/command_line.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/complain.h"
#include "workers/cmd/moment.h"

#define OWN_FLAG_MAX   24
#define FLAG_NAME_SIZE 64

/* What getopt_long() gives back: own flags, options, help. */
#define VALUE_OWN    0x100
#define VALUE_OPTION 0x200
#define VALUE_HELP   'h'

struct long_flags {
	struct option entries[OWN_FLAG_MAX + CMD_OPTION_MAX + 2];
	size_t count;
	char names[CMD_OPTION_MAX][FLAG_NAME_SIZE]; /* of options */
};

static void add_entry(struct long_flags *flags, const char *name, int argument,
		      int value)
{
	flags->entries[flags->count++] = (struct option){
		.name = name, .has_arg = argument, .val = value};
}

bool cmd_command_takes(const struct cmd_command *command,
		       const struct dt_option *option)
{
	const char *const *only = command->only;

	if (!command->has_options || only == NULL)
		return command->has_options;
	while (*only != NULL && strcmp(*only, option->name) != 0)
		only++;
	return *only != NULL;
}

static void list_flags(struct long_flags *flags,
		       const struct cmd_command *command)
{
	size_t options = command->has_options ? cmd_option_count() : 0;

	*flags = (struct long_flags){0};
	add_entry(flags, "help", no_argument, VALUE_HELP);
	for (size_t i = 0; command->flags[i].name != NULL; i++)
		add_entry(flags, command->flags[i].name,
			  command->flags[i].argument != NULL ? required_argument
							     : no_argument,
			  VALUE_OWN + (int)i);
	for (size_t i = 0; i < options; i++) {
		const struct dt_option *option = dt_option_at(i);
		bool is_switch = strcmp(option->type, "boolean") == 0;

		if (!cmd_command_takes(command, option))
			continue;
		cmd_option_flag(flags->names[i], FLAG_NAME_SIZE, option->name);
		add_entry(flags, flags->names[i] + 2,
			  is_switch ? optional_argument : required_argument,
			  VALUE_OPTION + (int)i);
	}
}

static bool take_number(const struct cmd_flag *flag, const char *value)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(value, &end, 10);
	if (value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0 &&
	    number >= flag->at_least && number <= flag->at_most) {
		*flag->number = number;
		return true;
	}
	cmd_complain("--%s: '%s' is not a whole number from %" PRIu64
		     " to %" PRIu64,
		     flag->name, value, flag->at_least, flag->at_most);
	return false;
}

static bool take_duration(const struct cmd_flag *flag, const char *value)
{
	if (cmd_moment_parse_duration(flag->duration_ms, value) &&
	    *flag->duration_ms > 0)
		return true;
	cmd_complain("--%s: '%s' is not a duration above 0 such as 500ms, 15s "
		     "or 1m30s",
		     flag->name, value);
	return false;
}

static bool take_own(const struct cmd_flag *flag, const char *value)
{
	if (flag->given != NULL)
		*flag->given = true;
	if (flag->on != NULL)
		*flag->on = true;
	if (flag->text != NULL)
		*flag->text = value;
	if (flag->number != NULL)
		return take_number(flag, value);
	if (flag->duration_ms != NULL)
		return take_duration(flag, value);
	return true;
}

static bool refuse(const struct cmd_command *command, const char *argument,
		   int answer)
{
	cmd_complain("%s: %s '%s'; see 'dialtone %s --help'", command->name,
		     answer == ':' ? "a value is missing after"
				   : "unknown or unfit flag",
		     argument, command->name);
	return false;
}

static bool check_operands(const struct cmd_command *command, int argc,
			   char **argv)
{
	if (command->operands != NULL || optind >= argc)
		return true;
	cmd_complain("%s takes no operand, and '%s' is one; see 'dialtone %s "
		     "--help'",
		     command->name, argv[optind], command->name);
	return false;
}

/* One answer of getopt_long(); false: it is not acceptable. */
static bool take(const struct cmd_command *command,
		 const char *flags[CMD_OPTION_MAX], const char *argument,
		 int answer)
{
	if (answer == '?' || answer == ':')
		return refuse(command, argument, answer);
	if (answer < VALUE_OPTION)
		return take_own(&command->flags[answer - VALUE_OWN], optarg);
	flags[answer - VALUE_OPTION] = optarg != NULL ? optarg : "yes";
	return true;
}

bool cmd_command_line_parse(const struct cmd_command *command,
			    const char *flags[CMD_OPTION_MAX], int *operands,
			    int *exit_code, int argc, char **argv)
{
	struct long_flags known;

	list_flags(&known, command);
	memset(flags, 0, CMD_OPTION_MAX * sizeof(flags[0]));
	*exit_code = CMD_EXIT_USAGE;
	opterr = 0;
	for (;;) {
		const char *argument = optind < argc ? argv[optind] : "";
		int answer = getopt_long(argc, argv, ":h", known.entries, NULL);

		if (answer == -1)
			break;
		if (answer == VALUE_HELP) {
			cmd_command_help(command);
			*exit_code = CMD_EXIT_OK;
			return false;
		}
		if (!take(command, flags, argument, answer))
			return false;
	}
	*operands = optind;
	return check_operands(command, argc, argv);
}
