/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_REQUESTS_H
#define DTI_DISCV4_REQUESTS_H

/*
 * Requests of ours that wait for their reply, each for half a second: what a
 * reply must match to be looked at. A fixed set: when it is used up, nothing
 * more is asked until one is over.
 *
 * Two keyed hashes: by (id, IP), to find a request, and by what a reply shows
 * before its signature is looked at: IP, type and token. So a flood of forged
 * replies costs one look-up each, also where thousands of nodes share an IP.
 *
 * Owner: the state machine that has it. All O(1), no allocation after create.
 * As all live equally long, they expire in the order in which they began.
 */

#include "lib/dialtone.h"
#include "lib/discv4/packet.h"

#define DTI_REQUEST_LIFE_MS     500
#define DTI_NEIGHBORS_PER_REPLY 16 /* collected before a reply is complete */
/* Enough for neighbours one by one, and for a few from a shared address. */
#define DTI_REQUEST_REPLIES_MAX 32

struct dti_requests;

/** One request. The set's; its owner may write what is marked so. */
struct dti_request {
	/* Who was asked: id, IP and UDP port; the TCP port is the owner's. */
	struct dt_node node;
	enum dti_packet_type type; /* PING, FIND_NODE or RECORD_REQUEST */
	uint8_t hash[DTI_PACKET_HASH_SIZE]; /* of the packet that was sent */
	int64_t sent_ms;
	int64_t expires_ms;
	/* The owner's: what it is for, and what came. */
	void *purpose;
	int purpose_kind;
	uint32_t replies; /* packets that matched */
};

/** @key: secret, of the hash. NULL: no memory. */
struct dti_requests *dti_requests_create(size_t capacity, const uint8_t key[16],
					 const struct dt_allocator *allocator);
/** NULL is allowed. */
void dti_requests_destroy(struct dti_requests *requests);

/**
 * A new one, expiring DTI_REQUEST_LIFE_MS from now. NULL: all are in use.
 * Only if dti_requests_find() knows none of this type to (id, IP); @now_ms is
 * not before that of the last begin.
 */
struct dti_request *dti_requests_begin(struct dti_requests *requests,
				       const struct dt_node *node,
				       enum dti_packet_type type,
				       const uint8_t hash[DTI_PACKET_HASH_SIZE],
				       int64_t now_ms);
/** It is over: answered, expired or not wanted any more. */
void dti_requests_end(struct dti_requests *requests,
		      struct dti_request *request);

/**
 * Cheap, before the signature: does anyone at this address owe us such a reply?
 * Counts it: each request has DTI_REQUEST_REPLIES_MAX of them looked at, not
 * whatever somebody who was asked, or is at that address, likes to send.
 * @source: IP only. @reply: PONG and RECORD_RESPONSE with their token.
 */
bool dti_requests_expects(struct dti_requests *requests,
			  const struct dt_endpoint *source,
			  const struct dti_packet *reply);
/** The request that this reply answers: same id, IP, token. NULL: none. */
struct dti_request *dti_requests_match(struct dti_requests *requests,
				       const struct dt_endpoint *source,
				       const struct dti_packet *reply);
/** Is a request of this type to (id, IP) under way? */
struct dti_request *dti_requests_find(struct dti_requests *requests,
				      const struct dt_node_id *id,
				      const struct dt_endpoint *ip,
				      enum dti_packet_type type);
/** The one that expires first. NULL: none. */
struct dti_request *dti_requests_first(const struct dti_requests *requests);
size_t dti_requests_count(const struct dti_requests *requests);

/** Assert every invariant; for tests. */
void dti_requests_verify(const struct dti_requests *requests);

#endif /* DTI_DISCV4_REQUESTS_H */
