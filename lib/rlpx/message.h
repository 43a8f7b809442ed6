/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_MESSAGE_H
#define DTI_RLPX_MESSAGE_H

/*
 * A frame's body: a code, as an RLP integer, and a payload, which is a snappy
 * block when both sides promised to compress.
 */

#include <stdbool.h>

#include "lib/bytes.h"
#include "lib/rlpx/refusal.h"

/** Codes of devp2p itself; those up to 0x0f have no meaning yet. */
enum dti_message_code {
	DTI_MESSAGE_HELLO,
	DTI_MESSAGE_DISCONNECT,
	DTI_MESSAGE_PING,
	DTI_MESSAGE_PONG
};

struct dti_message {
	uint64_t code;
	struct dti_bytes payload; /* a piece of the body */
};

/** False: there is no code. */
bool dti_message_read(struct dti_message *out, struct dti_bytes body);
/** How large the payload, a snappy block, becomes: not more than allowed? */
enum dti_refusal dti_message_size(const struct dti_message *message,
				  size_t *out);
/**
 * Write a body. Returns its length; 0: it does not fit into @size bytes, or the
 * payload has more than DTI_SNAPPY_MAX. @is_snappy: make the payload a block.
 */
size_t dti_message_write(uint8_t *out, size_t size,
			 const struct dti_message *message, bool is_snappy);

#endif /* DTI_RLPX_MESSAGE_H */
