/* SPDX-License-Identifier: MIT */
#include "lib/discv4/packet.h"

#include <string.h>

#include "lib/crypto/keccak.h"
#include "lib/discv4/packet_body.h"

/* Where the parts of a packet begin. */
#define SIGNATURE_AT DTI_PACKET_HASH_SIZE
#define TYPE_AT      (SIGNATURE_AT + DTI_SECP_RECOVERABLE_SIZE)
#define BODY_AT      (TYPE_AT + 1)

static bool is_known(unsigned int type)
{
	return type >= DTI_PACKET_PING && type < DTI_PACKET_TYPE_COUNT;
}

/* Of all behind the hash. */
static void hash_of(uint8_t out[DTI_PACKET_HASH_SIZE], const uint8_t *datagram,
		    size_t length)
{
	dti_keccak256(out, datagram + SIGNATURE_AT, length - SIGNATURE_AT);
}

/* What the signature signs: all behind it. */
static void digest_of(uint8_t out[DTI_KECCAK_SIZE], const uint8_t *datagram,
		      size_t length)
{
	dti_keccak256(out, datagram + TYPE_AT, length - TYPE_AT);
}

enum dti_packet_verdict dti_packet_decode(struct dti_packet *out,
					  struct dti_bytes datagram)
{
	const uint8_t *bytes = datagram.bytes;
	struct dti_bytes body;

	if (datagram.length < DTI_PACKET_MIN ||
	    datagram.length > DTI_PACKET_MAX)
		return DTI_PACKET_BAD_SIZE;
	if (!is_known(bytes[TYPE_AT]))
		return DTI_PACKET_BAD_TYPE;
	memset(out, 0, sizeof(*out));
	out->type = (enum dti_packet_type)bytes[TYPE_AT];
	hash_of(out->hash, bytes, datagram.length);
	if (memcmp(out->hash, bytes, sizeof(out->hash)) != 0)
		return DTI_PACKET_BAD_HASH;
	body = (struct dti_bytes){bytes + BODY_AT, datagram.length - BODY_AT};
	return dti_packet_body_read(out, body) ? DTI_PACKET_GOOD
					       : DTI_PACKET_BAD_SHAPE;
}

enum dti_packet_verdict dti_packet_recover(struct dti_packet *packet,
					   struct dti_bytes datagram,
					   const struct dti_secp *secp)
{
	uint8_t digest[DTI_KECCAK_SIZE];

	digest_of(digest, datagram.bytes, datagram.length);
	return dti_secp_recover(secp, &packet->sender,
				datagram.bytes + SIGNATURE_AT, digest)
		       ? DTI_PACKET_GOOD
		       : DTI_PACKET_BAD_SIGNATURE;
}

bool dti_packet_encode(uint8_t out[DTI_PACKET_MAX], size_t *length,
		       struct dti_packet *packet, const struct dt_node_key *key,
		       const struct dti_secp *secp)
{
	struct dti_rlp_writer body =
		dti_rlp_writer_of(out + BODY_AT, DTI_PACKET_MAX - BODY_AT);
	uint8_t digest[DTI_KECCAK_SIZE];

	if (!is_known(packet->type) || !dti_packet_body_write(&body, packet))
		return false;
	out[TYPE_AT] = (uint8_t)packet->type;
	digest_of(digest, out, BODY_AT + body.length);
	if (!dti_secp_sign_recoverable(secp, out + SIGNATURE_AT, digest, key))
		return false;
	*length = BODY_AT + body.length;
	hash_of(packet->hash, out, *length);
	memcpy(out, packet->hash, sizeof(packet->hash));
	return true;
}
