/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/disconnect.h"

#include <stddef.h>

#include "lib/rlpx/snappy.h"
#include "lib/wire/rlp.h"

/* More than any reason takes. */
#define INFLATED_MAX 32

static const char *const texts[DTI_DISCONNECT_COUNT] = {
	[DTI_DISCONNECT_REQUESTED] = "disconnect requested",
	[DTI_DISCONNECT_NETWORK] = "network error",
	[DTI_DISCONNECT_BREACH] = "breach of protocol",
	[DTI_DISCONNECT_USELESS] = "useless peer",
	[DTI_DISCONNECT_TOO_MANY] = "too many peers",
	[DTI_DISCONNECT_ALREADY] = "already connected",
	[DTI_DISCONNECT_VERSION] = "incompatible version",
	[DTI_DISCONNECT_NULL_ID] = "null identity",
	[DTI_DISCONNECT_QUITTING] = "client quits",
	[DTI_DISCONNECT_WRONG_ID] = "unexpected identity",
	[DTI_DISCONNECT_SELF] = "connected to itself",
	[DTI_DISCONNECT_TIMEOUT] = "read timeout",
	[DTI_DISCONNECT_SUBPROTOCOL] = "subprotocol error",
	[DTI_DISCONNECT_OTHER] = "another reason",
	[DTI_DISCONNECT_UNSTATED] = "no reason given",
};

const char *dti_disconnect_text(enum dti_disconnect_reason reason)
{
	return texts[reason];
}

void dti_disconnect_encode(uint8_t out[DTI_DISCONNECT_SIZE],
			   enum dti_disconnect_reason reason)
{
	struct dti_rlp_writer writer =
		dti_rlp_writer_of(out, DTI_DISCONNECT_SIZE);
	size_t list = dti_rlp_begin_list(&writer);

	dti_rlp_write_u64(&writer, (uint64_t)reason);
	dti_rlp_end_list(&writer, list);
}

static enum dti_disconnect_reason of_number(uint64_t number)
{
	return number <= DTI_DISCONNECT_SUBPROTOCOL && texts[number] != NULL
		       ? (enum dti_disconnect_reason)number
		       : DTI_DISCONNECT_OTHER;
}

/* Of one that is not compressed. */
static enum dti_disconnect_reason read_reason(struct dti_bytes payload)
{
	struct dti_rlp_reader reader = dti_rlp_reader_of(payload);
	struct dti_rlp_reader list;
	uint64_t number;

	if (dti_rlp_read_list(&reader, &list))
		reader = list;
	if (dti_rlp_at_end(&reader))
		return DTI_DISCONNECT_UNSTATED;
	/* Zero as a byte is not canonical, and is what it looks like. */
	if (reader.next[0] == 0)
		return DTI_DISCONNECT_REQUESTED;
	return dti_rlp_read_u64(&reader, &number) ? of_number(number)
						  : DTI_DISCONNECT_OTHER;
}

enum dti_disconnect_reason dti_disconnect_decode(struct dti_bytes payload,
						 bool may_be_snappy)
{
	uint8_t inflated[INFLATED_MAX];
	size_t size;

	if (may_be_snappy && dti_snappy_size(payload, &size) &&
	    size <= sizeof(inflated) &&
	    dti_snappy_inflate(inflated, size, payload))
		return read_reason((struct dti_bytes){inflated, size});
	return read_reason(payload);
}
