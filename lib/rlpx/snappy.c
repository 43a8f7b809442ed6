/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/snappy.h"

#include <snappy-c.h>

/* Literals up to this length have it in their first byte. */
#define SHORT_LITERAL 60u

bool dti_snappy_size(struct dti_bytes block, size_t *out)
{
	return snappy_uncompressed_length((const char *)block.bytes,
					  block.length, out) == SNAPPY_OK;
}

bool dti_snappy_inflate(uint8_t *out, size_t size, struct dti_bytes block)
{
	size_t length = size;

	return snappy_uncompress((const char *)block.bytes, block.length,
				 (char *)out, &length) == SNAPPY_OK &&
	       length == size;
}

/* Seven bits a byte, the lowest first. */
static size_t put_size(uint8_t *out, size_t size)
{
	size_t used = 0;

	for (; size >= 0x80; size >>= 7)
		out[used++] = (uint8_t)(size | 0x80);
	out[used++] = (uint8_t)size;
	return used;
}

/* The tag of one literal that holds all; its length - 1 is little endian. */
static size_t put_tag(uint8_t *out, size_t length)
{
	size_t digits = 0;

	if (length <= SHORT_LITERAL) {
		out[0] = (uint8_t)((length - 1) << 2);
		return 1;
	}
	for (size_t rest = length - 1; rest > 0; rest >>= 8)
		out[++digits] = (uint8_t)rest;
	out[0] = (uint8_t)((SHORT_LITERAL - 1 + digits) << 2);
	return 1 + digits;
}

size_t dti_snappy_begin(uint8_t out[DTI_SNAPPY_OVERHEAD], size_t length)
{
	size_t used = put_size(out, length);

	return length == 0 ? used : used + put_tag(out + used, length);
}
