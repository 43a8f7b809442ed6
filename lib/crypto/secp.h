/* SPDX-License-Identifier: MIT */
#ifndef DTI_CRYPTO_SECP_H
#define DTI_CRYPTO_SECP_H

/*
 * secp256k1 by libsecp256k1: what node identities, discv4 packets, node records
 * and the RLPx handshake need of it.
 *
 * A context is written by init and then only read: any number of threads may
 * use it at once. It is blinded with the entropy it is given, against
 * side channels; entropy changes no result.
 */

#include "lib/dialtone.h"

#define DTI_SECP_SIGNATURE_SIZE   64 /* r || s */
#define DTI_SECP_RECOVERABLE_SIZE 65 /* r || s || recovery id (0 to 3) */
#define DTI_SECP_COMPRESSED_SIZE  33

struct dti_secp {
	void *context; /* secp256k1_context, in `memory` of the allocator */
	const struct dt_allocator *allocator;
};

/** Pair with fini. @allocator outlives it. Errors: DT_ERR_NO_MEMORY. */
dt_err dti_secp_init(struct dti_secp *secp, const uint8_t entropy[32],
		     const struct dt_allocator *allocator);
/** Also of a zeroed struct. */
void dti_secp_fini(struct dti_secp *secp);

/** Is it a secret key, from 1 to the order of the curve - 1? */
bool dti_secp_key_is_valid(const struct dt_node_key *key);
/** The public key of a secret. False: it is no secret key (0, or too large). */
bool dti_secp_id_of_key(const struct dti_secp *secp, struct dt_node_id *out,
			const struct dt_node_key *key);
/** Is it a point on the curve? */
bool dti_secp_id_is_valid(const struct dti_secp *secp,
			  const struct dt_node_id *id);
/** False: @key is no secret key. Deterministic (RFC 6979). */
bool dti_secp_sign_recoverable(const struct dti_secp *secp,
			       uint8_t out[DTI_SECP_RECOVERABLE_SIZE],
			       const uint8_t digest[32],
			       const struct dt_node_key *key);
/** Who signed @digest. High s is accepted. False: no such key. */
bool dti_secp_recover(const struct dti_secp *secp, struct dt_node_id *out,
		      const uint8_t signature[DTI_SECP_RECOVERABLE_SIZE],
		      const uint8_t digest[32]);
/** False: @key is no secret key. Deterministic (RFC 6979). */
bool dti_secp_sign(const struct dti_secp *secp,
		   uint8_t out[DTI_SECP_SIGNATURE_SIZE],
		   const uint8_t digest[32], const struct dt_node_key *key);
/** Did @id sign @digest? High s is refused. */
bool dti_secp_verify(const struct dti_secp *secp,
		     const uint8_t signature[DTI_SECP_SIGNATURE_SIZE],
		     const uint8_t digest[32], const struct dt_node_id *id);
/** False: not a point on the curve. */
bool dti_secp_compress(const struct dti_secp *secp,
		       uint8_t out[DTI_SECP_COMPRESSED_SIZE],
		       const struct dt_node_id *id);
/** False: not a point on the curve. */
bool dti_secp_decompress(const struct dti_secp *secp, struct dt_node_id *out,
			 const uint8_t compressed[DTI_SECP_COMPRESSED_SIZE]);
/** The x coordinate of @key times @id, unhashed. False: one is not valid. */
bool dti_secp_ecdh(const struct dti_secp *secp, uint8_t out[32],
		   const struct dt_node_id *id, const struct dt_node_key *key);
/**
 * dti_secp_recover_ecdh - what dti_secp_recover() and then dti_secp_ecdh() with
 * the key that signed would give, in the time of the first.
 *
 * Unlike that of ecdh, this time is not the same for all keys: it depends on
 * the products of @key with parts of the signature. Only for a key that is used
 * once, with a signature that nobody sees who may not know the secret.
 */
bool dti_secp_recover_ecdh(const struct dti_secp *secp, uint8_t out[32],
			   const uint8_t signature[DTI_SECP_RECOVERABLE_SIZE],
			   const uint8_t digest[32],
			   const struct dt_node_key *key);

#endif /* DTI_CRYPTO_SECP_H */
