/* SPDX-License-Identifier: MIT */
#include "tests/packet_sample.h"

#include <string.h>

#include "lib/crypto/keccak.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"
#include "lib/wire/rlp.h"

#include "tests/require.h"

static const struct dt_allocator libc = {.malloc = NULL};

void packet_signer_init(struct packet_signer *signer,
			const struct dt_node_key *key)
{
	static const uint8_t entropy[32] = {1};

	signer->key = *key;
	require(dti_secp_init(&signer->secp, entropy, &libc) == DT_OK,
		"there is memory for secp256k1");
	require(dti_secp_id_of_key(&signer->secp, &signer->id, key),
		"a signer has a secret key");
}

void packet_signer_fini(struct packet_signer *signer)
{
	dti_secp_fini(&signer->secp);
}

static size_t below(struct random_stream *random, size_t bound)
{
	return (size_t)random_below(random, (int)bound);
}

static void fill(void *out, size_t length, struct random_stream *random)
{
	uint8_t *bytes = out;

	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)random_next(random);
}

/* Each length in bits, from 0 to @bits, is as likely. */
static uint64_t number(unsigned int bits, struct random_stream *random)
{
	size_t length = below(random, bits + 1);

	return length == 0 ? 0 : random_next(random) >> (64 - length);
}

static struct dt_endpoint endpoint(struct random_stream *random)
{
	static const size_t lengths[] = {0, 4, 16};
	struct dt_endpoint out = {.udp_port = (uint16_t)number(16, random),
				  .tcp_port = (uint16_t)number(16, random)};
	uint8_t ip[16];

	fill(ip, sizeof(ip), random);
	dti_endpoint_set_ip(&out, ip, lengths[below(random, 3)]);
	return out;
}

static void neighbors(struct dti_packet *packet, struct random_stream *random)
{
	packet->neighbors.count = below(random, DTI_NEIGHBORS_MAX + 1);
	for (size_t i = 0; i < packet->neighbors.count; i++) {
		struct dt_node *node = &packet->neighbors.nodes[i];

		node->endpoint = endpoint(random);
		fill(node->id.bytes, sizeof(node->id.bytes), random);
	}
}

/* A list of strings, in the bounds of a record and otherwise none. */
static void record(struct dti_packet *packet, struct random_stream *random)
{
	struct dti_rlp_writer writer =
		dti_rlp_writer_of(packet->record_response.record,
				  sizeof(packet->record_response.record));
	size_t list = dti_rlp_begin_list(&writer);
	size_t content = below(random, DT_RECORD_MAX - 2);
	uint8_t string[32];

	while (writer.length + 1 < content) {
		size_t left = content - writer.length - 1;

		fill(string, sizeof(string), random);
		dti_rlp_write_string(&writer, string,
				     below(random, left < 32 ? left : 32));
	}
	dti_rlp_end_list(&writer, list);
	require(!writer.failed, "a record fits");
	packet->record_response.length = writer.length;
}

/* What no other type has. */
static void body(struct dti_packet *out, struct random_stream *random)
{
	switch (out->type) {
	case DTI_PACKET_PING:
		out->ping.from = endpoint(random);
		out->ping.to = endpoint(random);
		break;
	case DTI_PACKET_PONG:
		out->pong.to = endpoint(random);
		fill(out->pong.token, sizeof(out->pong.token), random);
		break;
	case DTI_PACKET_FIND_NODE:
		fill(out->find_node.target.bytes,
		     sizeof(out->find_node.target.bytes), random);
		break;
	case DTI_PACKET_NEIGHBORS:
		neighbors(out, random);
		break;
	case DTI_PACKET_RECORD_RESPONSE:
		fill(out->record_response.token,
		     sizeof(out->record_response.token), random);
		record(out, random);
		break;
	case DTI_PACKET_RECORD_REQUEST:
	case DTI_PACKET_TYPE_COUNT:
		break;
	}
}

void packet_sample(struct dti_packet *out, enum dti_packet_type type,
		   struct random_stream *random)
{
	memset(out, 0, sizeof(*out));
	out->type = type;
	if (type != DTI_PACKET_RECORD_RESPONSE)
		out->expiration = number(63, random);
	if (type == DTI_PACKET_PING || type == DTI_PACKET_PONG) {
		out->has_record_seq = below(random, 2) == 1;
		out->record_seq = out->has_record_seq ? number(64, random) : 0;
	}
	body(out, random);
}

static bool nodes_equal(const struct dti_packet *a, const struct dti_packet *b)
{
	if (a->neighbors.count != b->neighbors.count)
		return false;
	for (size_t i = 0; i < a->neighbors.count; i++) {
		const struct dt_node *of_a = &a->neighbors.nodes[i];
		const struct dt_node *of_b = &b->neighbors.nodes[i];

		if (!dti_node_id_equal(&of_a->id, &of_b->id) ||
		    !dti_endpoint_equal(&of_a->endpoint, &of_b->endpoint) ||
		    of_a->host_name != NULL || of_b->host_name != NULL)
			return false;
	}
	return true;
}

static bool bodies_equal(const struct dti_packet *a, const struct dti_packet *b)
{
	switch (a->type) {
	case DTI_PACKET_PING:
		return dti_endpoint_equal(&a->ping.from, &b->ping.from) &&
		       dti_endpoint_equal(&a->ping.to, &b->ping.to);
	case DTI_PACKET_PONG:
		return dti_endpoint_equal(&a->pong.to, &b->pong.to) &&
		       memcmp(a->pong.token, b->pong.token,
			      sizeof(a->pong.token)) == 0;
	case DTI_PACKET_FIND_NODE:
		return dti_node_id_equal(&a->find_node.target,
					 &b->find_node.target);
	case DTI_PACKET_NEIGHBORS:
		return nodes_equal(a, b);
	case DTI_PACKET_RECORD_REQUEST:
		return true;
	case DTI_PACKET_RECORD_RESPONSE:
		return memcmp(a->record_response.token,
			      b->record_response.token,
			      sizeof(a->record_response.token)) == 0 &&
		       a->record_response.length == b->record_response.length &&
		       memcmp(a->record_response.record,
			      b->record_response.record,
			      a->record_response.length) == 0;
	case DTI_PACKET_TYPE_COUNT:
		break;
	}
	return false;
}

bool packets_equal(const struct dti_packet *a, const struct dti_packet *b)
{
	return a->type == b->type && a->expiration == b->expiration &&
	       a->has_record_seq == b->has_record_seq &&
	       a->record_seq == b->record_seq && bodies_equal(a, b);
}

void packet_repair_hash(uint8_t *datagram, size_t length)
{
	if (length > DTI_PACKET_HASH_SIZE)
		dti_keccak256(datagram, datagram + DTI_PACKET_HASH_SIZE,
			      length - DTI_PACKET_HASH_SIZE);
}
