/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/handshake.h"

#include <string.h>

#include "lib/assert.h"

void dti_handshake_entropy_draw(struct dti_handshake_entropy *out,
				struct dti_random *random)
{
	do
		dti_random_fill(random, out->ephemeral.bytes,
				sizeof(out->ephemeral.bytes));
	while (!dti_secp_key_is_valid(&out->ephemeral));
	dti_random_fill(random, out->nonce, sizeof(out->nonce));
	dti_handshake_seal_draw(&out->seal, random);
}

static void begin(struct dti_handshake *handshake,
		  const struct dti_handshake_self *self,
		  const struct dti_handshake_entropy *entropy)
{
	memset(handshake, 0, sizeof(*handshake));
	handshake->self = self;
	handshake->entropy = *entropy;
	memcpy(handshake->source.nonce, entropy->nonce, sizeof(entropy->nonce));
	handshake->source.sent.bytes = handshake->sent;
	handshake->source.received.bytes = handshake->received;
}

/*
 * What the ephemeral key signs: the secret that both static keys share, so that
 * nobody else can choose it, and the nonce. False: @remote is no point.
 */
static bool signed_digest(const struct dti_handshake *handshake,
			  uint8_t out[32],
			  const uint8_t nonce[DTI_RLPX_NONCE_SIZE])
{
	const struct dti_handshake_self *self = handshake->self;

	if (!dti_secp_ecdh(self->secp, out, &handshake->remote, &self->key))
		return false;
	for (size_t i = 0; i < DTI_RLPX_NONCE_SIZE; i++)
		out[i] ^= nonce[i];
	return true;
}

static bool write_auth(struct dti_handshake *handshake)
{
	const struct dti_handshake_entropy *entropy = &handshake->entropy;
	const struct dti_handshake_self *self = handshake->self;
	struct dti_auth auth = {.id = self->id};
	uint8_t digest[32];
	bool good;

	memcpy(auth.nonce, entropy->nonce, sizeof(auth.nonce));
	good = signed_digest(handshake, digest, entropy->nonce) &&
	       dti_secp_sign_recoverable(self->secp, auth.signature, digest,
					 &entropy->ephemeral);
	explicit_bzero(digest, sizeof(digest));
	if (!good)
		return false;
	handshake->source.sent.length =
		dti_auth_encode(handshake->sent, &auth, &handshake->remote,
				&entropy->seal, self->secp);
	return handshake->source.sent.length > 0;
}

bool dti_handshake_initiate(struct dti_handshake *handshake,
			    const struct dti_handshake_self *self,
			    const struct dt_node_id *remote,
			    const struct dti_handshake_entropy *entropy)
{
	begin(handshake, self, entropy);
	handshake->source.is_initiator = true;
	handshake->remote = *remote;
	return write_auth(handshake);
}

void dti_handshake_await(struct dti_handshake *handshake,
			 const struct dti_handshake_self *self,
			 const struct dti_handshake_entropy *entropy)
{
	begin(handshake, self, entropy);
}

struct dti_bytes dti_handshake_sent(const struct dti_handshake *handshake)
{
	return handshake->source.sent;
}

size_t dti_handshake_needs(const struct dti_handshake *handshake)
{
	size_t length = handshake->source.received.length;
	size_t size;

	if (length < DTI_HANDSHAKE_PREFIX)
		return DTI_HANDSHAKE_PREFIX - length;
	(void)dti_handshake_size(handshake->received, &size);
	return DTI_HANDSHAKE_PREFIX + size - length;
}

/* The shared secret of the ephemeral keys. False: theirs is none. */
static bool share(struct dti_handshake *handshake,
		  const struct dt_node_id *ephemeral)
{
	return dti_secp_ecdh(handshake->self->secp, handshake->source.shared,
			     ephemeral, &handshake->entropy.ephemeral);
}

static enum dti_refusal take_ack(struct dti_handshake *handshake)
{
	const struct dti_handshake_self *self = handshake->self;
	struct dti_ack ack;
	enum dti_refusal refusal = dti_ack_decode(
		&ack, handshake->source.received, &self->key, self->secp);

	if (refusal != DTI_REFUSAL_NONE)
		return refusal;
	memcpy(handshake->source.remote_nonce, ack.nonce, sizeof(ack.nonce));
	return share(handshake, &ack.ephemeral) ? DTI_REFUSAL_NONE
						: DTI_REFUSAL_HANDSHAKE_KEY;
}

/* See KEYS: what seals the ack is the ephemeral key, which is in it too. */
static bool write_ack(struct dti_handshake *handshake)
{
	struct dti_handshake_entropy *entropy = &handshake->entropy;
	struct dti_ecies_entropy *ecies = &entropy->seal.ecies;
	const struct dti_handshake_self *self = handshake->self;
	struct dti_ack ack;

	memcpy(ack.nonce, entropy->nonce, sizeof(ack.nonce));
	if (!dti_secp_id_of_key(self->secp, &ack.ephemeral,
				&entropy->ephemeral))
		return false;
	ecies->key = entropy->ephemeral;
	ecies->point = &ack.ephemeral;
	handshake->source.sent.length =
		dti_ack_encode(handshake->sent, &ack, &handshake->remote,
			       &entropy->seal, self->secp);
	ecies->point = NULL;
	return handshake->source.sent.length > 0;
}

/*
 * The shared secret of our ephemeral key and the one that signed @auth, which
 * came from `remote`. See KEYS for who could learn what by its time. False: one
 * of its keys is none, or its signature.
 */
static bool recover_and_share(struct dti_handshake *handshake,
			      const struct dti_auth *auth)
{
	uint8_t digest[32];
	bool good =
		signed_digest(handshake, digest, auth->nonce) &&
		dti_secp_recover_ecdh(handshake->self->secp,
				      handshake->source.shared, auth->signature,
				      digest, &handshake->entropy.ephemeral);

	explicit_bzero(digest, sizeof(digest));
	return good;
}

static enum dti_refusal accept_auth(struct dti_handshake *handshake,
				    const struct dti_auth *auth)
{
	handshake->remote = auth->id;
	memcpy(handshake->source.remote_nonce, auth->nonce,
	       sizeof(auth->nonce));
	if (!recover_and_share(handshake, auth) || !write_ack(handshake))
		return DTI_REFUSAL_HANDSHAKE_KEY;
	return DTI_REFUSAL_NONE;
}

static enum dti_refusal take_auth(struct dti_handshake *handshake)
{
	const struct dti_handshake_self *self = handshake->self;
	struct dti_auth auth;
	enum dti_refusal refusal = dti_auth_decode(
		&auth, handshake->source.received, &self->key, self->secp);

	if (refusal == DTI_REFUSAL_NONE)
		refusal = accept_auth(handshake, &auth);
	/* Its signature: see KEYS. */
	explicit_bzero(&auth, sizeof(auth));
	return refusal;
}

/* @length: as needs said, at most. */
static void append(struct dti_handshake *handshake, struct dti_bytes *input,
		   size_t length)
{
	struct dti_bytes *received = &handshake->source.received;

	DTI_ASSERT(received->length + length <= sizeof(handshake->received));
	if (length == 0)
		return;
	memcpy(handshake->received + received->length, input->bytes, length);
	received->length += length;
	input->bytes += length;
	input->length -= length;
}

static enum dti_handshake_step refuse(struct dti_handshake *handshake,
				      enum dti_refusal refusal)
{
	handshake->refusal = refusal;
	return DTI_HANDSHAKE_REFUSED;
}

/* Take what is needed; false: there is not so much. */
static bool complete(struct dti_handshake *handshake, struct dti_bytes *input)
{
	size_t needs = dti_handshake_needs(handshake);
	size_t part = input->length < needs ? input->length : needs;

	append(handshake, input, part);
	return part == needs;
}

enum dti_handshake_step dti_handshake_take(struct dti_handshake *handshake,
					   struct dti_bytes *input)
{
	enum dti_refusal refusal;
	size_t size;

	if (handshake->source.received.length < DTI_HANDSHAKE_PREFIX &&
	    !complete(handshake, input))
		return DTI_HANDSHAKE_MORE;
	if (!dti_handshake_size(handshake->received, &size))
		return refuse(handshake, DTI_REFUSAL_HANDSHAKE_SIZE);
	if (!complete(handshake, input))
		return DTI_HANDSHAKE_MORE;
	refusal = handshake->source.is_initiator ? take_ack(handshake)
						 : take_auth(handshake);
	return refusal == DTI_REFUSAL_NONE ? DTI_HANDSHAKE_DONE
					   : refuse(handshake, refusal);
}

void dti_handshake_finish(struct dti_handshake *handshake,
			  struct dti_secrets *out)
{
	dti_secrets_derive(out, &handshake->source);
	explicit_bzero(handshake->source.shared,
		       sizeof(handshake->source.shared));
	explicit_bzero(&handshake->entropy, sizeof(handshake->entropy));
}

void dti_handshake_wipe(struct dti_handshake *handshake)
{
	explicit_bzero(handshake, sizeof(*handshake));
}
