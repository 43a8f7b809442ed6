/* SPDX-License-Identifier: MIT */
#include "lib/node/id.h"

#include <string.h>

#include "lib/hex.h"

bool dti_node_id_equal(const struct dt_node_id *a, const struct dt_node_id *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool dti_node_id_parse(struct dt_node_id *out, const char *text, size_t length)
{
	return dti_hex_parse(out->bytes, sizeof(out->bytes), text, length);
}

void dti_node_id_format(char out[129], const struct dt_node_id *id)
{
	dti_hex_format(out, id->bytes, sizeof(id->bytes));
}
