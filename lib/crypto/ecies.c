/* SPDX-License-Identifier: MIT */
#include "lib/crypto/ecies.h"

#include <nettle/aes.h>
#include <nettle/ctr.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>
#include <string.h>

#define POINT_MARK 0x04 /* uncompressed */
#define TAG_SIZE   SHA256_DIGEST_SIZE

/* Where the parts of a packet begin. */
#define ID_AT      1u
#define IV_AT      (ID_AT + sizeof(struct dt_node_id))
#define MESSAGE_AT (IV_AT + DTI_ECIES_IV_SIZE)

struct keys {
	uint8_t cipher[AES128_KEY_SIZE];
	uint8_t tag[SHA256_DIGEST_SIZE];
};

void dti_ecies_entropy_draw(struct dti_ecies_entropy *out,
			    struct dti_random *random)
{
	do
		dti_random_fill(random, out->key.bytes, sizeof(out->key.bytes));
	while (!dti_secp_key_is_valid(&out->key));
	dti_random_fill(random, out->iv, sizeof(out->iv));
	out->point = NULL;
}

static void sha256(uint8_t out[SHA256_DIGEST_SIZE], struct dti_bytes first,
		   struct dti_bytes second)
{
	struct sha256_ctx hash;

	sha256_init(&hash);
	sha256_update(&hash, first.length, first.bytes);
	sha256_update(&hash, second.length, second.bytes);
	sha256_digest(&hash, SHA256_DIGEST_SIZE, out);
	explicit_bzero(&hash, sizeof(hash));
}

/* NIST SP 800-56 concatenation: one round of it gives all that is needed. */
static void derive(struct keys *out, const uint8_t shared[32])
{
	static const uint8_t round[] = {0, 0, 0, 1};
	uint8_t bytes[SHA256_DIGEST_SIZE];

	sha256(bytes, (struct dti_bytes){round, sizeof(round)},
	       (struct dti_bytes){shared, 32});
	memcpy(out->cipher, bytes, sizeof(out->cipher));
	sha256(out->tag, (struct dti_bytes){bytes + 16, 16},
	       (struct dti_bytes){bytes, 0});
	explicit_bzero(bytes, sizeof(bytes));
}

/* False: one of both is not valid. */
static bool make_keys(const struct dti_secp *secp, struct keys *out,
		      const struct dt_node_id *id,
		      const struct dt_node_key *key)
{
	uint8_t shared[32];
	bool good = dti_secp_ecdh(secp, shared, id, key);

	if (good)
		derive(out, shared);
	explicit_bzero(shared, sizeof(shared));
	return good;
}

/* @covered: of the packet, from iv to the end of the message. */
static void make_tag(uint8_t out[TAG_SIZE], const struct keys *keys,
		     struct dti_bytes covered, struct dti_bytes aad)
{
	struct hmac_sha256_ctx hmac;

	hmac_sha256_set_key(&hmac, sizeof(keys->tag), keys->tag);
	hmac_sha256_update(&hmac, covered.length, covered.bytes);
	hmac_sha256_update(&hmac, aad.length, aad.bytes);
	hmac_sha256_digest(&hmac, TAG_SIZE, out);
	explicit_bzero(&hmac, sizeof(hmac));
}

/* The type that nettle's modes take. */
static void encrypt_blocks(const void *aes, size_t length, uint8_t *out,
			   const uint8_t *in)
{
	aes128_encrypt(aes, length, out, in);
}

/* Encrypts as it decrypts. */
static void cipher(uint8_t *out, const struct keys *keys,
		   const uint8_t iv[DTI_ECIES_IV_SIZE], struct dti_bytes bytes)
{
	uint8_t counter[DTI_ECIES_IV_SIZE];
	struct aes128_ctx aes;

	memcpy(counter, iv, sizeof(counter));
	aes128_set_encrypt_key(&aes, keys->cipher);
	ctr_crypt(&aes, encrypt_blocks, sizeof(counter), counter, bytes.length,
		  out, bytes.bytes);
	explicit_bzero(&aes, sizeof(aes));
}

/* False: the entropy is no secret key. */
static bool take_point(const struct dti_secp *secp, struct dt_node_id *out,
		       const struct dti_ecies_entropy *entropy)
{
	if (entropy->point == NULL)
		return dti_secp_id_of_key(secp, out, &entropy->key);
	*out = *entropy->point;
	return true;
}

bool dti_ecies_encrypt(const struct dti_secp *secp, uint8_t *out,
		       struct dti_bytes message, struct dti_bytes aad,
		       const struct dt_node_id *to,
		       const struct dti_ecies_entropy *entropy)
{
	struct dti_bytes covered = {out + IV_AT,
				    DTI_ECIES_IV_SIZE + message.length};
	struct dt_node_id point;
	struct keys keys;

	if (!take_point(secp, &point, entropy) ||
	    !make_keys(secp, &keys, to, &entropy->key))
		return false;
	out[0] = POINT_MARK;
	memcpy(out + ID_AT, point.bytes, sizeof(point.bytes));
	memcpy(out + IV_AT, entropy->iv, sizeof(entropy->iv));
	cipher(out + MESSAGE_AT, &keys, entropy->iv, message);
	make_tag(out + MESSAGE_AT + message.length, &keys, covered, aad);
	explicit_bzero(&keys, sizeof(keys));
	return true;
}

/* @packet is long enough. */
static bool is_genuine(const struct keys *keys, struct dti_bytes packet,
		       struct dti_bytes aad)
{
	struct dti_bytes covered = {packet.bytes + IV_AT,
				    packet.length - IV_AT - TAG_SIZE};
	uint8_t tag[TAG_SIZE];

	make_tag(tag, keys, covered, aad);
	return memeql_sec(tag, packet.bytes + packet.length - TAG_SIZE,
			  TAG_SIZE) == 1;
}

bool dti_ecies_decrypt(const struct dti_secp *secp, uint8_t *out,
		       struct dti_bytes packet, struct dti_bytes aad,
		       const struct dt_node_key *key)
{
	const uint8_t *bytes = packet.bytes;
	struct dti_bytes message;
	struct dt_node_id point;
	struct keys keys;
	bool good;

	if (packet.length < DTI_ECIES_OVERHEAD || bytes[0] != POINT_MARK)
		return false;
	memcpy(point.bytes, bytes + ID_AT, sizeof(point.bytes));
	if (!make_keys(secp, &keys, &point, key))
		return false;
	message = (struct dti_bytes){bytes + MESSAGE_AT,
				     packet.length - DTI_ECIES_OVERHEAD};
	good = is_genuine(&keys, packet, aad);
	if (good)
		cipher(out, &keys, bytes + IV_AT, message);
	explicit_bzero(&keys, sizeof(keys));
	return good;
}
