/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_HANDSHAKE_H
#define DTI_RLPX_HANDSHAKE_H

/*
 * The RLPx handshake (devp2p rlpx.md, EIP-8) as a state machine: bytes in,
 * bytes out.
 *
 *	initiator			recipient
 *	dti_handshake_initiate		dti_handshake_await
 *	    auth	------------>
 *			<------------	    ack
 *	dti_handshake_finish		dti_handshake_finish
 *
 * PROOF: neither packet proves who the remote is. The ack is not signed, so
 * that anybody can write one; whoever holds an auth can send it again. Only who
 * has the key of `remote` can come to the same secrets: the identity is proven
 * by the first frame that has the right MAC, and by nothing before it.
 *
 * KEYS: a recipient's ephemeral key is a pair of keys that is used twice: for
 * the secrets, and to seal the ack, as in Noise one ephemeral key serves for all
 * that is agreed. And it comes to the secrets in one operation with the recovery
 * of the initiator's ephemeral key, whose time is not constant. What that may
 * tell are the products of our ephemeral key with s/r and digest/r of a
 * signature which is under seal: the initiator knows those parts, and the
 * secrets anyway; nobody else knows the point that they belong to, but who also
 * has our static key. (So an initiator must not sign with the point that its
 * packet begins with, nor may what it does with its ephemeral key tell its time:
 * the recipient's is there to be seen.)
 *
 * An initiator that says to be another does not know the digest. To learn of one
 * run both products as a whole, and with them our ephemeral key, it would have to
 * measure it from within this machine. Whoever can do that learns the digest, and
 * so what both static keys share, of a plain recovery too; and there it could
 * gather that from many runs, while here each has another key.
 *
 * Owner: the caller. Nothing is allocated.
 */

#include "lib/rlpx/handshake_packet.h"

/** Whom a handshake speaks for. Read only; outlives it. */
struct dti_handshake_self {
	const struct dti_secp *secp;
	struct dt_node_key key;
	struct dt_node_id id;
};

/** What one handshake needs of chance, and no other may have. Wipe it. */
struct dti_handshake_entropy {
	struct dt_node_key ephemeral; /* a secret key */
	uint8_t nonce[DTI_RLPX_NONCE_SIZE];
	struct dti_handshake_seal seal;
};

void dti_handshake_entropy_draw(struct dti_handshake_entropy *out,
				struct dti_random *random);

enum dti_handshake_step {
	DTI_HANDSHAKE_MORE, /* all input is taken, more must come */
	DTI_HANDSHAKE_DONE,
	DTI_HANDSHAKE_REFUSED /* for `refusal`; only wipe is left */
};

struct dti_handshake {
	const struct dti_handshake_self *self;
	/* Whom we called; of a recipient: who says to call, once done. */
	struct dt_node_id remote;
	enum dti_refusal refusal;

	/* Secret, but for `is_initiator` and the nonces. */
	struct dti_handshake_entropy entropy;
	struct dti_secrets_source source;

	uint8_t sent[DTI_HANDSHAKE_PACKET_MAX];
	/* Once finished, free for other use. */
	uint8_t received[DTI_HANDSHAKE_PREFIX + DTI_HANDSHAKE_SIZE_MAX];
};

/**
 * dti_handshake_initiate - begin, with the auth for @remote to be sent.
 * False: @remote is no point on the curve.
 */
bool dti_handshake_initiate(struct dti_handshake *handshake,
			    const struct dti_handshake_self *self,
			    const struct dt_node_id *remote,
			    const struct dti_handshake_entropy *entropy);
/** Begin with waiting for an auth. */
void dti_handshake_await(struct dti_handshake *handshake,
			 const struct dti_handshake_self *self,
			 const struct dti_handshake_entropy *entropy);

/**
 * What is to be sent: an initiator's auth from the start, a recipient's ack
 * once done; before that nothing. Valid until wipe.
 */
struct dti_bytes dti_handshake_sent(const struct dti_handshake *handshake);
/** How many bytes are missing until something happens. 0: it is done. */
size_t dti_handshake_needs(const struct dti_handshake *handshake);
/**
 * dti_handshake_take - take bytes as they come, joined or split anywhere.
 * @input: is left with what is behind the handshake.
 * A size that is not accepted is refused before more is taken.
 */
enum dti_handshake_step dti_handshake_take(struct dti_handshake *handshake,
					   struct dti_bytes *input);

/** Once done: give out the secrets, and wipe what they came from. */
void dti_handshake_finish(struct dti_handshake *handshake,
			  struct dti_secrets *out);
/** At any time. */
void dti_handshake_wipe(struct dti_handshake *handshake);

#endif /* DTI_RLPX_HANDSHAKE_H */
