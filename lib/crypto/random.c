/* SPDX-License-Identifier: MIT */
#include "lib/crypto/random.h"

#include <sodium/crypto_stream_chacha20.h>
#include <string.h>

#define STREAM_BLOCK 64 /* bytes that ChaCha20 counts by */

static void make_block(struct dti_random *random)
{
	static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
	uint64_t first = random->block * (sizeof(random->bytes) / STREAM_BLOCK);

	memset(random->bytes, 0, sizeof(random->bytes));
	crypto_stream_chacha20_xor_ic(random->bytes, random->bytes,
				      sizeof(random->bytes), nonce, first,
				      random->key);
	random->block++;
	random->used = 0;
}

void dti_random_init(struct dti_random *random, const uint8_t seed[32])
{
	memset(random, 0, sizeof(*random));
	memcpy(random->key, seed, sizeof(random->key));
	random->used = sizeof(random->bytes);
}

void dti_random_fill(struct dti_random *random, void *out, size_t length)
{
	uint8_t *next = out;

	while (length > 0) {
		size_t left = sizeof(random->bytes) - random->used;
		size_t part = length < left ? length : left;

		memcpy(next, random->bytes + random->used, part);
		random->used += part;
		next += part;
		length -= part;
		if (length > 0)
			make_block(random);
	}
}

static uint32_t draw(struct dti_random *random)
{
	uint8_t bytes[4];

	dti_random_fill(random, bytes, sizeof(bytes));
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
	       (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

uint32_t dti_random_below(struct dti_random *random, uint32_t bound)
{
	/* 2^32 modulo bound: so many draws would make some numbers likelier. */
	uint32_t refused = (0 - bound) % bound;
	uint32_t number = draw(random);

	while (number < refused)
		number = draw(random);
	return number % bound;
}
