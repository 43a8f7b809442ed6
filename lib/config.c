/* SPDX-License-Identifier: MIT */
#include "lib/config.h"

#include <string.h>

#include "lib/assert.h"
#include "lib/error.h"
#include "lib/option.h"

/*
 * The struct's layout is a promise between one version of the header and one of
 * the library: no other size than this one is known. A struct of another size
 * is initialised as far as both know it, the rest of a longer one zeroed, and
 * keeps its size; every other function then refuses it, or does nothing with
 * it. One too short for its own size is left alone.
 */

void dt_config_init(struct dt_config *config, size_t size)
{
	struct dt_config initial = {.size = size};
	size_t known = size < sizeof(initial) ? size : sizeof(initial);

	if (size < sizeof(initial.size))
		return;
	for (size_t i = 0; i < DTI_OPTION_COUNT; i++) {
		const struct dti_option *option = &dti_options[i];
		const char *text = option->shown.initial;
		int64_t value = 0;
		dt_err err;

		if (dti_option_is_text(option)) {
			dti_option_store_text(&initial, option, text);
			continue;
		}
		err = dti_option_parse(&value, option, text, text, NULL);
		DTI_ASSERT(!err);
		(void)err;
		dti_option_store_value(&initial, option, value);
	}
	memset(config, 0, size);
	memcpy(config, &initial, known);
}

dt_err dti_config_check_size(const struct dt_config *config,
			     struct dt_error *error)
{
	if (config->size == sizeof(*config))
		return DT_OK;
	return dti_error_set(error, DT_ERR_CONFIG,
			     "size: \"%zu\" is not accepted; it takes %zu, as "
			     "dt_config_init() of version " DIALTONE_VERSION
			     " sets it",
			     config->size, sizeof(*config));
}

static dt_err set_text(struct dt_config *config,
		       const struct dti_option *option, const char *text,
		       const char *label, struct dt_error *error)
{
	dt_err err = dti_option_check_text(option, text, label,
					   &config->allocator, error);

	if (err)
		return err;
	err = dti_config_keep_text(config, option, text);
	if (err)
		return dti_error_set(error, err,
				     "%s: there is no memory to keep its value",
				     label);
	return DT_OK;
}

dt_err dti_config_set_named(struct dt_config *config, const char *name,
			    const char *text, const char *label,
			    struct dt_error *error)
{
	int index = dti_option_find(name);
	dt_err err = dti_config_check_size(config, error);
	int64_t value = 0;

	if (err)
		return err;
	if (index < 0)
		return dti_option_refuse_name(error, name, label);
	if (dti_option_is_text(&dti_options[index]))
		return set_text(config, &dti_options[index], text, label,
				error);
	err = dti_option_parse(&value, &dti_options[index], text, label, error);
	if (!err)
		dti_option_store_value(config, &dti_options[index], value);
	return err;
}

dt_err dt_config_set(struct dt_config *config, const char *name,
		     const char *text, struct dt_error *error)
{
	return dti_config_set_named(config, name, text, name, error);
}

dt_err dt_config_get(const struct dt_config *config, char *out, size_t size,
		     const char *name)
{
	char value[DTI_OPTION_VALUE_SIZE];
	const struct dti_option *option;
	const char *text = value;
	int index = dti_option_find(name);

	/* A struct of an unknown size has no options that could be found. */
	if (index < 0 || dti_config_check_size(config, NULL))
		return DT_ERR_UNKNOWN_OPTION;
	option = &dti_options[index];
	if (dti_option_is_text(option))
		text = dti_option_load_text(config, option);
	else
		dti_option_format(value, option,
				  dti_option_load_value(config, option));
	if (!text)
		text = "";
	if (strlen(text) >= size)
		return DT_ERR_TOO_SMALL;
	memcpy(out, text, strlen(text) + 1);
	return DT_OK;
}
