/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/config.h"
#include "lib/error.h"
#include "lib/option.h"

/* Whether a whole configuration is acceptable, however its fields were set. */

static dt_err check_option(const struct dt_config *config,
			   const struct dti_option *option,
			   struct dt_error *error)
{
	static const char missing[] = "NULL";
	const char *label = option->shown.name;
	const char *text;

	if (!dti_option_is_text(option))
		return dti_option_check_value(
			option, dti_option_load_value(config, option), label,
			error);
	text = dti_option_load_text(config, option);
	if (!text)
		return dti_option_refuse(error, option, label, missing,
					 strlen(missing));
	return dti_option_check_text(option, text, label, &config->allocator,
				     error);
}

/* Before the options: their check may allocate. */
static dt_err check_allocator(const struct dt_allocator *allocator,
			      struct dt_error *error)
{
	if (!allocator->malloc == !allocator->realloc &&
	    !allocator->malloc == !allocator->free)
		return DT_OK;
	return dti_error_set(error, DT_ERR_CONFIG,
			     "allocator: some of its functions are NULL; it "
			     "takes all three or none");
}

/* What two options must be to each other. */
static dt_err check_together(const struct dt_config *config,
			     struct dt_error *error)
{
	const struct dti_option *most =
		&dti_options[DTI_OPTION_RESOLVE_DELAY_MAX];
	const struct dti_option *first = &dti_options[DTI_OPTION_RESOLVE_DELAY];
	char most_text[DTI_OPTION_VALUE_SIZE];
	char first_text[DTI_OPTION_VALUE_SIZE];

	if (config->resolve_delay_max_ms >= config->resolve_delay_ms)
		return DT_OK;
	dti_option_format(most_text, most, config->resolve_delay_max_ms);
	dti_option_format(first_text, first, config->resolve_delay_ms);
	return dti_error_set(error, DT_ERR_CONFIG,
			     "%s: \"%s\" is not accepted; it takes a duration "
			     "not less than %s, which is %s",
			     most->shown.name, most_text, first->shown.name,
			     first_text);
}

dt_err dt_config_check(const struct dt_config *config, struct dt_error *error)
{
	dt_err err = dti_config_check_size(config, error);

	if (!err)
		err = check_allocator(&config->allocator, error);
	for (size_t i = 0; !err && i < DTI_OPTION_COUNT; i++)
		err = check_option(config, &dti_options[i], error);
	return err ? err : check_together(config, error);
}
