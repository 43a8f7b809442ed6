/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_FRAME_H
#define DTI_RLPX_FRAME_H

/*
 * Frames of RLPx: what both directions have in common.
 *
 *	header(16) || header MAC(16) || body, padded to 16 || body MAC(16)
 *
 * Header and body are one AES-256-CTR stream a direction. Both directions have
 * the same key and begin with the same counter: whoever knows what was said in
 * one can read the other, which is the protocol's, not ours to mend. The MACs
 * are a Keccak-256 a direction that runs on through all frames.
 */

#include <nettle/aes.h>

#include "lib/bytes.h"
#include "lib/rlpx/secrets.h"

#define DTI_FRAME_BLOCK    16        /* bytes of the cipher, header and MAC */
#define DTI_FRAME_HEAD     32        /* bytes before the body */
#define DTI_FRAME_BODY_MAX 0xffffffu /* bytes that a header can announce */

/** Of a body with its padding. */
static inline size_t dti_frame_padded(size_t length)
{
	return (length + DTI_FRAME_BLOCK - 1) / DTI_FRAME_BLOCK *
	       DTI_FRAME_BLOCK;
}

/** Of a frame with a body of @length bytes. */
static inline size_t dti_frame_size(size_t length)
{
	return DTI_FRAME_HEAD + dti_frame_padded(length) + DTI_FRAME_BLOCK;
}

/** Of both directions. Read only; wipe it. */
struct dti_frame_keys {
	struct aes256_ctx cipher;
	struct aes256_ctx mac;
	/* What both were made from, for who takes a session over. */
	uint8_t cipher_key[32];
	uint8_t mac_key[32];
};

/** Of one direction. Wipe it. */
struct dti_frame_stream {
	struct dti_keccak mac;
	uint8_t counter[DTI_FRAME_BLOCK];
};

void dti_frame_keys_init(struct dti_frame_keys *keys,
			 const struct dti_secrets *secrets);
/** @mac: egress or ingress of the secrets. */
void dti_frame_stream_init(struct dti_frame_stream *stream,
			   const struct dti_keccak *mac);

/** Encrypt or decrypt in place; @length is of whole blocks. */
void dti_frame_crypt(struct dti_frame_stream *stream,
		     const struct dti_frame_keys *keys, uint8_t *bytes,
		     size_t length);
/** As if @length bytes, whole blocks, had been decrypted. */
void dti_frame_skip(struct dti_frame_stream *stream, size_t length);

/** The MAC of an encrypted header. */
void dti_frame_header_mac(struct dti_frame_stream *stream,
			  const struct dti_frame_keys *keys,
			  uint8_t out[DTI_FRAME_BLOCK],
			  const uint8_t header[DTI_FRAME_BLOCK]);
/** The MAC of an encrypted body that went through `mac` of @stream. */
void dti_frame_body_mac(struct dti_frame_stream *stream,
			const struct dti_frame_keys *keys,
			uint8_t out[DTI_FRAME_BLOCK]);

#endif /* DTI_RLPX_FRAME_H */
