/* SPDX-License-Identifier: MIT */
/* What was asked of us, by the embedder or by ourselves, and how it ends. */
#include <string.h>

#include "lib/assert.h"
#include "lib/discv4/state.h"
#include "lib/memory.h"
#include "lib/node/address_class.h"
#include "lib/node/endpoint.h"
#include "lib/node/id.h"

static void link_query(struct dti_discv4 *discv4, struct dti_query *query)
{
	query->next = discv4->queries;
	if (query->next != NULL)
		query->next->previous = query;
	discv4->queries = query;
	discv4->query_count++;
	if (query->question.tag == NULL)
		discv4->own_count++;
}

static void unlink_query(struct dti_discv4 *discv4, struct dti_query *query)
{
	*(query->previous ? &query->previous->next : &discv4->queries) =
		query->next;
	if (query->next != NULL)
		query->next->previous = query->previous;
	discv4->query_count--;
	if (query->question.tag == NULL)
		discv4->own_count--;
}

void dti_query_free(struct dti_discv4 *discv4, struct dti_query *query)
{
	for (size_t i = 0; i < DTI_LOOKUP_ALPHA; i++)
		dti_visit_leave(&query->visits[i]);
	unlink_query(discv4, query);
	dti_free(discv4->config.allocator, query);
}

/* @answer holds nothing of the query's: that is gone before it is told. */
static void end(struct dti_discv4 *discv4, struct dti_query *query,
		const struct dti_discv4_answer *answer,
		struct dti_discv4_now now)
{
	const struct dti_discv4_seams *seams = &discv4->config.seams;
	enum dti_discv4_query_kind kind = query->question.kind;
	void *tag = query->question.tag;
	bool is_refresh = query->is_refresh;

	dti_query_free(discv4, query);
	if (tag != NULL)
		seams->done(seams->context, tag, answer);
	else if (is_refresh)
		dti_discv4_refreshed(discv4, now);
	else if (kind == DTI_QUERY_RECORD && answer->err == DT_OK)
		dti_discv4_record_came(discv4, answer->record, now);
}

bool dti_query_begin(struct dti_discv4 *discv4,
		     const struct dti_discv4_question *question,
		     bool is_refresh, struct dti_discv4_now now)
{
	struct dti_query *query =
		dti_calloc(discv4->config.allocator, 1, sizeof(*query));

	if (query == NULL)
		return false;
	query->question = *question;
	query->is_refresh = is_refresh;
	for (size_t i = 0; i < DTI_LOOKUP_ALPHA; i++)
		query->visits[i].query = query;
	link_query(discv4, query);
	if (question->kind == DTI_QUERY_LOOKUP ||
	    question->kind == DTI_QUERY_RESOLVE) {
		dti_query_lookup_begin(discv4, query, now);
	} else {
		query->visits[0].node = question->node;
		dti_visit_begin(discv4, &query->visits[0], now);
	}
	return true;
}

static void end_ping(struct dti_discv4 *discv4, struct dti_query *query,
		     const struct dti_request *ended,
		     const struct dti_packet *pong, struct dti_discv4_now now)
{
	struct dti_discv4_answer answer = {.err = DT_ERR_TIMED_OUT};

	if (pong != NULL)
		answer = (struct dti_discv4_answer){
			.err = DT_OK,
			.rtt_ms = now.ms - ended->sent_ms,
			.seen_as = pong->pong.to,
			.record_seq =
				pong->has_record_seq ? pong->record_seq : 0,
		};
	end(discv4, query, &answer, now);
}

/* Its own, and with no address that it may not tell us. */
static bool is_good_record(const struct dt_record *record,
			   const struct dt_node *node)
{
	const struct dt_endpoint *endpoint = &record->node.endpoint;

	return dti_node_id_equal(&record->node.id, &node->id) &&
	       (!dti_endpoint_has_address(endpoint) ||
		dti_address_may_relay(&node->endpoint, endpoint));
}

static void end_record(struct dti_discv4 *discv4, struct dti_query *query,
		       const struct dti_packet *reply,
		       struct dti_discv4_now now)
{
	const struct dti_discv4_seams *seams = &discv4->config.seams;
	struct dti_discv4_answer answer = {.err = DT_ERR_TIMED_OUT};
	struct dt_record record;

	if (reply != NULL) {
		struct dti_bytes bytes = {reply->record_response.record,
					  reply->record_response.length};

		answer.err = DT_ERR_PARSE;
		if (seams->read_record(seams->context, &record, bytes) &&
		    is_good_record(&record, &query->question.node)) {
			answer.err = DT_OK;
			answer.record = &record;
		}
	}
	end(discv4, query, &answer, now);
}

static void end_find(struct dti_discv4 *discv4, struct dti_query *query,
		     const struct dti_request *ended, struct dti_discv4_now now)
{
	const struct dti_visit *visit = &query->visits[0];
	struct dti_discv4_answer answer = {.err = DT_ERR_TIMED_OUT};
	struct dt_node nodes[DTI_NEIGHBORS_PER_REPLY];

	if (ended->type == DTI_PACKET_FIND_NODE && ended->replies > 0) {
		answer.err = DT_OK;
		answer.nodes = nodes;
		for (size_t i = 0; i < visit->neighbor_count; i++) {
			if (dti_query_accepts(discv4, &visit->node.endpoint,
					      &visit->neighbors[i]))
				nodes[answer.count++] = visit->neighbors[i];
		}
	}
	end(discv4, query, &answer, now);
}

static void end_resolve(struct dti_discv4 *discv4, struct dti_query *query,
			struct dti_discv4_now now)
{
	struct dt_node found = query->found;
	struct dti_discv4_answer answer = {
		.err = query->has_found ? DT_OK : DT_ERR_NOT_FOUND,
		.nodes = &found,
		.count = query->has_found ? 1 : 0,
		.asked = query->lookup.asked,
		.answered = query->lookup.answered,
	};

	end(discv4, query, &answer, now);
}

static void end_lookup(struct dti_discv4 *discv4, struct dti_query *query,
		       struct dti_discv4_now now)
{
	const struct dti_lookup *lookup = &query->lookup;
	struct dt_node nodes[DTI_LOOKUP_RESULTS];
	struct dti_discv4_answer answer = {
		.nodes = nodes,
		.count = lookup->count,
		.asked = lookup->asked,
		.answered = lookup->answered,
	};

	if (lookup->asked > 0 && lookup->count == 0)
		answer.err = DT_ERR_TIMED_OUT;
	for (size_t i = 0; i < lookup->count; i++)
		nodes[i] = lookup->closest[i].node;
	end(discv4, query, &answer, now);
}

void dti_query_visited(struct dti_discv4 *discv4, struct dti_visit *visit,
		       const struct dti_request *ended,
		       const struct dti_packet *packet,
		       struct dti_discv4_now now)
{
	struct dti_query *query = visit->query;

	switch (query->question.kind) {
	case DTI_QUERY_PING:
		end_ping(discv4, query, ended, packet, now);
		break;
	case DTI_QUERY_RECORD:
		/* A bond that failed has no packet. */
		end_record(discv4, query, packet, now);
		break;
	case DTI_QUERY_FIND:
		end_find(discv4, query, ended, now);
		break;
	case DTI_QUERY_LOOKUP:
		if (dti_query_lookup_visited(discv4, visit, ended, now))
			end_lookup(discv4, query, now);
		break;
	case DTI_QUERY_RESOLVE:
		if (dti_query_lookup_visited(discv4, visit, ended, now))
			end_resolve(discv4, query, now);
		break;
	case DTI_QUERY_KINDS:
		break;
	}
}

/* Without a query: it is us, or a node that has passed a check. */
static bool resolve_at_once(struct dti_discv4 *discv4,
			    const struct dti_discv4_question *question)
{
	const struct dti_discv4_seams *seams = &discv4->config.seams;
	const struct dt_node_id *id = &question->target;
	const struct dti_table_entry *entry = dti_table_find(discv4->table, id);
	struct dti_discv4_answer answer = {.err = DT_OK, .count = 1};
	struct dt_node found = discv4->config.self;

	if (!dti_node_id_equal(id, &discv4->config.self.id)) {
		if (entry == NULL || entry->liveness == 0)
			return false;
		found = entry->node;
	}
	answer.nodes = &found;
	seams->done(seams->context, question->tag, &answer);
	return true;
}

dt_err dti_discv4_ask(struct dti_discv4 *discv4,
		      const struct dti_discv4_question *question,
		      struct dti_discv4_now now)
{
	DTI_ASSERT(question->tag != NULL);
	if (question->kind == DTI_QUERY_RESOLVE &&
	    resolve_at_once(discv4, question))
		return DT_OK;
	if (discv4->query_count - discv4->own_count >=
	    discv4->config.max_queries)
		return DT_ERR_BUSY;
	return dti_query_begin(discv4, question, false, now) ? DT_OK
							     : DT_ERR_NO_MEMORY;
}

bool dti_discv4_cancel(struct dti_discv4 *discv4, const void *tag)
{
	for (struct dti_query *query = discv4->queries; query;
	     query = query->next) {
		if (query->question.tag == tag) {
			dti_query_free(discv4, query);
			return true;
		}
	}
	return false;
}
