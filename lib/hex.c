/* SPDX-License-Identifier: MIT */
#include "lib/hex.h"

/* -1: not a hex digit. */
static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

bool dti_hex_parse(uint8_t *out, size_t size, const char *text, size_t length)
{
	if (length != 2 * size)
		return false;
	for (size_t i = 0; i < length; i++)
		if (digit_value(text[i]) < 0)
			return false;
	for (size_t i = 0; i < size; i++)
		out[i] = (uint8_t)(digit_value(text[2 * i]) * 16 +
				   digit_value(text[2 * i + 1]));
	return true;
}

void dti_hex_format(char *out, const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * size] = '\0';
}
