/* SPDX-License-Identifier: MIT */
/* See VISIT in lib/discv4/state.h. */
#include "lib/assert.h"
#include "lib/discv4/state.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"

/* ---- behind a request ---- */

static void join(struct dti_visit *visit, struct dti_request *request,
		 enum dti_visit_stage stage)
{
	struct dti_visit *last = request->purpose;

	visit->stage = stage;
	visit->request = request;
	visit->behind = NULL;
	if (last == NULL) {
		request->purpose = visit;
		return;
	}
	while (last->behind != NULL)
		last = last->behind;
	last->behind = visit;
}

static void leave_request(struct dti_visit *visit)
{
	struct dti_request *request = visit->request;
	struct dti_visit *before = request->purpose;

	visit->request = NULL;
	if (before == visit) {
		request->purpose = visit->behind;
		/* What comes is not what the next one asks for. */
		if (request->type == DTI_PACKET_FIND_NODE)
			request->purpose_kind |= DTI_REQUEST_ORPHAN;
		return;
	}
	while (before->behind != visit)
		before = before->behind;
	before->behind = visit->behind;
}

void dti_visit_leave(struct dti_visit *visit)
{
	if (visit->request != NULL)
		leave_request(visit);
	dti_visit_take_out(visit);
}

void dti_visit_hold(struct dti_discv4 *discv4, struct dti_visit *visit,
		    struct dti_discv4_now now)
{
	dti_visit_put_off(discv4, visit, DTI_VISIT_HELD, now);
}

/* ---- stages ---- */

static bool is_for_record(const struct dti_visit *visit)
{
	return visit->query->question.kind == DTI_QUERY_RECORD;
}

/* It has our proof, as far as we know. */
static void ask(struct dti_discv4 *discv4, struct dti_visit *visit,
		struct dti_discv4_now now)
{
	struct dti_packet packet = {
		.type = is_for_record(visit) ? DTI_PACKET_RECORD_REQUEST
					     : DTI_PACKET_FIND_NODE,
	};
	struct dti_request *request =
		dti_requests_find(discv4->requests, &visit->node.id,
				  &visit->node.endpoint, packet.type);

	if (packet.type == DTI_PACKET_FIND_NODE)
		packet.find_node.target = visit->query->question.target;
	if (request == NULL)
		request =
			dti_discv4_request(discv4, &visit->node, &packet, now);
	if (request == NULL) {
		dti_visit_hold(discv4, visit, now);
		return;
	}
	if (visit->has_bonded)
		request->purpose_kind |= DTI_REQUEST_BONDED;
	join(visit, request, DTI_VISIT_ASK);
}

static void ping(struct dti_discv4 *discv4, struct dti_visit *visit,
		 enum dti_visit_stage stage, struct dti_discv4_now now)
{
	struct dti_request *request =
		dti_discv4_ping(discv4, &visit->node, now);

	if (request == NULL)
		dti_visit_hold(discv4, visit, now);
	else
		join(visit, request, stage);
}

static void bond(struct dti_discv4 *discv4, struct dti_visit *visit,
		 struct dti_discv4_now now)
{
	visit->has_bonded = true;
	ping(discv4, visit, DTI_VISIT_BOND, now);
}

void dti_visit_begin(struct dti_discv4 *discv4, struct dti_visit *visit,
		     struct dti_discv4_now now)
{
	visit->neighbor_count = 0;
	visit->has_bonded = false;
	visit->ponged = false;
	if (visit->query->question.kind == DTI_QUERY_PING)
		ping(discv4, visit, DTI_VISIT_ASK, now);
	else if (dti_proofs_has_pinged(discv4->proofs, &visit->node.id,
				       &visit->node.endpoint, now.ms))
		ask(discv4, visit, now);
	else
		bond(discv4, visit, now);
}

static void bonded(struct dti_discv4 *discv4, struct dti_visit *visit,
		   const struct dti_request *ended,
		   const struct dti_packet *pong, struct dti_discv4_now now)
{
	visit->ponged = pong != NULL;
	if (pong == NULL)
		dti_query_visited(discv4, visit, ended, NULL, now);
	else if (dti_proofs_has_pinged(discv4->proofs, &visit->node.id,
				       &visit->node.endpoint, now.ms))
		dti_visit_put_off(discv4, visit, DTI_VISIT_SOON, now);
	else
		dti_visit_put_off(discv4, visit, DTI_VISIT_WAIT, now);
}

/*
 * The reply is of the first one's target: whoever waits behind asks for himself,
 * unless nothing came. Then he would ask a silent node again, one after the
 * other.
 */
static bool is_to_ask_again(const struct dti_request *ended,
			    const struct dti_visit *visit)
{
	if (ended->type != DTI_PACKET_FIND_NODE || ended->replies == 0)
		return false;
	return visit != ended->purpose ||
	       (ended->purpose_kind & DTI_REQUEST_ORPHAN) != 0;
}

/* Or the question, or the reply, was lost on the way. */
static bool may_have_lost_proof(const struct dti_request *ended,
				const struct dti_visit *visit)
{
	return ended->type == DTI_PACKET_FIND_NODE && ended->replies == 0 &&
	       !visit->has_bonded;
}

void dti_visits_request_over(struct dti_discv4 *discv4,
			     const struct dti_request *ended,
			     const struct dti_packet *packet,
			     struct dti_discv4_now now)
{
	struct dti_visit *next;

	for (struct dti_visit *visit = ended->purpose; visit; visit = next) {
		bool was_bond = visit->stage == DTI_VISIT_BOND;

		next = visit->behind; /* the visit may be gone after this */
		visit->request = NULL;
		visit->behind = NULL;
		dti_visit_take_out(visit);
		if (was_bond)
			bonded(discv4, visit, ended, packet, now);
		else if (is_to_ask_again(ended, visit))
			ask(discv4, visit, now);
		else if (may_have_lost_proof(ended, visit))
			bond(discv4, visit, now);
		else
			dti_query_visited(discv4, visit, ended, packet, now);
	}
}

void dti_visits_neighbors(struct dti_discv4 *discv4,
			  struct dti_request *request,
			  const struct dti_packet *packet,
			  struct dti_discv4_now now)
{
	struct dti_visit *visit = request->purpose;
	size_t count = packet->neighbors.count;

	if (visit == NULL || (request->purpose_kind & DTI_REQUEST_ORPHAN) != 0)
		return;
	for (size_t i = 0;
	     i < count && visit->neighbor_count < DTI_NEIGHBORS_PER_REPLY; i++)
		visit->neighbors[visit->neighbor_count++] =
			packet->neighbors.nodes[i];
	if (visit->neighbor_count == DTI_NEIGHBORS_PER_REPLY)
		dti_discv4_request_over(discv4, request, packet, now);
	else if (count < DTI_NEIGHBORS_MAX && visit->stage == DTI_VISIT_ASK)
		dti_visit_put_off(discv4, visit, DTI_VISIT_SETTLE, now);
}

void dti_visits_pinged(struct dti_discv4 *discv4, const struct dt_node *node,
		       struct dti_discv4_now now)
{
	struct dti_visit *next;

	for (struct dti_visit *visit = dti_visit_first(discv4, DTI_VISIT_WAIT);
	     visit; visit = next) {
		next = dti_visit_next(discv4, visit);
		if (dti_node_id_equal(&visit->node.id, &node->id) &&
		    dti_endpoint_same_ip(&visit->node.endpoint,
					 &node->endpoint))
			dti_visit_put_off(discv4, visit, DTI_VISIT_SOON, now);
	}
}

/* ---- time ---- */

void dti_visits_tick(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	struct dti_visit *visit;

	while ((visit = dti_visit_due(discv4, DTI_VISIT_SOON, now)) != NULL ||
	       (visit = dti_visit_due(discv4, DTI_VISIT_WAIT, now)) != NULL) {
		dti_visit_take_out(visit);
		ask(discv4, visit, now);
	}
	while ((visit = dti_visit_due(discv4, DTI_VISIT_SETTLE, now)) != NULL)
		dti_discv4_request_over(discv4, visit->request, NULL, now);
	while ((visit = dti_visit_due(discv4, DTI_VISIT_HELD, now)) != NULL) {
		dti_visit_take_out(visit);
		if (dti_query_has_nobody(visit->query))
			dti_query_visited(discv4, visit, NULL, NULL, now);
		else
			dti_visit_begin(discv4, visit, now);
	}
}
