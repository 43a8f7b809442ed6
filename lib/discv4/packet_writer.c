/* SPDX-License-Identifier: MIT */
#include "lib/container.h"
#include "lib/discv4/packet_body.h"
#include "lib/node/endpoint.h"

#define VERSION 4 /* of the protocol; nobody looks at it */

static void write_address(struct dti_rlp_writer *writer,
			  const struct dt_endpoint *endpoint)
{
	dti_rlp_write_string(writer, endpoint->ip,
			     dti_endpoint_ip_size(endpoint));
	dti_rlp_write_u64(writer, endpoint->udp_port);
	dti_rlp_write_u64(writer, endpoint->tcp_port);
}

static void write_endpoint(struct dti_rlp_writer *writer,
			   const struct dt_endpoint *endpoint)
{
	size_t list = dti_rlp_begin_list(writer);

	write_address(writer, endpoint);
	dti_rlp_end_list(writer, list);
}

static void write_node(struct dti_rlp_writer *writer,
		       const struct dt_node *node)
{
	size_t list = dti_rlp_begin_list(writer);

	write_address(writer, &node->endpoint);
	dti_rlp_write_string(writer, node->id.bytes, sizeof(node->id.bytes));
	dti_rlp_end_list(writer, list);
}

static bool write_expiration(struct dti_rlp_writer *writer,
			     const struct dti_packet *packet)
{
	dti_rlp_write_u64(writer, packet->expiration);
	return true;
}

static void write_record_seq(struct dti_rlp_writer *writer,
			     const struct dti_packet *packet)
{
	if (packet->has_record_seq)
		dti_rlp_write_u64(writer, packet->record_seq);
}

static bool write_ping(struct dti_rlp_writer *writer,
		       const struct dti_packet *packet)
{
	dti_rlp_write_u64(writer, VERSION);
	write_endpoint(writer, &packet->ping.from);
	write_endpoint(writer, &packet->ping.to);
	write_expiration(writer, packet);
	write_record_seq(writer, packet);
	return true;
}

static bool write_pong(struct dti_rlp_writer *writer,
		       const struct dti_packet *packet)
{
	write_endpoint(writer, &packet->pong.to);
	dti_rlp_write_string(writer, packet->pong.token,
			     sizeof(packet->pong.token));
	write_expiration(writer, packet);
	write_record_seq(writer, packet);
	return true;
}

static bool write_find_node(struct dti_rlp_writer *writer,
			    const struct dti_packet *packet)
{
	dti_rlp_write_string(writer, packet->find_node.target.bytes,
			     sizeof(packet->find_node.target.bytes));
	return write_expiration(writer, packet);
}

static bool write_neighbors(struct dti_rlp_writer *writer,
			    const struct dti_packet *packet)
{
	size_t list = dti_rlp_begin_list(writer);

	if (packet->neighbors.count > dti_array_length(packet->neighbors.nodes))
		return false;
	for (size_t i = 0; i < packet->neighbors.count; i++)
		write_node(writer, &packet->neighbors.nodes[i]);
	dti_rlp_end_list(writer, list);
	return write_expiration(writer, packet);
}

static bool write_record_response(struct dti_rlp_writer *writer,
				  const struct dti_packet *packet)
{
	struct dti_bytes record = {packet->record_response.record,
				   packet->record_response.length};
	struct dti_rlp_reader reader = dti_rlp_reader_of(record);

	if (record.length > sizeof(packet->record_response.record) ||
	    !dti_rlp_next_is_list(&reader) || !dti_rlp_is_item(record))
		return false;
	dti_rlp_write_string(writer, packet->record_response.token,
			     sizeof(packet->record_response.token));
	dti_rlp_write_raw(writer, record.bytes, record.length);
	return true;
}

static bool (*const writers[DTI_PACKET_TYPE_COUNT])(
	struct dti_rlp_writer *, const struct dti_packet *) = {
	[DTI_PACKET_PING] = write_ping,
	[DTI_PACKET_PONG] = write_pong,
	[DTI_PACKET_FIND_NODE] = write_find_node,
	[DTI_PACKET_NEIGHBORS] = write_neighbors,
	[DTI_PACKET_RECORD_REQUEST] = write_expiration,
	[DTI_PACKET_RECORD_RESPONSE] = write_record_response,
};

bool dti_packet_body_write(struct dti_rlp_writer *writer,
			   const struct dti_packet *packet)
{
	size_t list = dti_rlp_begin_list(writer);

	if (!writers[packet->type](writer, packet))
		return false;
	dti_rlp_end_list(writer, list);
	return !writer->failed;
}
