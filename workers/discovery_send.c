/* SPDX-License-Identifier: MIT */
/* packet --> encode and sign --> the host's batch --> socket. */
#include <assert.h>

#include "workers/discv4.h"

static_assert(DTI_UDP_SIZE == DTI_PACKET_MAX, "a packet is a datagram");

bool dti_discovery_send(void *context, const struct dt_endpoint *to,
			struct dti_packet *packet)
{
	dt_discv4 *discv4 = context;
	struct dti_udp_out *out = &discv4->host->out;
	size_t length;

	/* Before the signature. */
	if (!dti_udp_reaches(&discv4->udp, to)) {
		discv4->counters.send_failed++;
		return false;
	}
	if (dti_udp_out_is_full(out))
		dti_discovery_flush(discv4);
	if (!dti_packet_encode(dti_udp_out_next(out), &length, packet,
			       &discv4->key, &discv4->secp))
		return false;
	discv4->outgoing[out->count] = (uint8_t)packet->type;
	return dti_udp_out_add(out, &discv4->udp, to, length);
}

void dti_discovery_flush(dt_discv4 *discv4)
{
	struct dti_udp_out *out = &discv4->host->out;
	size_t count = out->count;
	uint32_t taken;

	if (count == 0)
		return;
	taken = dti_udp_send(out, &discv4->udp);
	for (size_t i = 0; i < count; i++) {
		if ((taken >> i & 1) != 0)
			discv4->counters.sent[discv4->outgoing[i]]++;
		else
			discv4->counters.send_failed++;
	}
}
