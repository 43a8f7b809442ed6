/* SPDX-License-Identifier: MIT */
/* A query that asks one node after the other: the lookup, wired to visits. */
#include "lib/discv4/state.h"
#include "lib/node/address_class.h"
#include "lib/node/id.h"

/* Ports below are other services': a liar could have us flood them. */
#define LEAST_UDP_PORT 1025

bool dti_query_accepts(struct dti_discv4 *discv4,
		       const struct dt_endpoint *teller,
		       const struct dt_node *told)
{
	const struct dti_discv4_config *config = &discv4->config;

	if (told->endpoint.udp_port >= LEAST_UDP_PORT &&
	    !dti_node_id_equal(&told->id, &config->self.id) &&
	    dti_address_may_relay(teller, &told->endpoint) &&
	    dti_netrestrict_allows(config->netrestrict, &told->endpoint) &&
	    config->seams.id_is_valid(config->seams.context, &told->id))
		return true;
	/* Who tells us of ourselves breaks no rule. */
	if (!dti_node_id_equal(&told->id, &config->self.id))
		discv4->figures.nodes_refused++;
	return false;
}

static void offer(struct dti_query *query, const struct dt_node *node)
{
	struct dti_place place = dti_place_of(&node->id);

	dti_lookup_offer(&query->lookup, node, &place);
}

static void offer_known(struct dti_discv4 *discv4, struct dti_query *query)
{
	const struct dti_table_entry *closest[DTI_LOOKUP_RESULTS];
	size_t count =
		dti_table_closest(discv4->table, closest, DTI_LOOKUP_RESULTS,
				  &query->lookup.target_place, false);

	for (size_t i = 0; i < count; i++)
		dti_lookup_offer(&query->lookup, &closest[i]->node,
				 &closest[i]->place);
	if (count == DTI_LOOKUP_RESULTS && !query->is_refresh)
		return;
	for (size_t i = 0; i < discv4->config.bootnode_count; i++)
		offer(query, &discv4->bootnodes[i]);
}

/* True: it is over. Nothing ends from within: visits only begin. */
static bool advance(struct dti_discv4 *discv4, struct dti_query *query,
		    struct dti_discv4_now now)
{
	for (size_t i = 0; i < DTI_LOOKUP_ALPHA; i++) {
		struct dti_visit *visit = &query->visits[i];

		if (visit->stage != DTI_VISIT_IDLE)
			continue;
		if (!dti_lookup_next(&query->lookup, &visit->node))
			break;
		dti_visit_begin(discv4, visit, now);
	}
	return dti_lookup_is_done(&query->lookup);
}

void dti_query_lookup_begin(struct dti_discv4 *discv4, struct dti_query *query,
			    struct dti_discv4_now now)
{
	dti_lookup_init(&query->lookup, &query->question.target,
			&discv4->config.self.id);
	offer_known(discv4, query);
	if (advance(discv4, query, now))
		dti_visit_hold(discv4, &query->visits[0], now);
}

bool dti_query_has_nobody(const struct dti_query *query)
{
	bool is_lookup = query->question.kind == DTI_QUERY_LOOKUP ||
			 query->question.kind == DTI_QUERY_RESOLVE;

	return is_lookup && query->lookup.asked == 0;
}

/* RESOLVE: the node that is looked for, by its own word or by another's. */
static void note_found(struct dti_query *query, const struct dt_node *node)
{
	if (query->question.kind != DTI_QUERY_RESOLVE ||
	    !dti_node_id_equal(&node->id, &query->question.target))
		return;
	query->found = *node;
	query->has_found = true;
}

/* Told where it is, we believe more what we have proven ourselves. */
static void offer_told(struct dti_discv4 *discv4, struct dti_query *query,
		       const struct dt_node *told,
		       const struct dti_place *place)
{
	const struct dti_table_entry *entry =
		dti_table_find(discv4->table, &told->id);

	if (entry != NULL && entry->liveness > 0)
		told = &entry->node;
	dti_lookup_offer(&query->lookup, told, place);
}

static void take_neighbors(struct dti_discv4 *discv4, struct dti_query *query,
			   const struct dti_visit *visit,
			   struct dti_discv4_now now)
{
	for (size_t i = 0; i < visit->neighbor_count; i++) {
		const struct dt_node *node = &visit->neighbors[i];
		struct dti_place place;

		if (!dti_query_accepts(discv4, &visit->node.endpoint, node))
			continue;
		place = dti_place_of(&node->id);
		offer_told(discv4, query, node, &place);
		(void)dti_table_add(discv4->table, node, &place, false, now.ms);
		if (!query->has_found)
			note_found(query, node);
	}
}

bool dti_query_lookup_visited(struct dti_discv4 *discv4,
			      struct dti_visit *visit,
			      const struct dti_request *ended,
			      struct dti_discv4_now now)
{
	struct dti_query *query = visit->query;
	enum dti_lookup_fate fate =
		visit->ponged ? DTI_LOOKUP_ALIVE : DTI_LOOKUP_DEAD;

	if (ended == NULL)
		return true;
	if (ended->type == DTI_PACKET_FIND_NODE && ended->replies > 0)
		fate = DTI_LOOKUP_ANSWERED;
	if (fate != DTI_LOOKUP_DEAD)
		note_found(query, &visit->node);
	if (fate == DTI_LOOKUP_ANSWERED)
		take_neighbors(discv4, query, visit, now);
	dti_lookup_over(&query->lookup, &visit->node.id, fate);
	if (fate != DTI_LOOKUP_DEAD &&
	    query->question.kind == DTI_QUERY_RESOLVE &&
	    dti_node_id_equal(&visit->node.id, &query->question.target))
		return true;
	return advance(discv4, query, now);
}
