/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/config.h"
#include "lib/container.h"
#include "lib/dialtone.h"
#include "lib/excerpt.h"

/* The only place that reads the environment, and only when it is asked to. */

static const char prefix[] = "DIALTONE_";

#define PREFIX_LENGTH (sizeof(prefix) - 1)

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* What the project's own tests and benchmarks are steered with. */
static bool is_for_tests(const char *variable)
{
	static const char *const families[] = {
		"DIALTONE_TEST_",
		"DIALTONE_BENCH_",
		"DIALTONE_STRESS_",
		"DIALTONE_PROPERTY_",
	};

	for (size_t i = 0; i < dti_array_length(families); i++)
		if (starts_with(variable, families[i]))
			return true;
	return false;
}

/* @variable is @length bytes. */
static bool is_known(const char *variable, size_t length)
{
	const struct dt_option *option;

	for (size_t i = 0; (option = dt_option_at(i)); i++)
		if (strlen(option->variable) == length &&
		    memcmp(option->variable, variable, length) == 0)
			return true;
	return false;
}

static void warn_of(const char *variable, size_t length, dt_warning_fn warn,
		    void *context)
{
	char name[DTI_EXCERPT_BYTES + 1];
	char sentence[512];
	const char *nearest;
	size_t kept = 0;

	/* ASCII by hand: tolower(3) depends on the process's locale. */
	for (size_t i = PREFIX_LENGTH; i < length && kept < sizeof(name) - 1;
	     i++) {
		name[kept] = variable[i];
		if (variable[i] >= 'A' && variable[i] <= 'Z')
			name[kept] |= 'a' ^ 'A';
		kept++;
	}
	name[kept] = '\0';
	nearest = dti_option_nearest(name);
	snprintf(sentence, sizeof(sentence),
		 "%s: there is no such variable%s%s",
		 dti_excerpt_of(variable, length).text,
		 nearest ? "; the nearest is " : "",
		 nearest ? dt_option_at((size_t)dti_option_find(nearest))
				   ->variable
			 : "");
	warn(context, sentence);
}

static void warn_of_unknown(dt_warning_fn warn, void *context)
{
	for (char **entry = environ; entry && *entry; entry++) {
		size_t length = strcspn(*entry, "=");

		if (starts_with(*entry, prefix) && !is_for_tests(*entry) &&
		    !is_known(*entry, length))
			warn_of(*entry, length, warn, context);
	}
}

/* As getenv(3); clang-tidy would not have that one in any thread. */
static const char *value_of(const char *variable)
{
	size_t length = strlen(variable);

	for (char **entry = environ; entry && *entry; entry++)
		if (starts_with(*entry, variable) && (*entry)[length] == '=')
			return *entry + length + 1;
	return NULL;
}

static dt_err set_from_env(struct dt_config *config, struct dt_error *error)
{
	const struct dt_option *option;
	dt_err err = DT_OK;

	for (size_t i = 0; !err && (option = dt_option_at(i)); i++) {
		const char *text = value_of(option->variable);

		if (text)
			err = dti_config_set_named(config, option->name, text,
						   option->variable, error);
	}
	return err;
}

dt_err dt_config_from_env(struct dt_config *config, struct dt_error *error,
			  dt_warning_fn warn, void *context)
{
	struct dt_config fork;
	dt_err err = dti_config_check_size(config, error);

	if (err)
		return err;
	if (warn)
		warn_of_unknown(warn, context);
	dti_config_fork(&fork, config);
	err = set_from_env(&fork, error);
	if (err)
		dt_config_fini(&fork);
	else
		dti_config_adopt(config, &fork);
	return err;
}
