/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_SECRETS_H
#define DTI_RLPX_SECRETS_H

/* What both sides of a session know after the handshake, and nobody else. */

#include <stdbool.h>

#include "lib/bytes.h"
#include "lib/crypto/keccak.h"

#define DTI_RLPX_NONCE_SIZE 32

/** Wipe it. */
struct dti_secrets {
	uint8_t aes[32];
	uint8_t mac[32];
	/* MACs that run on through all frames of a direction. */
	struct dti_keccak egress;
	struct dti_keccak ingress;
};

/** What they come from. */
struct dti_secrets_source {
	uint8_t shared[32]; /* by the ephemeral keys. Wipe it. */
	bool is_initiator;
	uint8_t nonce[DTI_RLPX_NONCE_SIZE]; /* our own */
	uint8_t remote_nonce[DTI_RLPX_NONCE_SIZE];
	/* Auth and ack, or ack and auth: whole, as they were on the wire. */
	struct dti_bytes sent;
	struct dti_bytes received;
};

void dti_secrets_derive(struct dti_secrets *out,
			const struct dti_secrets_source *source);

#endif /* DTI_RLPX_SECRETS_H */
