/* SPDX-License-Identifier: MIT */
/* When refreshes and checks are due, and what a pong does to the table. */
#include "lib/discv4/state.h"
#include "lib/node/endpoint.h"

size_t dti_discv4_entries(const struct dti_discv4 *discv4)
{
	struct dti_table_sizes sizes;

	dti_table_sizes(discv4->table, &sizes);
	return sizes.entries;
}

void dti_discv4_maintain(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	if (!discv4->started)
		return;
	if (discv4->next_refresh_ms <= now.ms)
		dti_discv4_begin_refresh(discv4, now);
	if (discv4->next_check_ms > now.ms &&
	    discv4->next_check_ms != INT64_MAX)
		return;
	if (dti_discv4_entries(discv4) == 0) {
		discv4->next_check_ms = INT64_MAX;
		return;
	}
	if (discv4->next_check_ms != INT64_MAX)
		dti_discv4_check(discv4, now);
	discv4->next_check_ms = now.ms + dti_discv4_check_delay(discv4);
}

int64_t dti_discv4_maintain_deadline(const struct dti_discv4 *discv4)
{
	int64_t check_ms = discv4->next_check_ms;

	if (!discv4->started)
		return INT64_MAX;
	/* The first entry came since the last tick: begin to check. */
	if (check_ms == INT64_MAX && dti_discv4_entries(discv4) > 0)
		return 0;
	return check_ms < discv4->next_refresh_ms ? check_ms
						  : discv4->next_refresh_ms;
}

struct dti_table_entry *dti_discv4_entry_at(const struct dti_discv4 *discv4,
					    const struct dt_node *node)
{
	struct dti_table_entry *entry =
		dti_table_find(discv4->table, &node->id);

	if (entry == NULL ||
	    !dti_endpoint_same_ip(&entry->node.endpoint, &node->endpoint) ||
	    entry->node.endpoint.udp_port != node->endpoint.udp_port)
		return NULL;
	return entry;
}

/* May whoever has ponged get into the table, or change its entry? */
static bool is_wanted(const struct dti_discv4 *discv4,
		      const struct dti_request *request)
{
	bool is_stranger = (request->purpose_kind & DTI_REQUEST_BACK) != 0 &&
			   !dti_table_find(discv4->table, &request->node.id);

	/* Strangers may not fill a table that knows nobody yet. */
	if (is_stranger && !discv4->ready)
		return false;
	return dti_netrestrict_allows(discv4->config.netrestrict,
				      &request->node.endpoint);
}

static void note_seen_as(const struct dti_discv4 *discv4,
			 const struct dti_request *request,
			 const struct dti_packet *pong)
{
	const struct dti_discv4_seams *seams = &discv4->config.seams;

	if (seams->seen_as != NULL)
		seams->seen_as(seams->context, &request->node.endpoint,
			       &pong->pong.to);
}

static void ponged(struct dti_discv4 *discv4, const struct dti_request *request,
		   struct dti_discv4_now now)
{
	const struct dt_node *node = &request->node;
	struct dti_table_entry *entry = dti_discv4_entry_at(discv4, node);
	/* Of its TCP port only its own word counts. */
	bool is_news =
		entry == NULL || (request->purpose_kind & DTI_REQUEST_TCP) != 0;

	(void)dti_proofs_ponged(discv4->proofs, &node->id, &node->endpoint,
				now.ms);
	if (is_news && is_wanted(discv4, request)) {
		struct dti_place place = dti_place_of(&node->id);

		(void)dti_table_add(discv4->table, node, &place, true, now.ms);
		/* There may be no room for where it is: then it says nothing of
		 * the endpoint that is in the table. */
		entry = dti_discv4_entry_at(discv4, node);
	}
	if (entry != NULL)
		dti_table_alive(discv4->table, entry, now.ms);
}

/*
 * A node without a record says nothing when it is asked for it, nor does one
 * that has lost our proof: the ping that follows will tell.
 */
static bool is_failure(const struct dti_request *request)
{
	return request->type == DTI_PACKET_PING ||
	       (request->type == DTI_PACKET_FIND_NODE &&
		(request->purpose_kind & DTI_REQUEST_BONDED) != 0);
}

static void note_silence(struct dti_discv4 *discv4,
			 const struct dti_request *request)
{
	struct dti_table_entry *entry =
		dti_discv4_entry_at(discv4, &request->node);

	if (entry != NULL && is_failure(request))
		(void)dti_table_find_failed(discv4->table, entry,
					    &discv4->random);
	/* Maybe it has lost our proof: the next visit renews it. */
	if (request->type != DTI_PACKET_PING)
		dti_proofs_forget_ping(discv4->proofs, &request->node.id,
				       &request->node.endpoint);
}

void dti_discv4_learn(struct dti_discv4 *discv4,
		      const struct dti_request *ended,
		      const struct dti_packet *packet,
		      struct dti_discv4_now now)
{
	struct dti_table_entry *entry;

	if (ended->type == DTI_PACKET_PING && packet != NULL) {
		note_seen_as(discv4, ended, packet);
		ponged(discv4, ended, now);
	}
	if ((ended->purpose_kind & DTI_REQUEST_CHECK) != 0)
		dti_discv4_check_over(discv4, ended, packet, now);
	else if (ended->replies == 0)
		note_silence(discv4, ended);
	if (ended->type != DTI_PACKET_FIND_NODE || ended->replies == 0)
		return;
	entry = dti_discv4_entry_at(discv4, &ended->node);
	if (entry != NULL)
		dti_table_find_answered(discv4->table, entry);
}
