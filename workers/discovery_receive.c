/* SPDX-License-Identifier: MIT */
/*
 * datagram --> decode --> admit --> recover --> receive. The order is by price,
 * and each datagram is counted once: as accepted, or with the first reason that
 * there is against it.
 */
#include "lib/assert.h"
#include "lib/node/id.h"

#include "workers/discv4.h"

static enum dt_discv4_drop drop_of_packet(enum dti_packet_verdict verdict)
{
	switch (verdict) {
	case DTI_PACKET_BAD_SIZE:
		return DT_DISCV4_DROP_SIZE;
	case DTI_PACKET_BAD_TYPE:
		return DT_DISCV4_DROP_TYPE;
	case DTI_PACKET_BAD_HASH:
		return DT_DISCV4_DROP_HASH;
	case DTI_PACKET_BAD_SIGNATURE:
		return DT_DISCV4_DROP_SIGNATURE;
	case DTI_PACKET_BAD_SHAPE:
	case DTI_PACKET_GOOD:
		break;
	}
	return DT_DISCV4_DROP_SHAPE;
}

static enum dt_discv4_drop drop_of_machine(enum dti_discv4_verdict verdict)
{
	switch (verdict) {
	case DTI_DISCV4_EXPIRED:
		return DT_DISCV4_DROP_EXPIRED;
	case DTI_DISCV4_UNSOLICITED:
		return DT_DISCV4_DROP_UNSOLICITED;
	case DTI_DISCV4_LIMITED:
	case DTI_DISCV4_ADMITTED:
		break;
	}
	return DT_DISCV4_DROP_LIMITED;
}

/* DT_DISCV4_DROP_COUNT: it is not dropped, and its sender is known. */
static enum dt_discv4_drop judge(dt_discv4 *discv4, struct dti_packet *packet,
				 const struct dt_endpoint *source,
				 struct dti_bytes datagram)
{
	enum dti_packet_verdict read = dti_packet_decode(packet, datagram);
	enum dti_discv4_verdict admitted;

	if (read != DTI_PACKET_GOOD)
		return drop_of_packet(read);
	admitted =
		dti_discv4_admit(discv4->machine, source, packet, discv4->now);
	if (admitted != DTI_DISCV4_ADMITTED)
		return drop_of_machine(admitted);
	read = dti_packet_recover(packet, datagram, &discv4->secp);
	if (read != DTI_PACKET_GOOD)
		return drop_of_packet(read);
	return dti_node_id_equal(&packet->sender, &discv4->id)
		       ? DT_DISCV4_DROP_SIGNATURE
		       : DT_DISCV4_DROP_COUNT;
}

void dti_discovery_receive(dt_discv4 *discv4, const struct dt_endpoint *source,
			   struct dti_bytes datagram)
{
	struct dti_packet packet;
	enum dt_discv4_drop drop = judge(discv4, &packet, source, datagram);

	discv4->counters.received++;
	if (drop != DT_DISCV4_DROP_COUNT) {
		discv4->counters.dropped[drop]++;
		return;
	}
	DTI_ASSERT(packet.type < DT_DISCV4_TYPES);
	discv4->counters.accepted[packet.type]++;
	dti_discv4_receive(discv4->machine, source, &packet, discv4->now);
}
