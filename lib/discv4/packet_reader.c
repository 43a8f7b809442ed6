/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/packet_body.h"
#include "lib/node/endpoint.h"

/* The address may be of any length: then it is none. */
static bool read_address(struct dti_rlp_reader *reader, struct dt_endpoint *out)
{
	struct dti_bytes ip;

	if (!dti_rlp_read_string(reader, &ip) ||
	    !dti_rlp_read_u16(reader, &out->udp_port) ||
	    !dti_rlp_read_u16(reader, &out->tcp_port))
		return false;
	dti_endpoint_set_ip(out, ip.bytes, ip.length);
	return true;
}

static bool read_endpoint(struct dti_rlp_reader *reader,
			  struct dt_endpoint *out)
{
	struct dti_rlp_reader list;

	return dti_rlp_read_list(reader, &list) && read_address(&list, out) &&
	       dti_rlp_at_end(&list);
}

static bool read_node(struct dti_rlp_reader *reader, struct dt_node *out)
{
	struct dti_rlp_reader list;

	return dti_rlp_read_list(reader, &list) &&
	       read_address(&list, &out->endpoint) &&
	       dti_rlp_read_fixed(&list, out->id.bytes,
				  sizeof(out->id.bytes)) &&
	       dti_rlp_at_end(&list);
}

static bool read_expiration(struct dti_rlp_reader *reader,
			    struct dti_packet *packet)
{
	if (!dti_rlp_read_u64(reader, &packet->expiration))
		return false;
	/* go-ethereum has it as a signed number, and sends negative ones. */
	if (packet->expiration > INT64_MAX)
		packet->expiration = 0;
	return true;
}

/* EIP-8's own examples have something else here. */
static void read_record_seq(struct dti_rlp_reader *reader,
			    struct dti_packet *packet)
{
	packet->has_record_seq = dti_rlp_read_u64(reader, &packet->record_seq);
}

static bool read_ping(struct dti_rlp_reader *reader, struct dti_packet *packet)
{
	struct dti_bytes version;

	if (!dti_rlp_read_item(reader, &version) ||
	    !read_endpoint(reader, &packet->ping.from) ||
	    !read_endpoint(reader, &packet->ping.to) ||
	    !read_expiration(reader, packet))
		return false;
	read_record_seq(reader, packet);
	return true;
}

static bool read_pong(struct dti_rlp_reader *reader, struct dti_packet *packet)
{
	if (!read_endpoint(reader, &packet->pong.to) ||
	    !dti_rlp_read_fixed(reader, packet->pong.token,
				sizeof(packet->pong.token)) ||
	    !read_expiration(reader, packet))
		return false;
	read_record_seq(reader, packet);
	return true;
}

static bool read_find_node(struct dti_rlp_reader *reader,
			   struct dti_packet *packet)
{
	struct dt_node_id *target = &packet->find_node.target;

	return dti_rlp_read_fixed(reader, target->bytes,
				  sizeof(target->bytes)) &&
	       read_expiration(reader, packet);
}

static bool read_neighbors(struct dti_rlp_reader *reader,
			   struct dti_packet *packet)
{
	struct dti_rlp_reader list;
	size_t *count = &packet->neighbors.count;

	if (!dti_rlp_read_list(reader, &list))
		return false;
	for (*count = 0; !dti_rlp_at_end(&list); ++*count)
		if (*count == dti_array_length(packet->neighbors.nodes) ||
		    !read_node(&list, &packet->neighbors.nodes[*count]))
			return false;
	return read_expiration(reader, packet);
}

static bool read_record_response(struct dti_rlp_reader *reader,
				 struct dti_packet *packet)
{
	struct dti_bytes record;

	if (!dti_rlp_read_fixed(reader, packet->record_response.token,
				sizeof(packet->record_response.token)) ||
	    !dti_rlp_next_is_list(reader) ||
	    !dti_rlp_read_item(reader, &record) ||
	    record.length > sizeof(packet->record_response.record) ||
	    !dti_rlp_is_item(record))
		return false;
	memcpy(packet->record_response.record, record.bytes, record.length);
	packet->record_response.length = record.length;
	return true;
}

static bool (*const readers[DTI_PACKET_TYPE_COUNT])(struct dti_rlp_reader *,
						    struct dti_packet *) = {
	[DTI_PACKET_PING] = read_ping,
	[DTI_PACKET_PONG] = read_pong,
	[DTI_PACKET_FIND_NODE] = read_find_node,
	[DTI_PACKET_NEIGHBORS] = read_neighbors,
	[DTI_PACKET_RECORD_REQUEST] = read_expiration,
	[DTI_PACKET_RECORD_RESPONSE] = read_record_response,
};

bool dti_packet_body_read(struct dti_packet *packet, struct dti_bytes body)
{
	struct dti_rlp_reader bytes = dti_rlp_reader_of(body);
	struct dti_rlp_reader list;
	struct dti_bytes ignored;

	if (!dti_rlp_read_list(&bytes, &list) ||
	    !readers[packet->type](&list, packet))
		return false;
	while (dti_rlp_read_item(&list, &ignored))
		continue;
	return dti_rlp_at_end(&list);
}
