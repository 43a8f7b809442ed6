/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/frame.h"

#include <nettle/ctr.h>
#include <string.h>

#include "lib/assert.h"

void dti_frame_keys_init(struct dti_frame_keys *keys,
			 const struct dti_secrets *secrets)
{
	aes256_set_encrypt_key(&keys->cipher, secrets->aes);
	aes256_set_encrypt_key(&keys->mac, secrets->mac);
	memcpy(keys->cipher_key, secrets->aes, sizeof(keys->cipher_key));
	memcpy(keys->mac_key, secrets->mac, sizeof(keys->mac_key));
}

void dti_frame_stream_init(struct dti_frame_stream *stream,
			   const struct dti_keccak *mac)
{
	stream->mac = *mac;
	memset(stream->counter, 0, sizeof(stream->counter));
}

/* The type that nettle's modes take. */
static void encrypt_blocks(const void *aes, size_t length, uint8_t *out,
			   const uint8_t *in)
{
	aes256_encrypt(aes, length, out, in);
}

void dti_frame_crypt(struct dti_frame_stream *stream,
		     const struct dti_frame_keys *keys, uint8_t *bytes,
		     size_t length)
{
	DTI_ASSERT(length % DTI_FRAME_BLOCK == 0);
	ctr_crypt(&keys->cipher, encrypt_blocks, DTI_FRAME_BLOCK,
		  stream->counter, length, bytes, bytes);
}

void dti_frame_skip(struct dti_frame_stream *stream, size_t length)
{
	uint64_t carry = length / DTI_FRAME_BLOCK;

	DTI_ASSERT(length % DTI_FRAME_BLOCK == 0);
	for (size_t i = DTI_FRAME_BLOCK; i > 0 && carry > 0; i--) {
		carry += stream->counter[i - 1];
		stream->counter[i - 1] = (uint8_t)carry;
		carry >>= 8;
	}
}

/*
 * Mix @seed into the running hash, whose digest is now @digest; @out: the first
 * half of what comes of it.
 */
static void mix(struct dti_frame_stream *stream,
		const struct dti_frame_keys *keys, uint8_t out[DTI_FRAME_BLOCK],
		uint8_t digest[DTI_KECCAK_SIZE],
		const uint8_t seed[DTI_FRAME_BLOCK])
{
	uint8_t block[DTI_FRAME_BLOCK];

	aes256_encrypt(&keys->mac, sizeof(block), block, digest);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= seed[i];
	dti_keccak_update(&stream->mac, block, sizeof(block));
	dti_keccak_digest(&stream->mac, digest);
	memcpy(out, digest, DTI_FRAME_BLOCK);
}

void dti_frame_header_mac(struct dti_frame_stream *stream,
			  const struct dti_frame_keys *keys,
			  uint8_t out[DTI_FRAME_BLOCK],
			  const uint8_t header[DTI_FRAME_BLOCK])
{
	uint8_t digest[DTI_KECCAK_SIZE];

	dti_keccak_digest(&stream->mac, digest);
	mix(stream, keys, out, digest, header);
}

void dti_frame_body_mac(struct dti_frame_stream *stream,
			const struct dti_frame_keys *keys,
			uint8_t out[DTI_FRAME_BLOCK])
{
	uint8_t digest[DTI_KECCAK_SIZE];

	dti_keccak_digest(&stream->mac, digest);
	mix(stream, keys, out, digest, digest);
}
