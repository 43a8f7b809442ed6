/* SPDX-License-Identifier: MIT */
/*
 * What a packet must pass before its signature is looked at, which costs as
 * much as everything else together. Identities are free, addresses are not.
 */
#include "lib/discv4/state.h"

static bool is_expired(const struct dti_packet *packet,
		       struct dti_discv4_now now)
{
	/* Without an expiration; its token makes up for that. */
	if (packet->type == DTI_PACKET_RECORD_RESPONSE)
		return false;
	return packet->expiration > INT64_MAX ||
	       (int64_t)packet->expiration < now.unix_s;
}

static bool is_request(const struct dti_packet *packet)
{
	return packet->type == DTI_PACKET_PING ||
	       packet->type == DTI_PACKET_FIND_NODE ||
	       packet->type == DTI_PACKET_RECORD_REQUEST;
}

static bool is_worth(struct dti_discv4 *discv4,
		     const struct dt_endpoint *source,
		     struct dti_discv4_now now)
{
	bool is_known =
		dti_proofs_knows_address(discv4->proofs, source, now.ms);

	if (!is_known && discv4->strangers_left == 0)
		return false;
	if (dti_limiter_take(discv4->limiter, source, is_known, now.ms) !=
	    DTI_LIMITER_PASS)
		return false;
	if (!is_known && discv4->strangers_left != UINT32_MAX)
		discv4->strangers_left--;
	return true;
}

enum dti_discv4_verdict dti_discv4_admit(struct dti_discv4 *discv4,
					 const struct dt_endpoint *source,
					 const struct dti_packet *packet,
					 struct dti_discv4_now now)
{
	if (is_expired(packet, now))
		return DTI_DISCV4_EXPIRED;
	if (is_request(packet))
		return is_worth(discv4, source, now) ? DTI_DISCV4_ADMITTED
						     : DTI_DISCV4_LIMITED;
	return dti_requests_expects(discv4->requests, source, packet)
		       ? DTI_DISCV4_ADMITTED
		       : DTI_DISCV4_UNSOLICITED;
}

void dti_discv4_limit_strangers(struct dti_discv4 *discv4, uint32_t most)
{
	discv4->strangers_left = most;
}
