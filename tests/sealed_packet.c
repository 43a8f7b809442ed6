/* SPDX-License-Identifier: MIT */
#include "tests/sealed_packet.h"

#include "tests/require.h"

void sealed_packet_write(struct sealed_packet *out, struct dti_bytes plain,
			 const struct dt_node_id *to,
			 const struct dti_secp *secp)
{
	static const struct dti_ecies_entropy entropy = {.key = {{1, 2}},
							 .iv = {3}};
	size_t size = plain.length + DTI_ECIES_OVERHEAD;
	struct dti_bytes prefix = {out->bytes, DTI_HANDSHAKE_PREFIX};

	require(size <= UINT16_MAX, "its size can be written");
	out->bytes[0] = (uint8_t)(size >> 8);
	out->bytes[1] = (uint8_t)size;
	out->length = DTI_HANDSHAKE_PREFIX + size;
	require(dti_ecies_encrypt(secp, out->bytes + DTI_HANDSHAKE_PREFIX,
				  plain, prefix, to, &entropy),
		"it is for somebody");
}
