/* SPDX-License-Identifier: MIT */
/* Requests of ours: how they are sent, answered, and given up. */
#include <string.h>

#include "lib/assert.h"
#include "lib/discv4/state.h"

struct dti_request *dti_discv4_request(struct dti_discv4 *discv4,
				       const struct dt_node *node,
				       struct dti_packet *packet,
				       struct dti_discv4_now now)
{
	const struct dti_discv4_seams *seams = &discv4->config.seams;

	if (dti_requests_count(discv4->requests) >= discv4->config.max_requests)
		return NULL;
	packet->expiration = (uint64_t)now.unix_s + DTI_PACKET_LIFE_S;
	/* What was not sent has no hash that a reply could know. */
	if (!seams->send(seams->context, &node->endpoint, packet))
		dti_random_fill(&discv4->random, packet->hash,
				sizeof(packet->hash));
	discv4->figures.requests_sent++;
	return dti_requests_begin(discv4->requests, node, packet->type,
				  packet->hash, now.ms);
}

static struct dti_request *find_ping(struct dti_discv4 *discv4,
				     const struct dt_node *node)
{
	return dti_requests_find(discv4->requests, &node->id, &node->endpoint,
				 DTI_PACKET_PING);
}

static struct dti_request *send_ping(struct dti_discv4 *discv4,
				     const struct dt_node *node,
				     struct dti_discv4_now now)
{
	struct dti_packet packet = {
		.type = DTI_PACKET_PING,
		.record_seq = discv4->config.record_seq,
		.has_record_seq = discv4->config.record.length > 0,
		.ping = {.from = discv4->config.self.endpoint,
			 .to = node->endpoint},
	};

	return dti_discv4_request(discv4, node, &packet, now);
}

struct dti_request *dti_discv4_ping(struct dti_discv4 *discv4,
				    const struct dt_node *node,
				    struct dti_discv4_now now)
{
	struct dti_request *request = find_ping(discv4, node);

	return request != NULL ? request : send_ping(discv4, node, now);
}

/* The one that is under way, or a new one. NULL: there is not much room. */
static struct dti_request *ping_stranger(struct dti_discv4 *discv4,
					 const struct dt_node *node,
					 struct dti_discv4_now now)
{
	struct dti_request *request = find_ping(discv4, node);

	/* Half of the requests, so that ours go on. */
	if (request != NULL || dti_requests_count(discv4->requests) >=
				       discv4->config.max_requests / 2)
		return request;
	request = send_ping(discv4, node, now);
	if (request != NULL)
		request->purpose_kind |= DTI_REQUEST_BACK;
	return request;
}

void dti_discv4_ping_unproven(struct dti_discv4 *discv4,
			      const struct dt_node *node,
			      struct dti_discv4_now now)
{
	(void)ping_stranger(discv4, node, now);
}

void dti_discv4_ping_back(struct dti_discv4 *discv4, const struct dt_node *node,
			  struct dti_discv4_now now)
{
	struct dti_request *request = ping_stranger(discv4, node, now);

	if (request == NULL ||
	    request->node.endpoint.udp_port != node->endpoint.udp_port)
		return;
	request->node.endpoint.tcp_port = node->endpoint.tcp_port;
	request->purpose_kind |= DTI_REQUEST_TCP;
}

void dti_discv4_request_over(struct dti_discv4 *discv4,
			     struct dti_request *request,
			     const struct dti_packet *packet,
			     struct dti_discv4_now now)
{
	/* Visits that go on may ask the same node again. */
	struct dti_request ended = *request;

	dti_requests_end(discv4->requests, request);
	if (ended.replies > 0)
		discv4->figures.requests_answered++;
	else
		discv4->figures.requests_timed_out++;
	dti_discv4_learn(discv4, &ended, packet, now);
	dti_visits_request_over(discv4, &ended, packet, now);
}

void dti_discv4_reply(struct dti_discv4 *discv4,
		      const struct dt_endpoint *source,
		      const struct dti_packet *packet,
		      struct dti_discv4_now now)
{
	struct dti_request *request =
		dti_requests_match(discv4->requests, source, packet);

	if (request == NULL)
		return;
	request->replies++;
	if (packet->type == DTI_PACKET_NEIGHBORS)
		dti_visits_neighbors(discv4, request, packet, now);
	else
		dti_discv4_request_over(discv4, request, packet, now);
}

void dti_discv4_expire(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	struct dti_request *request;

	while ((request = dti_requests_first(discv4->requests)) != NULL &&
	       request->expires_ms <= now.ms)
		dti_discv4_request_over(discv4, request, NULL, now);
}
