/* SPDX-License-Identifier: MIT */
#include "lib/excerpt.h"

#include <string.h>

/* Returns the number of bytes that were written, 1 or 4. */
static size_t write_byte(char *out, char byte)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char value = (unsigned char)byte;

	if (byte >= ' ' && byte <= '~') {
		out[0] = byte;
		return 1;
	}
	out[0] = '\\';
	out[1] = 'x';
	out[2] = digits[value >> 4];
	out[3] = digits[value & 15];
	return 4;
}

struct dti_excerpt dti_excerpt_of(const char *value, size_t length)
{
	struct dti_excerpt excerpt;
	size_t shown = length < DTI_EXCERPT_BYTES ? length : DTI_EXCERPT_BYTES;
	char *out = excerpt.text;

	for (size_t i = 0; i < shown; i++)
		out += write_byte(out, value[i]);
	if (shown < length) {
		memcpy(out, "...", 3);
		out += 3;
	}
	*out = '\0';
	return excerpt;
}
