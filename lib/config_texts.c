/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/config.h"
#include "lib/memory.h"
#include "lib/option.h"

/* Who owns the texts of a configuration; which is also how it is changed. */

/** What dt_config_set() copied; each is freed when it is set again, or last. */
struct dt_config_texts {
	struct dt_allocator allocator; /* that made this and the copies */
	char *copies[DTI_OPTION_COUNT];
};

dt_err dti_config_keep_text(struct dt_config *config,
			    const struct dti_option *option, const char *text)
{
	size_t index = (size_t)(option - dti_options);
	char *copy;

	if (!config->texts) {
		config->texts = dti_calloc(&config->allocator, 1,
					   sizeof(*config->texts));
		if (!config->texts)
			return DT_ERR_NO_MEMORY;
		config->texts->allocator = config->allocator;
	}
	copy = dti_strdup(&config->texts->allocator, text);
	if (!copy)
		return DT_ERR_NO_MEMORY;
	dti_free(&config->texts->allocator, config->texts->copies[index]);
	config->texts->copies[index] = copy;
	dti_option_store_text(config, option, copy);
	return DT_OK;
}

void dt_config_fini(struct dt_config *config)
{
	struct dt_config_texts *texts;
	struct dt_allocator allocator;

	if (dti_config_check_size(config, NULL) || !config->texts)
		return;
	texts = config->texts;
	allocator = texts->allocator;
	config->texts = NULL;
	for (size_t i = 0; i < DTI_OPTION_COUNT; i++) {
		const struct dti_option *option = &dti_options[i];
		char *copy = texts->copies[i];

		if (copy && dti_option_load_text(config, option) == copy)
			dti_option_store_text(config, option,
					      option->shown.initial);
		dti_free(&allocator, copy);
	}
	dti_free(&allocator, texts);
}

void dti_config_fork(struct dt_config *out, const struct dt_config *config)
{
	*out = *config;
	/* Copies move when the fork is adopted, so one allocator makes all. */
	if (config->texts)
		out->allocator = config->texts->allocator;
	out->texts = NULL;
}

void dti_config_adopt(struct dt_config *config, struct dt_config *fork)
{
	struct dt_allocator allocator = config->allocator;
	struct dt_config_texts *texts = config->texts;
	struct dt_config_texts *newer = fork->texts;

	fork->texts = NULL;
	*config = *fork;
	config->allocator = allocator;
	config->texts = texts ? texts : newer;
	if (!texts || !newer)
		return;
	for (size_t i = 0; i < DTI_OPTION_COUNT; i++) {
		if (!newer->copies[i])
			continue;
		dti_free(&texts->allocator, texts->copies[i]);
		texts->copies[i] = newer->copies[i];
	}
	dti_free(&texts->allocator, newer);
}
