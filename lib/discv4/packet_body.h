/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_PACKET_BODY_H
#define DTI_DISCV4_PACKET_BODY_H

/*
 * What a packet says: the RLP list behind its type, which the envelope (hash,
 * signature; packet.c) neither reads nor writes.
 *
 *	Ping		[version, from, to, expiration, (record seq)]
 *	Pong		[to, token, expiration, (record seq)]
 *	FindNode	[target, expiration]
 *	Neighbors	[[node ...], expiration]
 *	ENRRequest	[expiration]
 *	ENRResponse	[token, record]
 *
 *	from, to	[IP, UDP port, TCP port]
 *	node		[IP, UDP port, TCP port, id]
 */

#include "lib/discv4/packet.h"
#include "lib/wire/rlp.h"

/**
 * Read the list that @body begins with; @packet->type is known, and what the
 * list does not tell is zero. False: it is not what the type has.
 */
bool dti_packet_body_read(struct dti_packet *packet, struct dti_bytes body);

/** False: it does not fit, or would not be read. */
bool dti_packet_body_write(struct dti_rlp_writer *writer,
			   const struct dti_packet *packet);

#endif /* DTI_DISCV4_PACKET_BODY_H */
