/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_REFUSAL_H
#define DTI_RLPX_REFUSAL_H

#include "lib/rlpx/disconnect.h"

/** Why what a peer sent ends its session. */
enum dti_refusal {
	DTI_REFUSAL_NONE,
	/* The handshake. */
	DTI_REFUSAL_HANDSHAKE_SIZE,
	DTI_REFUSAL_HANDSHAKE_SEAL,
	DTI_REFUSAL_HANDSHAKE_SHAPE,
	DTI_REFUSAL_HANDSHAKE_KEY,
	/* Frames. */
	DTI_REFUSAL_HEADER_MAC,
	DTI_REFUSAL_FRAME_MAC,
	DTI_REFUSAL_FRAME_SIZE,
	/* Messages. */
	DTI_REFUSAL_MESSAGE_CODE,
	DTI_REFUSAL_MESSAGE_SNAPPY,
	DTI_REFUSAL_MESSAGE_SIZE,
	/* The first message. */
	DTI_REFUSAL_NO_HELLO,
	DTI_REFUSAL_HELLO_SHAPE,
	DTI_REFUSAL_HELLO_ID,
	DTI_REFUSAL_NULL_ID,
	DTI_REFUSAL_WRONG_ID,
	DTI_REFUSAL_OWN_ID,
	DTI_REFUSAL_NOTHING_SHARED,
	DTI_REFUSAL_COUNT
};

/** What is wrong, for people. */
const char *dti_refusal_text(enum dti_refusal refusal);

/**
 * What the peer is to be told. DTI_DISCONNECT_UNSTATED: nothing, since nobody
 * is there who could read it, or it is not who it has to be.
 */
enum dti_disconnect_reason dti_refusal_reason(enum dti_refusal refusal);

#endif /* DTI_RLPX_REFUSAL_H */
