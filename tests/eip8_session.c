/* SPDX-License-Identifier: MIT */
#include "tests/eip8_session.h"

#include <stdlib.h>

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
		char key[8];
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
