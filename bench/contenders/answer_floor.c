/* SPDX-License-Identifier: MIT */
#include "bench/contenders/answer_floor.h"

#include <stdlib.h>
#include <string.h>

#include "bench/contenders/signed_packets.h"

enum {
	PINGS = 256,
	OURSELVES = PINGS, /* an identity that sends none of them */
};

struct answer_floor {
	bool new_peers;
	struct dti_secp secp;
	struct dt_node_key key;
	struct dt_endpoint endpoint;
	uint64_t next;
	/* Of each ping: what was signed, and how. */
	uint8_t digests[PINGS][DTI_PACKET_HASH_SIZE];
	uint8_t signatures[PINGS][DTI_SECP_RECOVERABLE_SIZE];
	struct signed_packet pings[PINGS];
	struct signed_packet pongs[PINGS];
};

struct answer_floor *answer_floor_create(bool new_peers)
{
	struct answer_floor *floor = calloc(1, sizeof(*floor));

	if (!floor)
		return NULL;
	if (!signed_packets_init(&floor->secp)) {
		free(floor);
		return NULL;
	}
	floor->new_peers = new_peers;
	floor->key = signed_packets_key(OURSELVES);
	floor->endpoint = (struct dt_endpoint){
		.ip = {127, 0, 0, 1}, .family = 4, .udp_port = 30303};
	for (uint64_t i = 0; i < PINGS; i++) {
		struct dt_node_key key = signed_packets_key(i);
		struct signed_packet *ping = &floor->pings[i];

		signed_packet_ping(ping, &floor->endpoint, i, &floor->secp);
		signed_packet_pong(&floor->pongs[i], &floor->endpoint,
				   signed_packet_bytes(ping), i, &floor->secp);
		memcpy(floor->digests[i], ping->bytes,
		       sizeof(floor->digests[i]));
		(void)dti_secp_sign_recoverable(&floor->secp,
						floor->signatures[i],
						floor->digests[i], &key);
	}
	return floor;
}

void answer_floor_destroy(struct answer_floor *floor)
{
	dti_secp_fini(&floor->secp);
	free(floor);
}

static bool recover_and_sign(struct answer_floor *floor, size_t i)
{
	uint8_t signature[DTI_SECP_RECOVERABLE_SIZE];
	struct dt_node_id id;

	return dti_secp_recover(&floor->secp, &id, floor->signatures[i],
				floor->digests[i]) &&
	       dti_secp_sign_recoverable(&floor->secp, signature, id.bytes,
					 &floor->key);
}

static bool read_packet(struct answer_floor *floor, struct dti_packet *out,
			const struct signed_packet *in)
{
	struct dti_bytes bytes = signed_packet_bytes(in);

	return dti_packet_decode(out, bytes) == DTI_PACKET_GOOD &&
	       dti_packet_recover(out, bytes, &floor->secp) == DTI_PACKET_GOOD;
}

static bool write_packet(struct answer_floor *floor, struct dti_packet *packet)
{
	uint8_t bytes[DTI_PACKET_MAX];
	size_t length;

	return dti_packet_encode(bytes, &length, packet, &floor->key,
				 &floor->secp);
}

static bool read_and_write(struct answer_floor *floor, size_t i)
{
	struct dti_packet ping;
	struct dti_packet pong = {.type = DTI_PACKET_PONG,
				  .pong = {.to = floor->endpoint}};

	if (!read_packet(floor, &ping, &floor->pings[i]))
		return false;
	memcpy(pong.pong.token, ping.hash, sizeof(ping.hash));
	return write_packet(floor, &pong);
}

static bool read_and_write_proof(struct answer_floor *floor, size_t i)
{
	struct dti_packet ping = {
		.type = DTI_PACKET_PING,
		.ping = {.from = floor->endpoint, .to = floor->endpoint}};
	struct dti_packet pong;

	return write_packet(floor, &ping) &&
	       read_packet(floor, &pong, &floor->pongs[i]);
}

static bool run_once(struct answer_floor *floor, enum answer_floor_kind kind,
		     size_t i)
{
	if (kind == ANSWER_FLOOR_SIGNATURES)
		return recover_and_sign(floor, i) &&
		       (!floor->new_peers || recover_and_sign(floor, i));
	return read_and_write(floor, i) &&
	       (!floor->new_peers || read_and_write_proof(floor, i));
}

bool answer_floor_run(struct answer_floor *floor, enum answer_floor_kind kind,
		      uint64_t answers)
{
	for (uint64_t i = 0; i < answers; i++) {
		if (!run_once(floor, kind, floor->next++ % PINGS))
			return false;
	}
	return true;
}
