/* SPDX-License-Identifier: MIT */
#ifndef DTI_CRYPTO_ECIES_H
#define DTI_CRYPTO_ECIES_H

/*
 * ECIES as the RLPx handshake has it: a message that only the owner of a key
 * can read, and nobody can change:
 *
 *	point(65) || iv(16) || AES-128-CTR(message) || HMAC-SHA-256(32)
 *
 * The keys come from the secret that the point shares with the reader's key.
 * Anybody can write one: it says nothing of who did.
 */

#include "lib/bytes.h"
#include "lib/crypto/random.h"
#include "lib/crypto/secp.h"

#define DTI_ECIES_IV_SIZE  16
#define DTI_ECIES_OVERHEAD 113 /* bytes that a message grows by */

/** What one message needs of chance, and no other may have. Wipe it. */
struct dti_ecies_entropy {
	struct dt_node_key key; /* of the point: a secret key */
	uint8_t iv[DTI_ECIES_IV_SIZE];
	/* Not chance: the point, if it is known; NULL: it is made of the key. */
	const struct dt_node_id *point;
};

void dti_ecies_entropy_draw(struct dti_ecies_entropy *out,
			    struct dti_random *random);

/**
 * dti_ecies_encrypt - write a message for the owner of @to.
 * @out: gets @message's length + DTI_ECIES_OVERHEAD bytes; does not overlap it.
 * @aad: what the reader must have too, though it is not in the message.
 * False: @to is no point on the curve, or the entropy no secret key.
 */
bool dti_ecies_encrypt(const struct dti_secp *secp, uint8_t *out,
		       struct dti_bytes message, struct dti_bytes aad,
		       const struct dt_node_id *to,
		       const struct dti_ecies_entropy *entropy);

/**
 * dti_ecies_decrypt - read a message with the reader's key.
 * @out: gets @packet's length - DTI_ECIES_OVERHEAD bytes; does not overlap it.
 * False: it is too short, or not for @key, or it or @aad was changed; @out is
 * untouched. Nothing is decrypted before all that is known.
 */
bool dti_ecies_decrypt(const struct dti_secp *secp, uint8_t *out,
		       struct dti_bytes packet, struct dti_bytes aad,
		       const struct dt_node_key *key);

#endif /* DTI_CRYPTO_ECIES_H */
