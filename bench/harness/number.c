/* SPDX-License-Identifier: MIT */
#include "bench/harness/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MAX 1000000

bool bench_number_parse(double *out, const char *text)
{
	char *end;
	double value;

	/* strtod() also takes blanks, "nan", "inf" and hexadecimal digits. */
	if (*text == '\0' || text[strspn(text, "0123456789.eE+-")] != '\0')
		return false;
	value = strtod(text, &end);
	if (*end != '\0' || !isfinite(value))
		return false;
	*out = value;
	return true;
}

bool bench_number_parse_count(unsigned int *out, const char *text)
{
	double value;

	if (text[strspn(text, "0123456789")] != '\0' ||
	    !bench_number_parse(&value, text) || value < 1 || value > COUNT_MAX)
		return false;
	*out = (unsigned int)value;
	return true;
}
