/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_DISCONNECT_H
#define DTI_RLPX_DISCONNECT_H

/*
 * The message that says why a session ends. It is written as a list of the
 * reason. What is read was seen of real peers: that list, an empty one, the
 * bare reason; before Hello and after it, compressed or not whatever the
 * version promises.
 */

#include <stdbool.h>

#include "lib/bytes.h"

#define DTI_DISCONNECT_SIZE 2 /* bytes of the payload that is written */

/** Those with a number are the protocol's. */
enum dti_disconnect_reason {
	DTI_DISCONNECT_REQUESTED = 0x00,
	DTI_DISCONNECT_NETWORK = 0x01,
	DTI_DISCONNECT_BREACH = 0x02,
	DTI_DISCONNECT_USELESS = 0x03,
	DTI_DISCONNECT_TOO_MANY = 0x04,
	DTI_DISCONNECT_ALREADY = 0x05,
	DTI_DISCONNECT_VERSION = 0x06,
	DTI_DISCONNECT_NULL_ID = 0x07,
	DTI_DISCONNECT_QUITTING = 0x08,
	DTI_DISCONNECT_WRONG_ID = 0x09,
	DTI_DISCONNECT_SELF = 0x0a,
	DTI_DISCONNECT_TIMEOUT = 0x0b,
	DTI_DISCONNECT_SUBPROTOCOL = 0x10,
	DTI_DISCONNECT_OTHER,    /* one that has no name, or is no number */
	DTI_DISCONNECT_UNSTATED, /* none was given */
	DTI_DISCONNECT_COUNT
};

/** For people. */
const char *dti_disconnect_text(enum dti_disconnect_reason reason);

/** @reason: one with a number. */
void dti_disconnect_encode(uint8_t out[DTI_DISCONNECT_SIZE],
			   enum dti_disconnect_reason reason);

/**
 * Any payload has a reason, so it cannot fail. @may_be_snappy: both sides
 * promised to compress, which some do not.
 */
enum dti_disconnect_reason dti_disconnect_decode(struct dti_bytes payload,
						 bool may_be_snappy);

#endif /* DTI_RLPX_DISCONNECT_H */
