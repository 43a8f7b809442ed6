/* SPDX-License-Identifier: MIT */
#ifndef TESTS_EIP8_SESSION_H
#define TESTS_EIP8_SESSION_H

/* The handshakes that EIP-8 has as examples (tests/vectors/eip8-rlpx.txt). */

#include "lib/bytes.h"
#include "lib/crypto/secp.h"
#include "lib/rlpx/secrets.h"

/* The first is of the form before EIP-8, the third of a later version. */
#define EIP8_FORMS 3

/** One side: A begins. */
struct eip8_side {
	struct dt_node_key key;
	struct dt_node_id id;
	struct dt_node_key ephemeral;
	uint8_t nonce[32];
};

struct eip8_packet {
	uint8_t bytes[512];
	size_t length;
};

struct eip8_session {
	struct dti_secp secp;
	struct eip8_side a;
	struct eip8_side b;
	struct eip8_packet auths[EIP8_FORMS];
	struct eip8_packet acks[EIP8_FORMS];
	/* Of the second auth and the second ack. */
	uint8_t aes_secret[32];
	uint8_t mac_secret[32];
	uint8_t ingress_mac_foo[32]; /* B's, when "foo" came in */
};

/** Pair with fini. */
void eip8_session_init(struct eip8_session *session);
void eip8_session_fini(struct eip8_session *session);

/** Of the second auth and ack, as A, the initiator, has them, or B. */
struct dti_secrets eip8_secrets(const struct eip8_session *session, bool is_a);

static inline struct dti_bytes eip8_bytes(const struct eip8_packet *packet)
{
	return (struct dti_bytes){packet->bytes, packet->length};
}

#endif /* TESTS_EIP8_SESSION_H */
