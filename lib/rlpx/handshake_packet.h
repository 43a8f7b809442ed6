/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_HANDSHAKE_PACKET_H
#define DTI_RLPX_HANDSHAKE_PACKET_H

/*
 * The two packets of the RLPx handshake, in the form of EIP-8 (the one before
 * it died out with go-ethereum 1.10.3, and is refused):
 *
 *	size(2) || ECIES(list || padding; the size is authenticated too)
 *
 *	auth: [signature(65), id(64), nonce(32), version = 4, ...]
 *	ack:  [ephemeral id(64), nonce(32), version = 4, ...]
 *
 * Ignored, as EIP-8 has it: the version, more elements, what is behind the
 * list.
 */

#include "lib/bytes.h"
#include "lib/crypto/ecies.h"
#include "lib/crypto/secp.h"
#include "lib/rlpx/refusal.h"
#include "lib/rlpx/secrets.h"

#define DTI_HANDSHAKE_PREFIX      2    /* bytes of the size */
#define DTI_HANDSHAKE_SIZE_MAX    2048 /* accepted, without the prefix */
#define DTI_HANDSHAKE_PADDING_MIN 100
#define DTI_HANDSHAKE_PADDING_MAX 300
/* Of one that is written: 169 bytes are the list of an auth. */
#define DTI_HANDSHAKE_PACKET_MAX                           \
	(DTI_HANDSHAKE_PREFIX + DTI_ECIES_OVERHEAD + 169 + \
	 DTI_HANDSHAKE_PADDING_MAX)

struct dti_auth {
	uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
	struct dt_node_id id;
	uint8_t nonce[DTI_RLPX_NONCE_SIZE];
};

struct dti_ack {
	struct dt_node_id ephemeral;
	uint8_t nonce[DTI_RLPX_NONCE_SIZE];
};

/** What sealing needs of chance. Wipe it. */
struct dti_handshake_seal {
	struct dti_ecies_entropy ecies;
	size_t padding_length; /* within DTI_HANDSHAKE_PADDING_MIN and _MAX */
	uint8_t padding[DTI_HANDSHAKE_PADDING_MAX];
};

void dti_handshake_seal_draw(struct dti_handshake_seal *out,
			     struct dti_random *random);

/**
 * Write a packet for the owner of @to. Returns its bytes; 0: @to is no point on
 * the curve, or the chance no secret key.
 */
size_t dti_auth_encode(uint8_t out[DTI_HANDSHAKE_PACKET_MAX],
		       const struct dti_auth *auth, const struct dt_node_id *to,
		       const struct dti_handshake_seal *seal,
		       const struct dti_secp *secp);
size_t dti_ack_encode(uint8_t out[DTI_HANDSHAKE_PACKET_MAX],
		      const struct dti_ack *ack, const struct dt_node_id *to,
		      const struct dti_handshake_seal *seal,
		      const struct dti_secp *secp);

/** Of a packet's first bytes: how many follow. False: not so many. */
bool dti_handshake_size(const uint8_t prefix[DTI_HANDSHAKE_PREFIX],
			size_t *out);
/**
 * Read a whole packet, of a size that is accepted, with the reader's @key. Keys
 * and signature are as they came, and may be none.
 */
enum dti_refusal dti_auth_decode(struct dti_auth *out, struct dti_bytes packet,
				 const struct dt_node_key *key,
				 const struct dti_secp *secp);
enum dti_refusal dti_ack_decode(struct dti_ack *out, struct dti_bytes packet,
				const struct dt_node_key *key,
				const struct dti_secp *secp);

#endif /* DTI_RLPX_HANDSHAKE_PACKET_H */
