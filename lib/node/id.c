/* SPDX-License-Identifier: MIT */
#include "lib/node/id.h"

#include <string.h>

bool dti_node_id_equal(const struct dt_node_id *a, const struct dt_node_id *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

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

bool dti_node_id_parse(struct dt_node_id *out, const char *text, size_t length)
{
	struct dt_node_id id = {{0}};

	if (length != 2 * sizeof(id.bytes))
		return false;
	for (size_t i = 0; i < sizeof(id.bytes); i++) {
		int high = digit_value(text[2 * i]);
		int low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		id.bytes[i] = (uint8_t)(high * 16 + low);
	}
	*out = id;
	return true;
}

void dti_node_id_format(char out[129], const struct dt_node_id *id)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof(id->bytes); i++) {
		out[2 * i] = digits[id->bytes[i] >> 4];
		out[2 * i + 1] = digits[id->bytes[i] & 15];
	}
	out[2 * sizeof(id->bytes)] = '\0';
}
