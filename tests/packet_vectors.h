/* SPDX-License-Identifier: MIT */
#ifndef TESTS_PACKET_VECTORS_H
#define TESTS_PACKET_VECTORS_H

/* Files of tests/vectors that have discv4 packets and the key of their signer. */

#include "tests/packet_sample.h"

/** A packet that was read as far as it can be. */
struct packet_reading {
	uint8_t bytes[2048]; /* more than any vector has */
	struct dti_bytes datagram;
	struct dti_packet packet;
	enum dti_packet_verdict decoded;
	enum dti_packet_verdict recovered; /* BAD_SIGNATURE if not decoded */
};

/** The owner of "key" in @file; pair with packet_signer_fini(). */
struct packet_signer packet_vectors_signer(const char *file);
/** Read the datagram @hex. */
void packet_read(struct packet_reading *out, const char *hex,
		 const struct packet_signer *signer);
/** The same, of one that is good and from @signer, or the test fails. */
void packet_read_good(struct packet_reading *out, const char *name,
		      const char *hex, const struct packet_signer *signer);
/** The same, of the packet that @file has as @name, behind a verdict or not. */
void packet_read_vector(struct packet_reading *out, const char *file,
			const char *name);

#endif /* TESTS_PACKET_VECTORS_H */
