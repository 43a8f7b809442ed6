/* SPDX-License-Identifier: MIT */
#ifndef DTI_CRYPTO_KECCAK_H
#define DTI_CRYPTO_KECCAK_H

/*
 * Keccak-256 as Ethereum has it: the sponge of the Keccak submission (padding
 * 0x01), not of FIPS 202 (0x06). The permutation is nettle's.
 */

#include <nettle/sha3.h>
#include <stddef.h>
#include <stdint.h>

#define DTI_KECCAK_SIZE 32  /* bytes of a digest */
#define DTI_KECCAK_RATE 136 /* bytes a permutation takes */

/** A running hash. Copying the struct forks it. */
struct dti_keccak {
	struct sha3_state state;
	size_t filled; /* bytes of the block that came in, less than RATE */
	uint8_t block[DTI_KECCAK_RATE];
};

void dti_keccak_init(struct dti_keccak *hash);
void dti_keccak_update(struct dti_keccak *hash, const void *bytes,
		       size_t length);
/** The digest of what came so far; @hash goes on as if it were not asked. */
void dti_keccak_digest(const struct dti_keccak *hash,
		       uint8_t out[DTI_KECCAK_SIZE]);
/** All at once. */
void dti_keccak256(uint8_t out[DTI_KECCAK_SIZE], const void *bytes,
		   size_t length);

#endif /* DTI_CRYPTO_KECCAK_H */
