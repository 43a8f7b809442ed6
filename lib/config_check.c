/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/config.h"
#include "lib/error.h"
#include "lib/excerpt.h"
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

static dt_err refuse_pair(size_t index, int64_t value, const char *takes,
			  size_t other_index, int64_t other_value,
			  struct dt_error *error)
{
	const struct dti_option *option = &dti_options[index];
	const struct dti_option *other = &dti_options[other_index];
	char text[DTI_OPTION_VALUE_SIZE];
	char other_text[DTI_OPTION_VALUE_SIZE];

	dti_option_format(text, option, value);
	dti_option_format(other_text, other, other_value);
	return dti_error_set(error, DT_ERR_CONFIG,
			     "%s: \"%s\" is not accepted; it takes a duration "
			     "%s %s, which is %s",
			     option->shown.name, text, takes, other->shown.name,
			     other_text);
}

static dt_err refuse_key_as_database(const char *path, struct dt_error *error)
{
	return dti_error_set(error, DT_ERR_CONFIG,
			     "%s: \"%s\" is not accepted; it takes a path that "
			     "is not %s's",
			     dti_options[DTI_OPTION_NODE_DATABASE].shown.name,
			     dti_excerpt_of(path, strlen(path)).text,
			     dti_options[DTI_OPTION_NODE_KEY_FILE].shown.name);
}

/* What two options must be to each other. */
static dt_err check_together(const struct dt_config *config,
			     struct dt_error *error)
{
	if (config->resolve_delay_max_ms < config->resolve_delay_ms)
		return refuse_pair(DTI_OPTION_RESOLVE_DELAY_MAX,
				   config->resolve_delay_max_ms,
				   "not less than", DTI_OPTION_RESOLVE_DELAY,
				   config->resolve_delay_ms, error);
	/* Else a peer would be given up before it was asked. */
	if (config->peer_timeout_ms <= config->ping_interval_ms)
		return refuse_pair(DTI_OPTION_PEER_TIMEOUT,
				   config->peer_timeout_ms, "longer than",
				   DTI_OPTION_PING_INTERVAL,
				   config->ping_interval_ms, error);
	/* It is no database: it would be moved aside, and the key be lost. */
	if (config->node_database[0] != '\0' &&
	    strcmp(config->node_database, config->node_key_file) == 0)
		return refuse_key_as_database(config->node_database, error);
	return DT_OK;
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
