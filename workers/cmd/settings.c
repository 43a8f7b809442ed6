/* SPDX-License-Identifier: MIT */
#include "workers/cmd/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/cmd/complain.h"

size_t cmd_option_count(void)
{
	size_t count = 0;

	while (count < CMD_OPTION_MAX && dt_option_at(count) != NULL)
		count++;
	return count;
}

size_t cmd_option_index(const char *name)
{
	size_t index = 0;

	while (strcmp(dt_option_at(index)->name, name) != 0)
		index++;
	return index;
}

void cmd_option_flag(char *out, size_t size, const char *name)
{
	(void)snprintf(out, size, "--%s", name);
	for (char *at = out; *at != '\0'; at++) {
		if (*at == '_')
			*at = '-';
	}
}

const char *cmd_setting_source_name(enum cmd_setting_source source)
{
	static const char *const names[] = {
		[CMD_SETTING_DEFAULT] = "default",
		[CMD_SETTING_PRESET] = "demo",
		[CMD_SETTING_ENVIRONMENT] = "environment",
		[CMD_SETTING_FLAG] = "flag",
	};

	return names[source];
}

static void warn_of_variable(void *context, const char *sentence)
{
	(void)context;
	cmd_warn("%s", sentence);
}

static bool read_presets(struct cmd_settings *settings,
			 const struct cmd_preset *preset)
{
	struct dt_error error;

	for (; preset != NULL && preset->name != NULL; preset++) {
		if (dt_config_set(&settings->config, preset->name, preset->text,
				  &error) != DT_OK) {
			cmd_complain("%s", error.text);
			return false;
		}
		settings->sources[cmd_option_index(preset->name)] =
			CMD_SETTING_PRESET;
	}
	return true;
}

static bool read_environment(struct cmd_settings *settings)
{
	struct dt_error error;

	if (dt_config_from_env(&settings->config, &error, warn_of_variable,
			       NULL) != DT_OK) {
		cmd_complain("%s", error.text);
		return false;
	}
	for (size_t i = 0; i < cmd_option_count(); i++) {
		if (getenv(dt_option_at(i)->variable) != NULL)
			settings->sources[i] = CMD_SETTING_ENVIRONMENT;
	}
	return true;
}

/* The library's sentence names the option; the user gave a flag. */
static void complain_of_flag(const char *name, const struct dt_error *error)
{
	size_t length = strlen(name);
	char flag[64];

	cmd_option_flag(flag, sizeof(flag), name);
	if (strncmp(error->text, name, length) == 0)
		cmd_complain("%s%s", flag, error->text + length);
	else
		cmd_complain("%s: %s", flag, error->text);
}

static bool read_flags(struct cmd_settings *settings,
		       const char *const flags[CMD_OPTION_MAX])
{
	struct dt_error error;

	for (size_t i = 0; i < cmd_option_count(); i++) {
		const char *name = dt_option_at(i)->name;

		if (flags[i] == NULL)
			continue;
		if (dt_config_set(&settings->config, name, flags[i], &error) !=
		    DT_OK) {
			complain_of_flag(name, &error);
			return false;
		}
		settings->sources[i] = CMD_SETTING_FLAG;
	}
	return true;
}

/* Each value is right by itself; do they go together? */
static bool check_together(const struct cmd_settings *settings)
{
	struct dt_error error;

	if (dt_config_check(&settings->config, &error) == DT_OK)
		return true;
	cmd_complain("%s", error.text);
	return false;
}

bool cmd_settings_read(struct cmd_settings *settings,
		       const struct cmd_preset *presets,
		       const char *const flags[CMD_OPTION_MAX])
{
	*settings = (struct cmd_settings){0};
	dt_config_init(&settings->config, sizeof(settings->config));
	if (read_presets(settings, presets) && read_environment(settings) &&
	    read_flags(settings, flags) && check_together(settings))
		return true;
	cmd_settings_fini(settings);
	return false;
}

void cmd_settings_fini(struct cmd_settings *settings)
{
	dt_config_fini(&settings->config);
}
