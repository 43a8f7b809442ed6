/* SPDX-License-Identifier: MIT */
/*
 * What others ask of us. Answers go to where the datagram came from, whatever
 * the packet says, and to the unproven nothing goes that is larger than what
 * came: a pong and a ping for a ping, and a ping for a question.
 */
#include <string.h>

#include "lib/discv4/state.h"
#include "lib/node/address_class.h"
#include "lib/node/endpoint.h"

static void answer(struct dti_discv4 *discv4, const struct dt_endpoint *to,
		   struct dti_packet *packet, struct dti_discv4_now now)
{
	const struct dti_discv4_seams *seams = &discv4->config.seams;

	packet->expiration = (uint64_t)now.unix_s + DTI_PACKET_LIFE_S;
	(void)seams->send(seams->context, to, packet);
}

static void send_pong(struct dti_discv4 *discv4, const struct dt_node *node,
		      const struct dti_packet *ping, struct dti_discv4_now now)
{
	struct dti_packet pong = {
		.type = DTI_PACKET_PONG,
		.record_seq = discv4->config.record_seq,
		.has_record_seq = discv4->config.record.length > 0,
		.pong = {.to = node->endpoint},
	};

	memcpy(pong.pong.token, ping->hash, sizeof(ping->hash));
	answer(discv4, &node->endpoint, &pong, now);
}

/*
 * Its address is proven, but not the UDP port that this ping comes from: one
 * that is in the table keeps its own. Of its TCP port it has the last word.
 */
static void consider(struct dti_discv4 *discv4, const struct dt_node *node,
		     struct dti_discv4_now now)
{
	struct dti_place place;

	if (!discv4->ready ||
	    !dti_netrestrict_allows(discv4->config.netrestrict,
				    &node->endpoint))
		return;
	if (dti_table_find(discv4->table, &node->id) &&
	    !dti_discv4_entry_at(discv4, node))
		return;
	place = dti_place_of(&node->id);
	(void)dti_table_add(discv4->table, node, &place, true, now.ms);
}

static void serve_ping(struct dti_discv4 *discv4,
		       const struct dt_endpoint *source,
		       const struct dti_packet *packet,
		       struct dti_discv4_now now)
{
	struct dt_node node = {.id = packet->sender, .endpoint = *source};

	node.endpoint.tcp_port = packet->ping.from.tcp_port;
	send_pong(discv4, &node, packet, now);
	(void)dti_proofs_pinged(discv4->proofs, &node.id, source, now.ms);
	if (dti_proofs_has_ponged(discv4->proofs, &node.id, source, now.ms))
		consider(discv4, &node, now);
	else
		dti_discv4_ping_back(discv4, &node, now);
	dti_visits_pinged(discv4, &node, now);
}

/* Those of the @looked closest that may be told to @source; 16 at most. */
static size_t choose_of(struct dti_discv4 *discv4, struct dt_node *out,
			const struct dt_endpoint *source,
			const struct dti_place *target, size_t *looked)
{
	const struct dti_table_entry *closest[DTI_TABLE_ENTRIES_MAX];
	size_t count = 0;

	*looked = dti_table_closest(discv4->table, closest, *looked, target,
				    true);
	for (size_t i = 0; i < *looked && count < DTI_BUCKET_SIZE; i++) {
		if (dti_address_may_relay(source, &closest[i]->node.endpoint))
			out[count++] = closest[i]->node;
	}
	return count;
}

/* Nearly always all may be told: sorting the whole table costs ten times as
 * much as finding the closest. */
static size_t choose(struct dti_discv4 *discv4, struct dt_node *out,
		     const struct dt_endpoint *source,
		     const struct dt_node_id *target)
{
	struct dti_place place = dti_place_of(target);
	size_t looked = DTI_BUCKET_SIZE;
	size_t count = choose_of(discv4, out, source, &place, &looked);

	if (count == DTI_BUCKET_SIZE || looked < DTI_BUCKET_SIZE)
		return count;
	looked = DTI_TABLE_ENTRIES_MAX;
	return choose_of(discv4, out, source, &place, &looked);
}

/* In packets of twelve; one at least, also an empty one: it was asked. */
static void serve_find_node(struct dti_discv4 *discv4,
			    const struct dt_endpoint *source,
			    const struct dti_packet *packet,
			    struct dti_discv4_now now)
{
	struct dt_node nodes[DTI_BUCKET_SIZE];
	size_t count = choose(discv4, nodes, source, &packet->find_node.target);
	size_t sent = 0;

	do {
		struct dti_packet reply = {.type = DTI_PACKET_NEIGHBORS};
		size_t some = count - sent;

		if (some > DTI_NEIGHBORS_MAX)
			some = DTI_NEIGHBORS_MAX;
		memcpy(reply.neighbors.nodes, nodes + sent,
		       some * sizeof(*nodes));
		reply.neighbors.count = some;
		answer(discv4, source, &reply, now);
		sent += some;
	} while (sent < count);
}

/*
 * It has proven itself to somebody who had our place before, or to us, long ago;
 * it does not know that we have forgotten, and some never ping twice. One that we
 * know at another address is not that: go-ethereum's conformance tests want that
 * it gets nothing there.
 */
static void ask_for_proof(struct dti_discv4 *discv4,
			  const struct dt_endpoint *source,
			  const struct dti_packet *packet,
			  struct dti_discv4_now now)
{
	const struct dti_table_entry *entry =
		dti_table_find(discv4->table, &packet->sender);
	struct dt_node node = {.id = packet->sender, .endpoint = *source};

	if (entry != NULL &&
	    !dti_endpoint_same_ip(&entry->node.endpoint, source))
		return;
	/* Of its TCP port a question says nothing. */
	node.endpoint.tcp_port =
		entry != NULL ? entry->node.endpoint.tcp_port : 0;
	dti_discv4_ping_unproven(discv4, &node, now);
}

static void serve_record_request(struct dti_discv4 *discv4,
				 const struct dt_endpoint *source,
				 const struct dti_packet *packet,
				 struct dti_discv4_now now)
{
	const struct dti_bytes *record = &discv4->config.record;
	struct dti_packet reply = {
		.type = DTI_PACKET_RECORD_RESPONSE,
		.record_response = {.length = record->length},
	};

	if (record->length == 0)
		return;
	memcpy(reply.record_response.token, packet->hash, sizeof(packet->hash));
	memcpy(reply.record_response.record, record->bytes, record->length);
	answer(discv4, source, &reply, now);
}

void dti_discv4_serve(struct dti_discv4 *discv4,
		      const struct dt_endpoint *source,
		      const struct dti_packet *packet,
		      struct dti_discv4_now now)
{
	bool is_proven;

	if (packet->type == DTI_PACKET_PING) {
		serve_ping(discv4, source, packet, now);
		return;
	}
	/* The proof is of the address: the port may have changed. */
	is_proven = dti_proofs_has_ponged(discv4->proofs, &packet->sender,
					  source, now.ms);
	if (packet->type == DTI_PACKET_FIND_NODE && is_proven)
		serve_find_node(discv4, source, packet, now);
	else if (packet->type == DTI_PACKET_FIND_NODE)
		ask_for_proof(discv4, source, packet, now);
	else if (is_proven)
		serve_record_request(discv4, source, packet, now);
}
