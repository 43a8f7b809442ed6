/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_PACKET_H
#define DTI_DISCV4_PACKET_H

/*
 * The six packets of Node Discovery v4 (devp2p discv4.md; EIP-8, EIP-868):
 *
 *	hash(32) || signature(65) || type(1) || RLP list || ignored bytes
 *
 *	A				B
 *	Ping		------------>		"who are you?"
 *			<------------	Pong	proves A's question reached B
 *	FindNode	------------>		only after each has ponged the
 *			<------------	Neighbors	other (endpoint proof)
 *	ENRRequest	------------>
 *			<------------	ENRResponse
 *
 * Reading is in two steps, since the second costs eighty times the first:
 * decode checks size, type, hash and shape; recover finds out who signed.
 */

#include "lib/bytes.h"
#include "lib/crypto/secp.h"
#include "lib/dialtone.h"

#define DTI_PACKET_MAX       1280 /* bytes of a datagram */
#define DTI_PACKET_MIN       98
#define DTI_PACKET_HASH_SIZE 32
#define DTI_NEIGHBORS_MAX    12 /* that fit into one packet, also with IPv6 */
#define DTI_PACKET_LIFE_S    20 /* expiration: seconds after sending */

enum dti_packet_type {
	DTI_PACKET_PING = 1,
	DTI_PACKET_PONG = 2,
	DTI_PACKET_FIND_NODE = 3,
	DTI_PACKET_NEIGHBORS = 4,
	DTI_PACKET_RECORD_REQUEST = 5,
	DTI_PACKET_RECORD_RESPONSE = 6,
	DTI_PACKET_TYPE_COUNT
};

/** A packet in the open. Members that its type does not name are zero. */
struct dti_packet {
	enum dti_packet_type type;
	/* Of one that was read, or sent. */
	uint8_t hash[DTI_PACKET_HASH_SIZE];
	/* Of one that was read, after recover. */
	struct dt_node_id sender;

	/* UNIX seconds; 0 in a record response, which has none. A value that is
	 * negative as a signed number is read as 0: long past. */
	uint64_t expiration;
	/* Ping, Pong (EIP-868). */
	uint64_t record_seq;
	bool has_record_seq;

	union {
		struct {
			/* Whatever the sender claims; may have no address. */
			struct dt_endpoint from;
			struct dt_endpoint to;
		} ping;
		struct {
			struct dt_endpoint to;
			uint8_t token[DTI_PACKET_HASH_SIZE]; /* ping's hash */
		} pong;
		struct {
			struct dt_node_id target; /* any 64 bytes */
		} find_node;
		struct {
			struct dt_node nodes[DTI_NEIGHBORS_MAX + 4];
			size_t count;
		} neighbors;
		struct {
			uint8_t token[DTI_PACKET_HASH_SIZE];
			uint8_t record[DT_RECORD_MAX]; /* not yet checked */
			size_t length;
		} record_response;
	};
};

/** Why a datagram is no packet; 0: it is one. */
enum dti_packet_verdict {
	DTI_PACKET_GOOD,
	DTI_PACKET_BAD_SIZE,
	DTI_PACKET_BAD_TYPE, /* unknown: to be ignored, EIP-8 */
	DTI_PACKET_BAD_HASH,
	DTI_PACKET_BAD_SHAPE,    /* RLP that is not what the type has */
	DTI_PACKET_BAD_SIGNATURE /* recover only */
};

/**
 * dti_packet_decode - read a datagram but for its signature.
 * @out: undefined unless the answer is DTI_PACKET_GOOD.
 *
 * Ignored, as EIP-8 has it: the version, more elements of the list, bytes
 * behind it, and what is no integer where EIP-868 has a sequence number. More
 * neighbours than fit into @out are refused, as is one whose id has not 64
 * bytes; addresses and ports are the caller's to judge.
 */
enum dti_packet_verdict dti_packet_decode(struct dti_packet *out,
					  struct dti_bytes datagram);
/** Who sent it: @packet->sender. @datagram: as it was decoded. */
enum dti_packet_verdict dti_packet_recover(struct dti_packet *packet,
					   struct dti_bytes datagram,
					   const struct dti_secp *secp);

/**
 * dti_packet_encode - sign and write a packet.
 * @out: gets *@length bytes. @packet->hash is set.
 * False: it does not fit (too many neighbours), or @key is no secret key.
 */
bool dti_packet_encode(uint8_t out[DTI_PACKET_MAX], size_t *length,
		       struct dti_packet *packet, const struct dt_node_key *key,
		       const struct dti_secp *secp);

#endif /* DTI_DISCV4_PACKET_H */
