/* SPDX-License-Identifier: MIT */
/*
 * Where others see us. A socket that is bound to all addresses does not know;
 * those whom it pings say, and lib/discv4/external_votes.h counts. What they
 * decide is told from the end of that turn on: in pings, and in a new record,
 * whose sequence number, in each pong, has others fetch it.
 */
#include <stdio.h>

#include "lib/node/endpoint.h"

#include "workers/discv4.h"

#define SENTENCE_SIZE 256

void dti_discovery_seen_as(void *context, const struct dt_endpoint *voter,
			   const struct dt_endpoint *said)
{
	dt_discv4 *discv4 = context;

	if (discv4->external.family != 0 ||
	    !dti_endpoint_is_bad_address(&discv4->bound))
		return;
	discv4->is_elsewhere |= dti_external_votes_add(&discv4->votes, voter,
						       said, discv4->now.ms);
}

static void tell(const dt_discv4 *discv4, struct dt_endpoint endpoint)
{
	char text[DT_ENDPOINT_TEXT_SIZE];
	char sentence[SENTENCE_SIZE];

	if (!discv4->notice)
		return;
	endpoint.tcp_port = endpoint.udp_port; /* the one that is written */
	dt_endpoint_format(text, &endpoint);
	(void)snprintf(sentence, sizeof(sentence),
		       "external: nodes of %d networks see this node at %s; "
		       "its node record says so from now on",
		       DTI_EXTERNAL_VOTES_NEEDED, text);
	discv4->notice(discv4->notice_context, sentence);
}

void dti_discovery_settle(dt_discv4 *discv4)
{
	struct dt_endpoint endpoint = discv4->votes.decided;
	const struct dti_discv4_identity *identity = &discv4->identity;

	if (!discv4->is_elsewhere)
		return;
	discv4->is_elsewhere = false;
	endpoint.tcp_port = discv4->bound.tcp_port;
	/* The key was good when the first one was made. */
	if (dti_discv4_make_identity(discv4, &endpoint) != DT_OK)
		return;
	dti_discv4_move(discv4->machine, &identity->self.endpoint,
			identity->record.seq,
			(struct dti_bytes){identity->record.bytes,
					   identity->record.length});
	tell(discv4, endpoint);
}
