/* SPDX-License-Identifier: MIT */
#include "lib/discv4/ticket.h"

#include <assert.h>
#include <sodium/crypto_shorthash.h>
#include <string.h>

static_assert(sizeof(struct dti_ticket) == 17 + 1 + DTI_PACKET_HASH_SIZE,
	      "no padding");
static_assert(crypto_shorthash_BYTES == sizeof(uint64_t), "SipHash gives 8");

/* @token: NULL for none. */
static struct dti_ticket make(const struct dt_endpoint *endpoint,
			      enum dti_packet_type type, const uint8_t *token)
{
	struct dti_ticket ticket = {
		.address = dti_contact_address_of(endpoint),
		.type = (uint8_t)type,
	};

	if (token != NULL)
		memcpy(ticket.token, token, sizeof(ticket.token));
	return ticket;
}

struct dti_ticket
dti_ticket_of_request(const struct dt_endpoint *to, enum dti_packet_type type,
		      const uint8_t hash[DTI_PACKET_HASH_SIZE])
{
	return make(to, type, type == DTI_PACKET_FIND_NODE ? NULL : hash);
}

bool dti_ticket_of_reply(struct dti_ticket *out,
			 const struct dt_endpoint *source,
			 const struct dti_packet *packet)
{
	switch (packet->type) {
	case DTI_PACKET_PONG:
		*out = make(source, DTI_PACKET_PING, packet->pong.token);
		return true;
	case DTI_PACKET_NEIGHBORS:
		*out = make(source, DTI_PACKET_FIND_NODE, NULL);
		return true;
	case DTI_PACKET_RECORD_RESPONSE:
		*out = make(source, DTI_PACKET_RECORD_REQUEST,
			    packet->record_response.token);
		return true;
	default:
		return false;
	}
}

bool dti_ticket_equal(const struct dti_ticket *a, const struct dti_ticket *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

uint64_t dti_ticket_hash(const struct dti_ticket *ticket, const uint8_t key[16])
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)ticket,
			 sizeof(*ticket), key);
	return hash;
}
