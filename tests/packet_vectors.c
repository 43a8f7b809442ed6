/* SPDX-License-Identifier: MIT */
#include "tests/packet_vectors.h"

#include <stdlib.h>
#include <string.h>

#include "lib/node/id.h"

#include "tests/require.h"
#include "tests/vectors.h"

struct packet_signer packet_vectors_signer(const char *file)
{
	struct packet_signer signer;
	struct dt_node_key key;
	char *hex = vectors_value(file, "key");

	vectors_fixed(key.bytes, sizeof(key.bytes), hex);
	free(hex);
	packet_signer_init(&signer, &key);
	return signer;
}

void packet_read(struct packet_reading *out, const char *hex,
		 const struct packet_signer *signer)
{
	out->datagram.bytes = out->bytes;
	out->datagram.length =
		vectors_bytes(out->bytes, sizeof(out->bytes), hex);
	out->decoded = dti_packet_decode(&out->packet, out->datagram);
	out->recovered = DTI_PACKET_BAD_SIGNATURE;
	if (out->decoded == DTI_PACKET_GOOD)
		out->recovered = dti_packet_recover(&out->packet, out->datagram,
						    &signer->secp);
}

void packet_read_good(struct packet_reading *out, const char *name,
		      const char *hex, const struct packet_signer *signer)
{
	packet_read(out, hex, signer);
	require(out->decoded == DTI_PACKET_GOOD, name);
	require(out->recovered == DTI_PACKET_GOOD, name);
	require(dti_node_id_equal(&out->packet.sender, &signer->id), name);
	require(memcmp(out->packet.hash, out->bytes,
		       sizeof(out->packet.hash)) == 0,
		name);
}

void packet_read_vector(struct packet_reading *out, const char *file,
			const char *name)
{
	struct packet_signer signer = packet_vectors_signer(file);
	char *value = vectors_value(file, name);
	const char *colon = strchr(value, ':');

	packet_read_good(out, name, colon == NULL ? value : colon + 1, &signer);
	free(value);
	packet_signer_fini(&signer);
}
