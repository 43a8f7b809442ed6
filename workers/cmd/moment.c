/* SPDX-License-Identifier: MIT */
#include "workers/cmd/moment.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock_ms(clockid_t clock)
{
	struct timespec now;

	/* Cannot fail for a clock that exists. */
	(void)clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t cmd_moment_now_ms(void)
{
	return read_clock_ms(CLOCK_MONOTONIC);
}

void cmd_moment_format(char out[CMD_MOMENT_TEXT_SIZE], int64_t monotonic_ms)
{
	int64_t ago_ms = cmd_moment_now_ms() - monotonic_ms;
	int64_t wall_ms = read_clock_ms(CLOCK_REALTIME) - ago_ms;
	time_t seconds = (time_t)(wall_ms / 1000);
	unsigned int milliseconds = (unsigned int)(wall_ms % 1000) % 1000u;
	struct tm parts;
	size_t length;

	if (gmtime_r(&seconds, &parts) == NULL)
		parts = (struct tm){.tm_mday = 1, .tm_year = 70};
	length = strftime(out, CMD_MOMENT_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S",
			  &parts);
	(void)snprintf(out + length, CMD_MOMENT_TEXT_SIZE - length, ".%03uZ",
		       milliseconds);
}

struct unit {
	const char *name;
	int64_t ms;
};

/* "ms" stands before "m": the first that fits is taken. */
static const struct unit units[] = {
	{"ms", 1}, {"h", 3600000}, {"m", 60000}, {"s", 1000}};

static const struct unit *find_unit(const char *text)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strncmp(text, units[i].name, strlen(units[i].name)) == 0)
			return &units[i];
	}
	return NULL;
}

/* Longer than any job, small enough for every sum here. */
#define DURATION_LIMIT_MS (INT64_C(1000) * 1000 * 1000 * 1000)

/* One "NUMBER UNIT" of a duration; NULL: it is not one. */
static const char *read_part(int64_t *value, const struct unit **unit,
			     const char *text)
{
	const char *at = text;

	*value = 0;
	while (*at >= '0' && *at <= '9') {
		*value = *value * 10 + (*at++ - '0');
		if (*value > DURATION_LIMIT_MS)
			return NULL;
	}
	*unit = find_unit(at);
	if (at == text || *unit == NULL)
		return NULL;
	return at + strlen((*unit)->name);
}

bool cmd_moment_parse_duration(int64_t *out_ms, const char *text)
{
	int64_t largest_ms = INT64_MAX;
	int64_t sum_ms = 0;

	do {
		const struct unit *unit;
		int64_t value;

		text = read_part(&value, &unit, text);
		if (text == NULL || unit->ms >= largest_ms ||
		    value > DURATION_LIMIT_MS / unit->ms)
			return false;
		largest_ms = unit->ms;
		sum_ms += value * unit->ms;
	} while (*text != '\0');
	*out_ms = sum_ms;
	return true;
}

void cmd_moment_format_ns(char *out, size_t size, uint64_t ns)
{
	static const char *const names[] = {"ns", "us", "ms", "s"};
	double value = (double)ns;
	size_t unit = 0;

	while (value >= 999.5 && unit < 3) {
		value /= 1000.0;
		unit++;
	}
	(void)snprintf(out, size,
		       value < 10.0 && unit > 0 ? "%.1f %s" : "%.0f %s", value,
		       names[unit]);
}
