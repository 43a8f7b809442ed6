/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_SIGNED_PACKETS_H
#define BENCH_CONTENDERS_SIGNED_PACKETS_H

/*
 * What other nodes of a discv4 network would send, ready to be sent. There are
 * as many identities as there are numbers.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bytes.h"
#include "lib/crypto/secp.h"
#include "lib/discv4/packet.h"

struct signed_packet {
	uint16_t length;
	uint8_t bytes[DTI_PACKET_MAX];
};

/** False: no memory. Pair with dti_secp_fini(). */
bool signed_packets_init(struct dti_secp *secp);
/** The key of the @number-th identity: always the same one. */
struct dt_node_key signed_packets_key(uint64_t number);

/** Expires as late as it may. Packets that do not fit are empty. */
void signed_packet_make(struct signed_packet *out, struct dti_packet *packet,
			uint64_t number, const struct dti_secp *secp);
/** A ping to @to. */
void signed_packet_ping(struct signed_packet *out, const struct dt_endpoint *to,
			uint64_t number, const struct dti_secp *secp);
/** What is answered to @ping, which came from @to. */
void signed_packet_pong(struct signed_packet *out, const struct dt_endpoint *to,
			struct dti_bytes ping, uint64_t number,
			const struct dti_secp *secp);

static inline struct dti_bytes
signed_packet_bytes(const struct signed_packet *packet)
{
	return (struct dti_bytes){packet->bytes, packet->length};
}

/** The type that it says it has; 0: it is no packet. */
unsigned int signed_packet_type_of(struct dti_bytes datagram);

#endif /* BENCH_CONTENDERS_SIGNED_PACKETS_H */
