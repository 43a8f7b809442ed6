/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/container.h"
#include "lib/decimal.h"
#include "lib/duration.h"
#include "lib/option.h"

/* The text form of the values that are numbers of some kind. */

#define NS_PER_MS INT64_C(1000000)
#define KIB       INT64_C(1024)
#define MIB       (1024 * KIB)

static bool parse_u32(int64_t *out, const char *text, size_t length)
{
	uint32_t value;

	if (!dti_decimal_parse(&value, text, length, UINT32_MAX))
		return false;
	*out = value;
	return true;
}

static bool parse_bool(int64_t *out, const char *text)
{
	/* Each false before its true. */
	static const char *const words[] = {
		"no", "yes", "false", "true", "off", "on", "0", "1",
	};

	for (size_t i = 0; i < dti_array_length(words); i++) {
		if (strcmp(text, words[i]) == 0) {
			*out = (int64_t)(i % 2);
			return true;
		}
	}
	return false;
}

static bool parse_ms(int64_t *out, const char *text)
{
	int64_t ns;

	if (!dti_duration_parse(&ns, text) || ns % NS_PER_MS != 0)
		return false;
	*out = ns / NS_PER_MS;
	return true;
}

static bool parse_size(int64_t *out, const char *text)
{
	size_t length = strspn(text, "0123456789");
	const char *unit = text + length;
	int64_t bytes_per_unit;
	int64_t number;

	if (strcmp(unit, "MiB") == 0)
		bytes_per_unit = MIB;
	else if (strcmp(unit, "KiB") == 0)
		bytes_per_unit = KIB;
	else if (*unit == '\0')
		bytes_per_unit = 1;
	else
		return false;
	if (!parse_u32(&number, text, length))
		return false;
	*out = number * bytes_per_unit;
	return true;
}

static bool parse_level(int64_t *out, const char *text)
{
	for (int level = 0; level < DT_LEVEL_COUNT; level++) {
		if (strcmp(text, dt_level_name((enum dt_level)level)) == 0) {
			*out = level;
			return true;
		}
	}
	return false;
}

static bool parse_kind(int64_t *out, enum dti_option_kind kind,
		       const char *text)
{
	switch (kind) {
	case DTI_KIND_U32:
		return parse_u32(out, text, strlen(text));
	case DTI_KIND_BOOL:
		return parse_bool(out, text);
	case DTI_KIND_DURATION_MS:
		return parse_ms(out, text);
	case DTI_KIND_DURATION_NS:
		return dti_duration_parse(out, text);
	case DTI_KIND_SIZE:
		return parse_size(out, text);
	case DTI_KIND_LEVEL:
		return parse_level(out, text);
	default:
		return false;
	}
}

static bool in_range(const struct dti_option *option, int64_t value)
{
	int64_t least;
	int64_t most;

	if (option->kind == DTI_KIND_BOOL)
		return value == 0 || value == 1;
	if (option->kind == DTI_KIND_LEVEL)
		return value >= 0 && value < DT_LEVEL_COUNT;
	return parse_kind(&least, option->kind, option->least) &&
	       parse_kind(&most, option->kind, option->most) &&
	       value >= least && value <= most;
}

dt_err dti_option_parse(int64_t *out, const struct dti_option *option,
			const char *text, const char *label,
			struct dt_error *error)
{
	int64_t value;

	if (!parse_kind(&value, option->kind, text) || !in_range(option, value))
		return dti_option_refuse(error, option, label, text,
					 strlen(text));
	*out = value;
	return DT_OK;
}

static void format_ms(char *out, size_t size, int64_t ms)
{
	/* More than any duration in nanoseconds; never a value in its range. */
	if (ms > INT64_MAX / NS_PER_MS || ms < INT64_MIN / NS_PER_MS)
		snprintf(out, size, "%" PRId64 "ms", ms);
	else
		dti_duration_format(out, size, ms * NS_PER_MS);
}

static void format_size(char *out, size_t size, int64_t bytes)
{
	if (bytes != 0 && bytes % MIB == 0)
		snprintf(out, size, "%" PRId64 "MiB", bytes / MIB);
	else if (bytes != 0 && bytes % KIB == 0)
		snprintf(out, size, "%" PRId64 "KiB", bytes / KIB);
	else
		snprintf(out, size, "%" PRId64, bytes);
}

void dti_option_format(char out[DTI_OPTION_VALUE_SIZE],
		       const struct dti_option *option, int64_t value)
{
	bool known = in_range(option, value);

	if (option->kind == DTI_KIND_DURATION_MS)
		format_ms(out, DTI_OPTION_VALUE_SIZE, value);
	else if (option->kind == DTI_KIND_DURATION_NS)
		dti_duration_format(out, DTI_OPTION_VALUE_SIZE, value);
	else if (option->kind == DTI_KIND_SIZE)
		format_size(out, DTI_OPTION_VALUE_SIZE, value);
	else if (option->kind == DTI_KIND_BOOL && known)
		snprintf(out, DTI_OPTION_VALUE_SIZE, "%s",
			 value ? "yes" : "no");
	else if (option->kind == DTI_KIND_LEVEL && known)
		snprintf(out, DTI_OPTION_VALUE_SIZE, "%s",
			 dt_level_name((enum dt_level)value));
	else
		snprintf(out, DTI_OPTION_VALUE_SIZE, "%" PRId64, value);
}

dt_err dti_option_check_value(const struct dti_option *option, int64_t value,
			      const char *label, struct dt_error *error)
{
	char text[DTI_OPTION_VALUE_SIZE];

	if (in_range(option, value))
		return DT_OK;
	dti_option_format(text, option, value);
	return dti_option_refuse(error, option, label, text, strlen(text));
}
