/* SPDX-License-Identifier: MIT */
#ifndef DTI_CRYPTO_RANDOM_H
#define DTI_CRYPTO_RANDOM_H

/*
 * Random numbers for state machines: ChaCha20 (libsodium) of a seed that the
 * caller hands in, so that one seed is one run, and nobody who does not know it
 * can foretell a target or a choice. Owner: the state machine that has it.
 */

#include <stddef.h>
#include <stdint.h>

struct dti_random {
	uint8_t key[32];
	uint64_t block; /* of those that were used up */
	size_t used;    /* bytes of `bytes` that were given out */
	uint8_t bytes[256];
};

void dti_random_init(struct dti_random *random, const uint8_t seed[32]);
void dti_random_fill(struct dti_random *random, void *out, size_t length);
/** A number from 0 to @bound - 1, each as likely; @bound is not 0. */
uint32_t dti_random_below(struct dti_random *random, uint32_t bound);

#endif /* DTI_CRYPTO_RANDOM_H */
