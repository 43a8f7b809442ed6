/* SPDX-License-Identifier: MIT */
#include "lib/decimal.h"

bool dti_decimal_parse(uint32_t *out, const char *text, size_t length,
		       uint32_t max)
{
	uint64_t value = 0;

	if (length == 0)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text[i] - '0');
		if (value > max)
			return false;
	}
	*out = (uint32_t)value;
	return true;
}
