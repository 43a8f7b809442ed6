/* SPDX-License-Identifier: MIT */
#include "lib/duration.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct unit {
	const char *name;
	uint64_t ns;
};

/* Largest first: a duration names its units in this order. */
static const struct unit units[] = {
	{"h", UINT64_C(3600000000000)}, {"m", UINT64_C(60000000000)},
	{"s", UINT64_C(1000000000)},    {"ms", UINT64_C(1000000)},
	{"us", UINT64_C(1000)},         {"ns", UINT64_C(1)},
};

#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

/* Read digits into *@number and move *@text behind them. */
static bool take_number(uint64_t *number, const char **text)
{
	const char *at = *text;
	uint64_t value = 0;

	for (; *at >= '0' && *at <= '9'; at++) {
		uint64_t digit = (uint64_t)(*at - '0');

		if (value > (INT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (at == *text)
		return false;
	*number = value;
	*text = at;
	return true;
}

/* Read a unit's name; only units from *@next on may still come. */
static const struct unit *take_unit(size_t *next, const char **text)
{
	size_t length = 0;

	while ((*text)[length] >= 'a' && (*text)[length] <= 'z')
		length++;
	for (size_t i = *next; i < UNIT_COUNT; i++) {
		if (strlen(units[i].name) == length &&
		    memcmp(units[i].name, *text, length) == 0) {
			*next = i + 1;
			*text += length;
			return &units[i];
		}
	}
	return NULL;
}

bool dti_duration_parse(int64_t *out_ns, const char *text)
{
	uint64_t sum = 0;
	size_t next = 0;

	if (strcmp(text, "0") == 0) {
		*out_ns = 0;
		return true;
	}
	do {
		const struct unit *unit;
		uint64_t number;

		if (!take_number(&number, &text))
			return false;
		unit = take_unit(&next, &text);
		if (!unit || number > ((uint64_t)INT64_MAX - sum) / unit->ns)
			return false;
		sum += number * unit->ns;
	} while (*text != '\0');
	*out_ns = (int64_t)sum;
	return true;
}

void dti_duration_format(char *out, size_t size, int64_t ns)
{
	/* Unsigned, since -INT64_MIN does not fit in an int64_t. */
	uint64_t rest = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	char text[DTI_DURATION_TEXT_SIZE] = "0";
	size_t length = 0;

	if (ns < 0)
		text[length++] = '-';
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		uint64_t number = rest / units[i].ns;

		rest %= units[i].ns;
		if (number == 0)
			continue;
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "%" PRIu64 "%s", number,
					   units[i].name);
	}
	snprintf(out, size, "%s", text);
}
