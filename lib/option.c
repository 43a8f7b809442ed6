/* SPDX-License-Identifier: MIT */
#include "lib/option.h"

#include <assert.h>
#include <string.h>

#include "lib/config.h"
#include "lib/error.h"
#include "lib/excerpt.h"

/*
 * What each kind is called, its range in a table, and what it takes in a
 * sentence. Macros, since the texts are put together while compiling: the
 * library has no state to put them into later.
 */
#define TYPE_U32               "number"
#define RANGE_U32(least, most) least " to " most
#define TAKES_U32(least, most) "a whole number from " least " to " most

#define TYPE_BOOL               "boolean"
#define RANGE_BOOL(least, most) "yes or no"
#define TAKES_BOOL(least, most) "yes or no (or true, false, on, off, 1, 0)"

#define TYPE_DURATION_MS               "duration"
#define RANGE_DURATION_MS(least, most) least " to " most
#define TAKES_DURATION_MS(least, most)                             \
	"a duration of whole milliseconds from " least " to " most \
	", such as 500ms or 1m30s"

#define TYPE_DURATION_NS               "duration"
#define RANGE_DURATION_NS(least, most) least " to " most
#define TAKES_DURATION_NS(least, most) \
	"a duration from " least " to " most ", such as 50us"

#define TYPE_SIZE               "size"
#define RANGE_SIZE(least, most) least " to " most
#define TAKES_SIZE(least, most) \
	"a size from " least " to " most ", in bytes, KiB or MiB"

#define TYPE_LEVEL               "level"
#define RANGE_LEVEL(least, most) "error, warning, info or debug"
#define TAKES_LEVEL(least, most) RANGE_LEVEL(least, most)

#define TYPE_NETWORKS               "networks"
#define RANGE_NETWORKS(least, most) "CIDRs, comma-separated"
#define TAKES_NETWORKS(least, most) \
	"CIDRs, comma-separated, such as 10.0.0.0/8,2001:db8::/32"

#define TYPE_NODES               "nodes"
#define RANGE_NODES(least, most) "enode URLs or node records, comma-separated"
#define TAKES_NODES(least, most) RANGE_NODES(least, most)

#define TYPE_SERVERS               "servers"
#define RANGE_SERVERS(least, most) "IP addresses or IP:PORT, comma-separated"
#define TAKES_SERVERS(least, most)                           \
	"IP addresses or IP:PORT, comma-separated, such as " \
	"9.9.9.9,[2620:fe::fe]:53"

#define TYPE_ADDRESS               "address"
#define RANGE_ADDRESS(least, most) "IP:PORT"
#define TAKES_ADDRESS(least, most) "IP:PORT, such as 0.0.0.0:30303 or [::]:0"

#define TYPE_EXTERNAL               "address"
#define RANGE_EXTERNAL(least, most) "IP or IP:PORT"
#define TAKES_EXTERNAL(least, most)                                        \
	"IP or IP:PORT with the address of one machine and a port from 1 " \
	"to 65535, such as 77.1.2.3 or [2a01::1]:30303"

#define TYPE_PATH               "path"
#define RANGE_PATH(least, most) "a path"
#define TAKES_PATH(least, most) RANGE_PATH(least, most)

#define TYPE_WORD               "text"
#define RANGE_WORD(least, most) "up to 127 printable ASCII characters"
#define TAKES_WORD(least, most) RANGE_WORD(least, most)

#define TYPE_CAPABILITIES "capabilities"
#define RANGE_CAPABILITIES(least, most) \
	"NAME/VERSION[:MESSAGES], comma-separated"
#define TAKES_CAPABILITIES(least, most)                             \
	"up to 16 different NAME/VERSION[:MESSAGES] with names of " \
	"at most 15 characters and MESSAGES from 1 to 65535, "      \
	"comma-separated, such as eth/68,chat/1:4"

#define IS_LIVE  true
#define IS_FIXED false

const struct dti_option dti_options[DTI_OPTION_COUNT] = {
#define DTI_OPTION(option, NAME, field, KIND, when, first, low, high, \
		   sentence)                                          \
	{                                                             \
		.shown = {.name = #option,                            \
			  .variable = "DIALTONE_" #NAME,              \
			  .type = TYPE_##KIND,                        \
			  .initial = (first),                         \
			  .range = RANGE_##KIND(low, high),           \
			  .help = (sentence),                         \
			  .live = IS_##when},                         \
		.kind = DTI_KIND_##KIND,                              \
		.offset = offsetof(struct dt_config, field),          \
		.least = (low),                                       \
		.most = (high),                                       \
		.takes = TAKES_##KIND(low, high),                     \
	},
#include "lib/config.def"
#undef DTI_OPTION
};

/* A field must be as wide as its kind is read and written (lib/config.c). */
#define WIDTH_U32          sizeof(uint32_t)
#define WIDTH_BOOL         sizeof(bool)
#define WIDTH_DURATION_MS  sizeof(int64_t)
#define WIDTH_DURATION_NS  sizeof(int64_t)
#define WIDTH_SIZE         sizeof(size_t)
#define WIDTH_LEVEL        sizeof(enum dt_level)
#define WIDTH_NETWORKS     sizeof(const char *)
#define WIDTH_NODES        sizeof(const char *)
#define WIDTH_SERVERS      sizeof(const char *)
#define WIDTH_ADDRESS      sizeof(const char *)
#define WIDTH_EXTERNAL     sizeof(const char *)
#define WIDTH_PATH         sizeof(const char *)
#define WIDTH_WORD         sizeof(const char *)
#define WIDTH_CAPABILITIES sizeof(const char *)

#define DTI_OPTION(name, NAME, field, KIND, ...)                              \
	static_assert(sizeof(((struct dt_config *)0)->field) == WIDTH_##KIND, \
		      #name ": the field is not of its kind");
#include "lib/config.def"
#undef DTI_OPTION

const struct dt_option *dt_option_at(size_t index)
{
	return index < DTI_OPTION_COUNT ? &dti_options[index].shown : NULL;
}

int dti_option_find(const char *name)
{
	for (int i = 0; i < DTI_OPTION_COUNT; i++)
		if (strcmp(dti_options[i].shown.name, name) == 0)
			return i;
	return -1;
}

bool dti_option_is_text(const struct dti_option *option)
{
	switch (option->kind) {
	case DTI_KIND_NETWORKS:
	case DTI_KIND_NODES:
	case DTI_KIND_SERVERS:
	case DTI_KIND_ADDRESS:
	case DTI_KIND_EXTERNAL:
	case DTI_KIND_PATH:
	case DTI_KIND_WORD:
	case DTI_KIND_CAPABILITIES:
		return true;
	default:
		return false;
	}
}

#define LONGEST_NAME 32 /* no option's name is longer; see option_nearest */

static size_t least_of(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance, with one row of the matrix at a time. */
static size_t edit_distance(const char *known, const char *name, size_t length)
{
	size_t row[LONGEST_NAME + 1];

	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 0; known[i] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < length; j++) {
			size_t change = diagonal + (known[i] != name[j]);

			diagonal = row[j + 1];
			row[j + 1] = least_of(change, row[j] + 1, diagonal + 1);
		}
	}
	return row[length];
}

const char *dti_option_nearest(const char *name)
{
	/* What is longer than any name is judged by its beginning. */
	size_t length = strnlen(name, LONGEST_NAME);
	size_t least = SIZE_MAX;
	const char *nearest = NULL;

	for (size_t i = 0; i < DTI_OPTION_COUNT; i++) {
		const char *known = dti_options[i].shown.name;
		size_t distance = edit_distance(known, name, length);

		if (distance < least && distance <= strlen(known) / 3) {
			least = distance;
			nearest = known;
		}
	}
	return nearest;
}

dt_err dti_option_refuse_name(struct dt_error *error, const char *name,
			      const char *label)
{
	const char *nearest = dti_option_nearest(name);

	return dti_error_set(
		error, DT_ERR_UNKNOWN_OPTION, "%s: there is no such option%s%s",
		dti_excerpt_of(label, strlen(label)).text,
		nearest ? "; the nearest is " : "", nearest ? nearest : "");
}

dt_err dti_option_refuse(struct dt_error *error,
			 const struct dti_option *option, const char *label,
			 const char *value, size_t length)
{
	return dti_error_set(error, DT_ERR_CONFIG,
			     "%s: \"%s\" is not accepted; it takes %s",
			     dti_excerpt_of(label, strlen(label)).text,
			     dti_excerpt_of(value, length).text, option->takes);
}
