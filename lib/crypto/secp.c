/* SPDX-License-Identifier: MIT */
#include "lib/crypto/secp.h"

#include <secp256k1.h>
#include <secp256k1_ecdh.h>
#include <secp256k1_preallocated.h>
#include <secp256k1_recovery.h>
#include <string.h>

#include "lib/memory.h"

#define UNCOMPRESSED_SIZE 65
#define UNCOMPRESSED_MARK 0x04

/*
 * The library's own would print a line and abort, in the embedder's process.
 * After this one the call answers 0, as for other bad input.
 */
static void stay_silent(const char *message, void *context)
{
	(void)message;
	(void)context;
}

dt_err dti_secp_init(struct dti_secp *secp, const uint8_t entropy[32],
		     const struct dt_allocator *allocator)
{
	size_t size =
		secp256k1_context_preallocated_size(SECP256K1_CONTEXT_NONE);
	void *memory = dti_malloc(allocator, size);
	secp256k1_context *context;
	int blinded;

	if (memory == NULL)
		return DT_ERR_NO_MEMORY;
	context = secp256k1_context_preallocated_create(memory,
							SECP256K1_CONTEXT_NONE);
	secp256k1_context_set_illegal_callback(context, stay_silent, NULL);
	secp256k1_context_set_error_callback(context, stay_silent, NULL);
	blinded = secp256k1_context_randomize(context, entropy);
	/* It does not fail but for the library's own static context. */
	(void)blinded;
	*secp = (struct dti_secp){context, allocator};
	return DT_OK;
}

void dti_secp_fini(struct dti_secp *secp)
{
	if (secp->context == NULL)
		return;
	secp256k1_context_preallocated_destroy(secp->context);
	dti_free(secp->allocator, secp->context);
	secp->context = NULL;
}

static bool point_of_id(const struct dti_secp *secp, secp256k1_pubkey *out,
			const struct dt_node_id *id)
{
	uint8_t bytes[UNCOMPRESSED_SIZE] = {UNCOMPRESSED_MARK};

	memcpy(bytes + 1, id->bytes, sizeof(id->bytes));
	return secp256k1_ec_pubkey_parse(secp->context, out, bytes,
					 sizeof(bytes)) == 1;
}

static void id_of_point(const struct dti_secp *secp, struct dt_node_id *out,
			const secp256k1_pubkey *point)
{
	uint8_t bytes[UNCOMPRESSED_SIZE];
	size_t size = sizeof(bytes);

	secp256k1_ec_pubkey_serialize(secp->context, bytes, &size, point,
				      SECP256K1_EC_UNCOMPRESSED);
	memcpy(out->bytes, bytes + 1, sizeof(out->bytes));
}

bool dti_secp_key_is_valid(const struct dt_node_key *key)
{
	return secp256k1_ec_seckey_verify(secp256k1_context_static,
					  key->bytes) == 1;
}

bool dti_secp_id_of_key(const struct dti_secp *secp, struct dt_node_id *out,
			const struct dt_node_key *key)
{
	secp256k1_pubkey point;

	if (secp256k1_ec_pubkey_create(secp->context, &point, key->bytes) != 1)
		return false;
	id_of_point(secp, out, &point);
	return true;
}

bool dti_secp_id_is_valid(const struct dti_secp *secp,
			  const struct dt_node_id *id)
{
	secp256k1_pubkey point;

	return point_of_id(secp, &point, id);
}

bool dti_secp_sign_recoverable(const struct dti_secp *secp,
			       uint8_t out[DTI_SECP_RECOVERABLE_SIZE],
			       const uint8_t digest[32],
			       const struct dt_node_key *key)
{
	secp256k1_ecdsa_recoverable_signature signature;
	int recovery_id = 0;

	if (secp256k1_ecdsa_sign_recoverable(secp->context, &signature, digest,
					     key->bytes, NULL, NULL) != 1)
		return false;
	secp256k1_ecdsa_recoverable_signature_serialize_compact(
		secp->context, out, &recovery_id, &signature);
	out[DTI_SECP_SIGNATURE_SIZE] = (uint8_t)recovery_id;
	return true;
}

/* Leaves no copy of what may be secret, see recover_scaled(). */
static bool recover_point(const struct dti_secp *secp, secp256k1_pubkey *out,
			  const uint8_t signature[DTI_SECP_RECOVERABLE_SIZE],
			  const uint8_t digest[32])
{
	int recovery_id = signature[DTI_SECP_SIGNATURE_SIZE];
	secp256k1_ecdsa_recoverable_signature parsed;
	bool good =
		recovery_id <= 3 &&
		secp256k1_ecdsa_recoverable_signature_parse_compact(
			secp->context, &parsed, signature, recovery_id) == 1 &&
		secp256k1_ecdsa_recover(secp->context, out, &parsed, digest) ==
			1;

	explicit_bzero(&parsed, sizeof(parsed));
	return good;
}

bool dti_secp_recover(const struct dti_secp *secp, struct dt_node_id *out,
		      const uint8_t signature[DTI_SECP_RECOVERABLE_SIZE],
		      const uint8_t digest[32])
{
	secp256k1_pubkey point;

	if (!recover_point(secp, &point, signature, digest))
		return false;
	id_of_point(secp, out, &point);
	return true;
}

bool dti_secp_sign(const struct dti_secp *secp,
		   uint8_t out[DTI_SECP_SIGNATURE_SIZE],
		   const uint8_t digest[32], const struct dt_node_key *key)
{
	secp256k1_ecdsa_signature signature;

	if (secp256k1_ecdsa_sign(secp->context, &signature, digest, key->bytes,
				 NULL, NULL) != 1)
		return false;
	secp256k1_ecdsa_signature_serialize_compact(secp->context, out,
						    &signature);
	return true;
}

bool dti_secp_verify(const struct dti_secp *secp,
		     const uint8_t signature[DTI_SECP_SIGNATURE_SIZE],
		     const uint8_t digest[32], const struct dt_node_id *id)
{
	secp256k1_ecdsa_signature parsed;
	secp256k1_pubkey point;

	return point_of_id(secp, &point, id) &&
	       secp256k1_ecdsa_signature_parse_compact(secp->context, &parsed,
						       signature) == 1 &&
	       secp256k1_ecdsa_verify(secp->context, &parsed, digest, &point) ==
		       1;
}

bool dti_secp_compress(const struct dti_secp *secp,
		       uint8_t out[DTI_SECP_COMPRESSED_SIZE],
		       const struct dt_node_id *id)
{
	size_t size = DTI_SECP_COMPRESSED_SIZE;
	secp256k1_pubkey point;

	if (!point_of_id(secp, &point, id))
		return false;
	secp256k1_ec_pubkey_serialize(secp->context, out, &size, &point,
				      SECP256K1_EC_COMPRESSED);
	return true;
}

bool dti_secp_decompress(const struct dti_secp *secp, struct dt_node_id *out,
			 const uint8_t compressed[DTI_SECP_COMPRESSED_SIZE])
{
	secp256k1_pubkey point;

	if (secp256k1_ec_pubkey_parse(secp->context, &point, compressed,
				      DTI_SECP_COMPRESSED_SIZE) != 1)
		return false;
	id_of_point(secp, out, &point);
	return true;
}

/* Stands in for the library's hash of the point. */
static int take_x(unsigned char *out, const unsigned char *x,
		  const unsigned char *y, void *context)
{
	(void)y;
	(void)context;
	memcpy(out, x, 32);
	return 1;
}

bool dti_secp_ecdh(const struct dti_secp *secp, uint8_t out[32],
		   const struct dt_node_id *id, const struct dt_node_key *key)
{
	uint8_t shared[32];
	secp256k1_pubkey point;
	bool good = point_of_id(secp, &point, id) &&
		    secp256k1_ecdh(secp->context, shared, &point, key->bytes,
				   take_x, NULL) == 1;

	/* The library writes it also when the key is none. */
	if (good)
		memcpy(out, shared, sizeof(shared));
	explicit_bzero(shared, sizeof(shared));
	return good;
}

/* @number times @key, modulo the order. False: it is 0, or not below that. */
static bool multiply(const struct dti_secp *secp, uint8_t number[32],
		     const struct dt_node_key *key)
{
	return secp256k1_ec_seckey_tweak_mul(secp->context, number,
					     key->bytes) == 1;
}

/*
 * The key that signed is s/r R - digest/r G: with s and the digest times @key it
 * is @key times that. False: so too if one of both is no number to multiply,
 * which whoever signs may choose of the digest.
 */
static bool recover_scaled(const struct dti_secp *secp, secp256k1_pubkey *out,
			   const uint8_t signature[DTI_SECP_RECOVERABLE_SIZE],
			   const uint8_t digest[32],
			   const struct dt_node_key *key)
{
	uint8_t scaled[DTI_SECP_RECOVERABLE_SIZE];
	uint8_t scaled_digest[32];
	bool good;

	memcpy(scaled, signature, sizeof(scaled));
	memcpy(scaled_digest, digest, sizeof(scaled_digest));
	good = multiply(secp, scaled + 32, key) &&
	       multiply(secp, scaled_digest, key) &&
	       recover_point(secp, out, scaled, scaled_digest);
	explicit_bzero(scaled, sizeof(scaled));
	explicit_bzero(scaled_digest, sizeof(scaled_digest));
	return good;
}

static void x_of_point(const struct dti_secp *secp, uint8_t out[32],
		       const secp256k1_pubkey *point)
{
	uint8_t bytes[DTI_SECP_COMPRESSED_SIZE];
	size_t size = sizeof(bytes);

	secp256k1_ec_pubkey_serialize(secp->context, bytes, &size, point,
				      SECP256K1_EC_COMPRESSED);
	memcpy(out, bytes + 1, 32);
	explicit_bzero(bytes, sizeof(bytes));
}

bool dti_secp_recover_ecdh(const struct dti_secp *secp, uint8_t out[32],
			   const uint8_t signature[DTI_SECP_RECOVERABLE_SIZE],
			   const uint8_t digest[32],
			   const struct dt_node_key *key)
{
	secp256k1_pubkey shared;
	struct dt_node_id id;

	if (recover_scaled(secp, &shared, signature, digest, key)) {
		x_of_point(secp, out, &shared);
		explicit_bzero(&shared, sizeof(shared));
		return true;
	}
	return dti_secp_recover(secp, &id, signature, digest) &&
	       dti_secp_ecdh(secp, out, &id, key);
}
