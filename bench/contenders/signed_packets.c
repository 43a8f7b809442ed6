/* SPDX-License-Identifier: MIT */
#include "bench/contenders/signed_packets.h"

#include <string.h>
#include <time.h>

#include "lib/crypto/keccak.h"

enum {
	TYPE_AT = DTI_PACKET_HASH_SIZE + DTI_SECP_RECOVERABLE_SIZE,
};

static const struct dt_allocator libc = {.malloc = NULL};

bool signed_packets_init(struct dti_secp *secp)
{
	static const uint8_t entropy[32] = {1};

	return dti_secp_init(secp, entropy, &libc) == DT_OK;
}

struct dt_node_key signed_packets_key(uint64_t number)
{
	struct dt_node_key key;

	/* Not below the order of the curve once in 2^128 of them. */
	dti_keccak256(key.bytes, &number, sizeof(number));
	return key;
}

void signed_packet_make(struct signed_packet *out, struct dti_packet *packet,
			uint64_t number, const struct dti_secp *secp)
{
	struct dt_node_key key = signed_packets_key(number);
	size_t length = 0;

	packet->expiration = (uint64_t)time(NULL) + DTI_PACKET_LIFE_S;
	if (!dti_packet_encode(out->bytes, &length, packet, &key, secp))
		length = 0;
	out->length = (uint16_t)length;
}

void signed_packet_ping(struct signed_packet *out, const struct dt_endpoint *to,
			uint64_t number, const struct dti_secp *secp)
{
	struct dti_packet ping = {
		.type = DTI_PACKET_PING,
		.ping = {.from = *to, .to = *to},
	};

	signed_packet_make(out, &ping, number, secp);
}

void signed_packet_pong(struct signed_packet *out, const struct dt_endpoint *to,
			struct dti_bytes ping, uint64_t number,
			const struct dti_secp *secp)
{
	struct dti_packet pong = {
		.type = DTI_PACKET_PONG,
		.pong = {.to = *to},
	};

	memcpy(pong.pong.token, ping.bytes, sizeof(pong.pong.token));
	signed_packet_make(out, &pong, number, secp);
}

unsigned int signed_packet_type_of(struct dti_bytes datagram)
{
	return datagram.length < DTI_PACKET_MIN ? 0 : datagram.bytes[TYPE_AT];
}
