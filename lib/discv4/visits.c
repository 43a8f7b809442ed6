/* SPDX-License-Identifier: MIT */
/* See VISIT in lib/discv4/state.h. */
#include "lib/assert.h"
#include "lib/discv4/state.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"

/* ---- lists by time ---- */

static struct dti_visit_list *list_of(struct dti_discv4 *discv4,
				      enum dti_visit_stage stage)
{
	switch (stage) {
	case DTI_VISIT_WAIT:
		return &discv4->waiting;
	case DTI_VISIT_SOON:
		return &discv4->soon;
	case DTI_VISIT_SETTLE:
		return &discv4->settling;
	case DTI_VISIT_HELD:
		return &discv4->held;
	case DTI_VISIT_IDLE:
	case DTI_VISIT_BOND:
	case DTI_VISIT_ASK:
		break;
	}
	return NULL;
}

static int64_t delay_of(enum dti_visit_stage stage)
{
	switch (stage) {
	case DTI_VISIT_WAIT:
		return DTI_BOND_WAIT_MS;
	case DTI_VISIT_SOON:
		return DTI_BOND_SOON_MS;
	case DTI_VISIT_SETTLE:
		return DTI_SETTLE_MS;
	default:
		return DTI_HELD_MS;
	}
}

static void take_out(struct dti_discv4 *discv4, struct dti_visit *visit)
{
	struct dti_visit_list *list = list_of(discv4, visit->stage);

	visit->stage = DTI_VISIT_IDLE;
	if (list == NULL)
		return;
	*(visit->previous ? &visit->previous->next : &list->first) =
		visit->next;
	*(visit->next ? &visit->next->previous : &list->last) = visit->previous;
	visit->next = visit->previous = NULL;
}

static void put_off(struct dti_discv4 *discv4, struct dti_visit *visit,
		    enum dti_visit_stage stage, struct dti_discv4_now now)
{
	struct dti_visit_list *list = list_of(discv4, stage);

	take_out(discv4, visit);
	visit->stage = stage;
	visit->due_ms = now.ms + delay_of(stage);
	visit->previous = list->last;
	*(list->last ? &list->last->next : &list->first) = visit;
	list->last = visit;
}

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

void dti_visit_leave(struct dti_discv4 *discv4, struct dti_visit *visit)
{
	if (visit->request != NULL)
		leave_request(visit);
	take_out(discv4, visit);
}

void dti_visit_hold(struct dti_discv4 *discv4, struct dti_visit *visit,
		    struct dti_discv4_now now)
{
	put_off(discv4, visit, DTI_VISIT_HELD, now);
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
	if (request == NULL)
		dti_visit_hold(discv4, visit, now);
	else
		join(visit, request, DTI_VISIT_ASK);
}

static void ping(struct dti_discv4 *discv4, struct dti_visit *visit,
		 enum dti_visit_stage stage, struct dti_discv4_now now)
{
	struct dti_request *request =
		dti_discv4_ping(discv4, &visit->node, 0, now);

	if (request == NULL)
		dti_visit_hold(discv4, visit, now);
	else
		join(visit, request, stage);
}

void dti_visit_begin(struct dti_discv4 *discv4, struct dti_visit *visit,
		     struct dti_discv4_now now)
{
	visit->neighbor_count = 0;
	if (visit->query->question.kind == DTI_QUERY_PING)
		ping(discv4, visit, DTI_VISIT_ASK, now);
	else if (dti_proofs_has_pinged(discv4->proofs, &visit->node.id,
				       &visit->node.endpoint, now.ms))
		ask(discv4, visit, now);
	else
		ping(discv4, visit, DTI_VISIT_BOND, now);
}

static void bonded(struct dti_discv4 *discv4, struct dti_visit *visit,
		   const struct dti_request *ended,
		   const struct dti_packet *pong, struct dti_discv4_now now)
{
	if (pong == NULL)
		dti_query_visited(discv4, visit, ended, NULL, now);
	else if (dti_proofs_has_pinged(discv4->proofs, &visit->node.id,
				       &visit->node.endpoint, now.ms))
		put_off(discv4, visit, DTI_VISIT_SOON, now);
	else
		put_off(discv4, visit, DTI_VISIT_WAIT, now);
}

/* Nobody came for this reply: whoever waits behind asks for himself. */
static bool is_to_ask_again(const struct dti_request *ended,
			    const struct dti_visit *visit)
{
	if (ended->type != DTI_PACKET_FIND_NODE)
		return false;
	return visit != ended->purpose ||
	       (ended->purpose_kind & DTI_REQUEST_ORPHAN) != 0;
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
		take_out(discv4, visit);
		if (was_bond)
			bonded(discv4, visit, ended, packet, now);
		else if (is_to_ask_again(ended, visit))
			ask(discv4, visit, now);
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
		put_off(discv4, visit, DTI_VISIT_SETTLE, now);
}

void dti_visits_pinged(struct dti_discv4 *discv4, const struct dt_node *node,
		       struct dti_discv4_now now)
{
	struct dti_visit *next;

	for (struct dti_visit *visit = discv4->waiting.first; visit;
	     visit = next) {
		next = visit->next;
		if (dti_node_id_equal(&visit->node.id, &node->id) &&
		    dti_endpoint_same_ip(&visit->node.endpoint,
					 &node->endpoint))
			put_off(discv4, visit, DTI_VISIT_SOON, now);
	}
}

/* ---- time ---- */

static struct dti_visit *due(const struct dti_visit_list *list, int64_t now_ms)
{
	struct dti_visit *first = list->first;

	return first != NULL && first->due_ms <= now_ms ? first : NULL;
}

void dti_visits_tick(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	struct dti_visit *visit;

	while ((visit = due(&discv4->soon, now.ms)) != NULL ||
	       (visit = due(&discv4->waiting, now.ms)) != NULL) {
		take_out(discv4, visit);
		ask(discv4, visit, now);
	}
	while ((visit = due(&discv4->settling, now.ms)) != NULL)
		dti_discv4_request_over(discv4, visit->request, NULL, now);
	while ((visit = due(&discv4->held, now.ms)) != NULL) {
		take_out(discv4, visit);
		dti_query_visited(discv4, visit, NULL, NULL, now);
	}
}

int64_t dti_visits_deadline(const struct dti_discv4 *discv4)
{
	const struct dti_visit_list *lists[] = {&discv4->waiting, &discv4->soon,
						&discv4->settling,
						&discv4->held};
	int64_t deadline_ms = INT64_MAX;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const struct dti_visit *first = lists[i]->first;

		if (first != NULL && first->due_ms < deadline_ms)
			deadline_ms = first->due_ms;
	}
	return deadline_ms;
}
