/* SPDX-License-Identifier: MIT */
#ifndef DTI_DISCV4_TICKET_H
#define DTI_DISCV4_TICKET_H

/*
 * What a reply shows before its signature is looked at: from where it comes,
 * which kind of request it answers, and which one, where it has a token. Only
 * the one that was asked, or who saw the request, knows the token.
 */

#include "lib/discv4/contact.h"
#include "lib/discv4/packet.h"

/** Bytes only: equal tickets are equal bytes. */
struct dti_ticket {
	struct dti_contact_address address;
	uint8_t type;                        /* of the request */
	uint8_t token[DTI_PACKET_HASH_SIZE]; /* zero for FindNode */
};

/** Of the reply to a packet of @type that was sent to @to and had @hash. */
struct dti_ticket
dti_ticket_of_request(const struct dt_endpoint *to, enum dti_packet_type type,
		      const uint8_t hash[DTI_PACKET_HASH_SIZE]);
/** False: @packet is no reply. */
bool dti_ticket_of_reply(struct dti_ticket *out,
			 const struct dt_endpoint *source,
			 const struct dti_packet *packet);
bool dti_ticket_equal(const struct dti_ticket *a, const struct dti_ticket *b);
/** SipHash-2-4. @key: secret. */
uint64_t dti_ticket_hash(const struct dti_ticket *ticket,
			 const uint8_t key[16]);

#endif /* DTI_DISCV4_TICKET_H */
