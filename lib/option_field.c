/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/option.h"

/* An option's field in struct dt_config, as its kind says. */

int64_t dti_option_load_value(const struct dt_config *config,
			      const struct dti_option *option)
{
	const char *field = (const char *)config + option->offset;
	enum dt_level level;
	unsigned char flag;
	uint32_t number;
	int64_t time;
	size_t bytes;

	switch (option->kind) {
	case DTI_KIND_U32:
		memcpy(&number, field, sizeof(number));
		return number;
	case DTI_KIND_BOOL:
		/* As a byte: another value than 0 and 1 is to be refused. */
		memcpy(&flag, field, sizeof(flag));
		return flag;
	case DTI_KIND_SIZE:
		memcpy(&bytes, field, sizeof(bytes));
		return bytes < INT64_MAX ? (int64_t)bytes : INT64_MAX;
	case DTI_KIND_LEVEL:
		memcpy(&level, field, sizeof(level));
		return (int64_t)level;
	default:
		memcpy(&time, field, sizeof(time));
		return time;
	}
}

/* @value is in the option's range. */
void dti_option_store_value(struct dt_config *config,
			    const struct dti_option *option, int64_t value)
{
	char *field = (char *)config + option->offset;
	enum dt_level level = (enum dt_level)value;
	uint32_t number = (uint32_t)value;
	size_t bytes = (size_t)value;
	bool flag = value != 0;

	switch (option->kind) {
	case DTI_KIND_U32:
		memcpy(field, &number, sizeof(number));
		break;
	case DTI_KIND_BOOL:
		memcpy(field, &flag, sizeof(flag));
		break;
	case DTI_KIND_SIZE:
		memcpy(field, &bytes, sizeof(bytes));
		break;
	case DTI_KIND_LEVEL:
		memcpy(field, &level, sizeof(level));
		break;
	default:
		memcpy(field, &value, sizeof(value));
		break;
	}
}

const char *dti_option_load_text(const struct dt_config *config,
				 const struct dti_option *option)
{
	const char *text;

	memcpy(&text, (const char *)config + option->offset, sizeof(text));
	return text;
}

void dti_option_store_text(struct dt_config *config,
			   const struct dti_option *option, const char *text)
{
	memcpy((char *)config + option->offset, &text, sizeof(text));
}
