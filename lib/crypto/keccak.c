/* SPDX-License-Identifier: MIT */
#include "lib/crypto/keccak.h"

#include <endian.h>
#include <string.h>

#define LANES (DTI_KECCAK_RATE / 8)

/* Lanes are little endian on every machine. */
static uint64_t read_lane(const uint8_t *bytes)
{
	uint64_t lane;

	memcpy(&lane, bytes, sizeof(lane));
	return le64toh(lane);
}

static void absorb(struct sha3_state *state, const uint8_t *block)
{
	for (size_t i = 0; i < LANES; i++)
		state->a[i] ^= read_lane(block + 8 * i);
	sha3_permute(state);
}

void dti_keccak_init(struct dti_keccak *hash)
{
	memset(hash, 0, sizeof(*hash));
}

void dti_keccak_update(struct dti_keccak *hash, const void *bytes,
		       size_t length)
{
	const uint8_t *next = bytes;

	while (length > 0) {
		size_t room = DTI_KECCAK_RATE - hash->filled;
		size_t part = length < room ? length : room;

		memcpy(hash->block + hash->filled, next, part);
		hash->filled += part;
		next += part;
		length -= part;
		if (hash->filled == DTI_KECCAK_RATE) {
			absorb(&hash->state, hash->block);
			hash->filled = 0;
		}
	}
}

void dti_keccak_digest(const struct dti_keccak *hash,
		       uint8_t out[DTI_KECCAK_SIZE])
{
	struct dti_keccak last = *hash;

	memset(last.block + last.filled, 0, DTI_KECCAK_RATE - last.filled);
	last.block[last.filled] = 0x01;
	last.block[DTI_KECCAK_RATE - 1] |= 0x80;
	absorb(&last.state, last.block);
	for (size_t i = 0; i < DTI_KECCAK_SIZE; i++)
		out[i] = (uint8_t)(last.state.a[i / 8] >> 8 * (i % 8));
	explicit_bzero(&last, sizeof(last));
}

void dti_keccak256(uint8_t out[DTI_KECCAK_SIZE], const void *bytes,
		   size_t length)
{
	struct dti_keccak hash;

	dti_keccak_init(&hash);
	dti_keccak_update(&hash, bytes, length);
	dti_keccak_digest(&hash, out);
	/* It may have been a secret. */
	explicit_bzero(&hash, sizeof(hash));
}
