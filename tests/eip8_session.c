/* SPDX-License-Identifier: MIT */
#include "tests/eip8_session.h"

#include <stdlib.h>
#include <string.h>

#include "tests/require.h"
#include "tests/vectors.h"

static const struct dt_allocator libc = {.malloc = NULL};
static const char file[] = "eip8-rlpx.txt";

static void read_fixed(void *out, size_t size, const char *key)
{
	char *hex = vectors_value(file, key);

	vectors_fixed(out, size, hex);
	free(hex);
}

static void read_packets(struct eip8_packet *out, const char *name)
{
	for (int i = 0; i < EIP8_FORMS; i++) {
		char key[16];
		char *hex;

		(void)snprintf(key, sizeof(key), "%s%d", name, i + 1);
		hex = vectors_value(file, key);
		out[i].length =
			vectors_bytes(out[i].bytes, sizeof(out[i].bytes), hex);
		free(hex);
	}
}

void eip8_session_init(struct eip8_session *session)
{
	static const uint8_t entropy[32] = {1};
	struct eip8_side *a = &session->a;
	struct eip8_side *b = &session->b;

	require(dti_secp_init(&session->secp, entropy, &libc) == DT_OK,
		"there is memory for secp256k1");
	read_fixed(a->key.bytes, 32, "static_key_a");
	read_fixed(b->key.bytes, 32, "static_key_b");
	read_fixed(a->ephemeral.bytes, 32, "ephemeral_key_a");
	read_fixed(b->ephemeral.bytes, 32, "ephemeral_key_b");
	read_fixed(a->nonce, 32, "nonce_a");
	read_fixed(b->nonce, 32, "nonce_b");
	require(dti_secp_id_of_key(&session->secp, &a->id, &a->key) &&
			dti_secp_id_of_key(&session->secp, &b->id, &b->key),
		"both have secret keys");
	read_packets(session->auths, "auth");
	read_packets(session->acks, "ack");
	read_fixed(session->aes_secret, 32, "aes_secret");
	read_fixed(session->mac_secret, 32, "mac_secret");
	read_fixed(session->ingress_mac_foo, 32, "ingress_mac_foo");
}

void eip8_session_fini(struct eip8_session *session)
{
	dti_secp_fini(&session->secp);
}

struct dti_secrets eip8_secrets(const struct eip8_session *session, bool is_a)
{
	const struct eip8_side *self = is_a ? &session->a : &session->b;
	const struct eip8_side *other = is_a ? &session->b : &session->a;
	struct dti_bytes auth = eip8_bytes(&session->auths[1]);
	struct dti_bytes ack = eip8_bytes(&session->acks[1]);
	struct dti_secrets_source source = {
		.is_initiator = is_a,
		.sent = is_a ? auth : ack,
		.received = is_a ? ack : auth,
	};
	struct dti_secrets secrets;
	struct dt_node_id ephemeral;

	require(dti_secp_id_of_key(&session->secp, &ephemeral,
				   &other->ephemeral) &&
			dti_secp_ecdh(&session->secp, source.shared, &ephemeral,
				      &self->ephemeral),
		"both have ephemeral keys");
	memcpy(source.nonce, self->nonce, sizeof(source.nonce));
	memcpy(source.remote_nonce, other->nonce, sizeof(source.remote_nonce));
	dti_secrets_derive(&secrets, &source);
	return secrets;
}
