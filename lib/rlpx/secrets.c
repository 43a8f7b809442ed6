/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/secrets.h"

#include <assert.h>
#include <string.h>

static_assert(DTI_RLPX_NONCE_SIZE == DTI_KECCAK_SIZE, "hashed two by two");

static void hash_two(uint8_t out[DTI_KECCAK_SIZE],
		     const uint8_t first[DTI_KECCAK_SIZE],
		     const uint8_t second[DTI_KECCAK_SIZE])
{
	uint8_t both[2 * DTI_KECCAK_SIZE];

	memcpy(both, first, DTI_KECCAK_SIZE);
	memcpy(both + DTI_KECCAK_SIZE, second, DTI_KECCAK_SIZE);
	dti_keccak256(out, both, sizeof(both));
	explicit_bzero(both, sizeof(both));
}

/* The nonce is that of who reads the packet. */
static void begin_mac(struct dti_keccak *out, const uint8_t mac[32],
		      const uint8_t nonce[DTI_RLPX_NONCE_SIZE],
		      struct dti_bytes packet)
{
	uint8_t first[DTI_RLPX_NONCE_SIZE];

	for (size_t i = 0; i < sizeof(first); i++)
		first[i] = mac[i] ^ nonce[i];
	dti_keccak_init(out);
	dti_keccak_update(out, first, sizeof(first));
	dti_keccak_update(out, packet.bytes, packet.length);
	explicit_bzero(first, sizeof(first));
}

void dti_secrets_derive(struct dti_secrets *out,
			const struct dti_secrets_source *source)
{
	const uint8_t *initiators =
		source->is_initiator ? source->nonce : source->remote_nonce;
	const uint8_t *recipients =
		source->is_initiator ? source->remote_nonce : source->nonce;
	uint8_t hash[DTI_KECCAK_SIZE];

	hash_two(hash, recipients, initiators);
	hash_two(hash, source->shared, hash);
	hash_two(out->aes, source->shared, hash);
	hash_two(out->mac, source->shared, out->aes);
	begin_mac(&out->egress, out->mac, source->remote_nonce, source->sent);
	begin_mac(&out->ingress, out->mac, source->nonce, source->received);
	explicit_bzero(hash, sizeof(hash));
}
