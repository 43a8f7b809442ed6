/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SEALED_PACKET_H
#define TESTS_SEALED_PACKET_H

/* Packets of the RLPx handshake with anything in them. */

#include "lib/rlpx/handshake_packet.h"

struct sealed_packet {
	uint8_t bytes[DTI_HANDSHAKE_PREFIX + UINT16_MAX];
	size_t length;
};

/** @plain: instead of the list and the padding; to be read by @to. */
void sealed_packet_write(struct sealed_packet *out, struct dti_bytes plain,
			 const struct dt_node_id *to,
			 const struct dti_secp *secp);

static inline struct dti_bytes
sealed_packet_bytes(const struct sealed_packet *packet)
{
	return (struct dti_bytes){packet->bytes, packet->length};
}

#endif /* TESTS_SEALED_PACKET_H */
