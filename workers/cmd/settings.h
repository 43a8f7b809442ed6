/* SPDX-License-Identifier: MIT */
#ifndef CMD_SETTINGS_H
#define CMD_SETTINGS_H

/*
 * The library's options as they are in force, and where each came from:
 * default < the demo's own < environment < flag.
 */

#include <dialtone.h>
#include <stdbool.h>
#include <stddef.h>

#define CMD_OPTION_MAX 64

enum cmd_setting_source {
	CMD_SETTING_DEFAULT,
	CMD_SETTING_PRESET,
	CMD_SETTING_ENVIRONMENT,
	CMD_SETTING_FLAG
};

struct cmd_settings {
	struct dt_config config;
	enum cmd_setting_source sources[CMD_OPTION_MAX];
};

/** An option that a command sets for itself, below the environment. */
struct cmd_preset {
	const char *name; /* NULL ends the list */
	const char *text;
};

/** How many options the library has. */
size_t cmd_option_count(void);
/** Which of them this is; it must be one. */
size_t cmd_option_index(const char *name);
/** "dial_timeout" as "--dial-timeout" (@size: 64 is enough). */
void cmd_option_flag(char *out, size_t size, const char *name);

/**
 * cmd_settings_read - put presets, environment and flags over the defaults.
 * @presets: NULL: none.
 * @flags: the text given for each option by a flag, NULL where none was.
 *
 * Warns of unknown variables on stderr. False: a value is not acceptable; said
 * on stderr, nothing to free. Else pair with cmd_settings_fini().
 */
bool cmd_settings_read(struct cmd_settings *settings,
		       const struct cmd_preset *presets,
		       const char *const flags[CMD_OPTION_MAX]);
void cmd_settings_fini(struct cmd_settings *settings);

const char *cmd_setting_source_name(enum cmd_setting_source source);

#endif /* CMD_SETTINGS_H */
