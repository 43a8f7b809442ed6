/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/crypto/keccak.h"
#include "lib/node/endpoint.h"
#include "lib/node/record.h"
#include "lib/wire/rlp.h"

static void write_key(struct dti_rlp_writer *writer, const char *key)
{
	dti_rlp_write_string(writer, key, strlen(key));
}

static void write_bytes(struct dti_rlp_writer *writer, const char *key,
			const void *bytes, size_t length)
{
	write_key(writer, key);
	dti_rlp_write_string(writer, bytes, length);
}

/* A port is written for either family: those that know no "tcp6" read it. */
static void write_port(struct dti_rlp_writer *writer, const char *key,
		       uint16_t port)
{
	if (port == 0)
		return;
	write_key(writer, key);
	dti_rlp_write_u64(writer, port);
}

static void write_content(struct dti_rlp_writer *writer,
			  const struct dt_record *record,
			  const uint8_t compressed[DTI_SECP_COMPRESSED_SIZE])
{
	const struct dt_endpoint *endpoint = &record->node.endpoint;

	dti_rlp_write_u64(writer, record->seq);
	write_bytes(writer, "id", "v4", 2);
	if (endpoint->family == 4)
		write_bytes(writer, "ip", endpoint->ip, 4);
	if (endpoint->family == 6)
		write_bytes(writer, "ip6", endpoint->ip, 16);
	write_bytes(writer, "secp256k1", compressed, DTI_SECP_COMPRESSED_SIZE);
	write_port(writer, "tcp", endpoint->tcp_port);
	write_port(writer, "udp", endpoint->udp_port);
}

dt_err dti_record_make(struct dt_record *out, uint64_t seq,
		       const struct dt_endpoint *endpoint,
		       const struct dt_node_key *key,
		       const struct dti_secp *secp)
{
	struct dt_record record = {.seq = seq, .node.endpoint = *endpoint};
	uint8_t content[DT_RECORD_MAX];
	struct dti_rlp_writer signed_part =
		dti_rlp_writer_of(content, sizeof(content));
	struct dti_rlp_writer whole =
		dti_rlp_writer_of(record.bytes, sizeof(record.bytes));
	uint8_t compressed[DTI_SECP_COMPRESSED_SIZE];
	uint8_t signature[DTI_SECP_SIGNATURE_SIZE];
	uint8_t digest[DTI_KECCAK_SIZE];
	size_t list = dti_rlp_begin_list(&whole);

	dti_endpoint_normalize(&record.node.endpoint);
	if (!dti_secp_id_of_key(secp, &record.node.id, key) ||
	    !dti_secp_compress(secp, compressed, &record.node.id))
		return DT_ERR_ARGUMENT;
	write_content(&signed_part, &record, compressed);
	dti_record_digest(digest,
			  (struct dti_bytes){content, signed_part.length});
	if (!dti_secp_sign(secp, signature, digest, key))
		return DT_ERR_ARGUMENT;
	dti_rlp_write_string(&whole, signature, sizeof(signature));
	dti_rlp_write_raw(&whole, content, signed_part.length);
	dti_rlp_end_list(&whole, list);
	record.length = (uint16_t)whole.length;
	*out = record;
	return DT_OK;
}
