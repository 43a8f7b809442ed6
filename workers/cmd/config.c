/* SPDX-License-Identifier: MIT */
#include <dialtone.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workers/cmd/cmd.h"
#include "workers/cmd/command_line.h"
#include "workers/cmd/json.h"
#include "workers/cmd/print.h"
#include "workers/cmd/style.h"

/* An option's value as text, however long; NULL: no memory. Caller frees. */
static char *get_value(const struct dt_config *config, const char *name)
{
	size_t size = 256;
	char *value = NULL;

	for (;;) {
		char *larger = realloc(value, size);

		if (larger == NULL)
			break;
		value = larger;
		if (dt_config_get(config, value, size, name) == DT_OK)
			return value;
		size *= 2;
	}
	free(value);
	return NULL;
}

static enum cmd_colour colour_of(enum cmd_setting_source source)
{
	switch (source) {
	case CMD_SETTING_FLAG:
		return CMD_COLOUR_GOOD;
	case CMD_SETTING_ENVIRONMENT:
		return CMD_COLOUR_ACCENT;
	default:
		return CMD_COLOUR_PLAIN;
	}
}

static void put_row(struct cmd_text *out, const struct dt_option *option,
		    const char *value, enum cmd_setting_source source,
		    const struct cmd_style *style)
{
	const char *plain = cmd_style_paint(style, CMD_COLOUR_PLAIN);

	cmd_text_printf(out, "%s%-21s%s %s%-10s %-11s%s %s\n",
			cmd_style_paint(style, CMD_COLOUR_BOLD), option->name,
			plain, cmd_style_paint(style, colour_of(source)),
			value[0] != '\0' ? value : "-",
			cmd_setting_source_name(source), plain, option->range);
	cmd_text_printf(out, "  %s%s%s\n",
			cmd_style_paint(style, CMD_COLOUR_DIM), option->help,
			plain);
}

static void put_object(struct cmd_text *out, const struct dt_option *option,
		       const char *value, enum cmd_setting_source source)
{
	char flag[64];

	cmd_option_flag(flag, sizeof(flag), option->name);
	cmd_json_open(out, NULL);
	cmd_json_string(out, "name", option->name);
	cmd_json_string(out, "value", value);
	cmd_json_string(out, "source", cmd_setting_source_name(source));
	cmd_json_string(out, "variable", option->variable);
	cmd_json_string(out, "flag", flag);
	cmd_json_string(out, "type", option->type);
	cmd_json_string(out, "default", option->initial);
	cmd_json_string(out, "range", option->range);
	cmd_json_bool(out, "live", option->live);
	cmd_json_string(out, "help", option->help);
	cmd_json_close(out);
	cmd_json_end_line(out);
}

static void put_settings(struct cmd_text *out,
			 const struct cmd_settings *settings, bool json)
{
	struct cmd_style style = cmd_style_of(STDOUT_FILENO);

	if (!json)
		cmd_text_printf(out, "%s%-21s %-10s %-11s %s%s\n",
				cmd_style_paint(&style, CMD_COLOUR_DIM),
				"option", "value", "from", "range",
				cmd_style_paint(&style, CMD_COLOUR_PLAIN));
	for (size_t i = 0; i < cmd_option_count(); i++) {
		const struct dt_option *option = dt_option_at(i);
		char *value = get_value(&settings->config, option->name);

		if (value == NULL) {
			out->cut = true;
			return;
		}
		if (json)
			put_object(out, option, value, settings->sources[i]);
		else
			put_row(out, option, value, settings->sources[i],
				&style);
		free(value);
	}
}

static int show(const struct cmd_settings *settings, bool json)
{
	struct cmd_text out = {0};

	put_settings(&out, settings, json);
	return cmd_print(&out);
}

int cmd_config(int argc, char **argv)
{
	bool json = false;
	const struct cmd_flag flags[] = {
		{.name = "json",
		 .help = "Write one JSON object a line.",
		 .on = &json},
		{.name = NULL},
	};
	const struct cmd_command command = {
		.name = "config",
		.about = "Shows the value of every option, where it came from "
			 "(default, environment or\nflag), its range and what "
			 "it is for. Takes the options as flags too, so that\n"
			 "a command line can be tried.",
		.flags = flags,
		.has_options = true,
	};
	const char *options[CMD_OPTION_MAX];
	struct cmd_settings settings;
	int exit_code;
	int first;

	if (!cmd_command_line_parse(&command, options, &first, &exit_code, argc,
				    argv))
		return exit_code;
	if (!cmd_settings_read(&settings, NULL, options))
		return CMD_EXIT_USAGE;
	exit_code = show(&settings, json);
	cmd_settings_fini(&settings);
	return exit_code;
}
