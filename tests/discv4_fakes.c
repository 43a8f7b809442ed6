/* SPDX-License-Identifier: MIT */
#include "tests/discv4_fakes.h"

#include <string.h>

void fake_record_write(uint8_t out[FAKE_RECORD_SIZE],
		       const struct dt_record *record)
{
	memcpy(out, &record->seq, sizeof(record->seq));
	memcpy(out + sizeof(record->seq), &record->node, sizeof(record->node));
}

bool fake_record_read(void *context, struct dt_record *out,
		      struct dti_bytes record)
{
	(void)context;
	if (record.length != FAKE_RECORD_SIZE)
		return false;
	memset(out, 0, sizeof(*out));
	memcpy(&out->seq, record.bytes, sizeof(out->seq));
	memcpy(&out->node, record.bytes + sizeof(out->seq), sizeof(out->node));
	return true;
}

bool fake_id_is_valid(void *context, const struct dt_node_id *id)
{
	(void)context;
	return id->bytes[0] != 0xff || id->bytes[1] != 0xff;
}
