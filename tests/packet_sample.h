/* SPDX-License-Identifier: MIT */
#ifndef TESTS_PACKET_SAMPLE_H
#define TESTS_PACKET_SAMPLE_H

/* discv4 packets for tests: made at random, and compared member by member. */

#include "lib/discv4/packet.h"

#include "tests/random_stream.h"

/** Somebody who signs. */
struct packet_signer {
	struct dti_secp secp;
	struct dt_node_key key;
	struct dt_node_id id;
};

/** Pair with fini. */
void packet_signer_init(struct packet_signer *signer,
			const struct dt_node_key *key);
void packet_signer_fini(struct packet_signer *signer);

/** A packet of @type as decode would give it, without hash and sender. */
void packet_sample(struct dti_packet *out, enum dti_packet_type type,
		   struct random_stream *random);
/** Do they say the same? Hash and sender do not count. */
bool packets_equal(const struct dti_packet *a, const struct dti_packet *b);

/** Make the hash of a datagram right again, as anybody can. */
void packet_repair_hash(uint8_t *datagram, size_t length);

#endif /* TESTS_PACKET_SAMPLE_H */
