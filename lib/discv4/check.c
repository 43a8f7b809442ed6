/* SPDX-License-Identifier: MIT */
/*
 * How the table is kept true. A check pings one entry; those that were only
 * heard of come sooner.
 */
#include "lib/discv4/state.h"
#include "lib/node/endpoint.h"

#define HASTE       10 /* checks come so much sooner while some are unproven */
/* Worth remembering on disk: so many checks passed, or so old. */
#define SEED_CHECKS 5
#define SEED_AGE_MS (INT64_C(5) * 60 * 1000)

static bool has_unproven(const struct dti_discv4 *discv4)
{
	struct dti_table_sizes sizes;

	dti_table_sizes(discv4->table, &sizes);
	return sizes.verified < sizes.entries;
}

void dti_discv4_check(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	struct dti_random *random = &discv4->random;
	const struct dti_table_entry *entry = NULL;
	struct dti_request *request;
	struct dt_node node;

	/* Half of them, so that a flood of the unproven hides no dead node. */
	if (dti_random_below(random, 2) == 0)
		entry = dti_table_to_verify(discv4->table, random);
	if (entry == NULL)
		entry = dti_table_to_check(discv4->table, random);
	if (entry == NULL)
		entry = dti_table_to_verify(discv4->table, random);
	if (entry == NULL)
		return;
	node = entry->node;
	request = dti_discv4_ping(discv4, &node, now);
	/* Maybe it is being checked. */
	if (request == NULL || (request->purpose_kind & DTI_REQUEST_CHECK) != 0)
		return;
	request->purpose_kind |= DTI_REQUEST_CHECK;
	discv4->figures.checks++;
}

int64_t dti_discv4_check_delay(struct dti_discv4 *discv4)
{
	int64_t delay_ms = discv4->config.check_ms;

	if (has_unproven(discv4))
		delay_ms /= HASTE;
	return delay_ms / 2 +
	       dti_random_below(&discv4->random, (uint32_t)delay_ms + 1);
}

static void ask_record(struct dti_discv4 *discv4, const struct dt_node *node,
		       struct dti_discv4_now now)
{
	struct dti_discv4_question question = {
		.kind = DTI_QUERY_RECORD,
		.node = *node,
	};

	if (discv4->own_count < DTI_OWN_QUERIES)
		(void)dti_query_begin(discv4, &question, false, now);
}

void dti_discv4_check_over(struct dti_discv4 *discv4,
			   const struct dti_request *request,
			   const struct dti_packet *pong,
			   struct dti_discv4_now now)
{
	const struct dti_discv4_seams *seams = &discv4->config.seams;
	struct dti_table_entry *entry =
		dti_discv4_entry_at(discv4, &request->node);

	if (pong == NULL)
		discv4->figures.checks_failed++;
	if (entry == NULL) /* it has left, or is elsewhere by now */
		return;
	seams->checked(seams->context, entry, pong != NULL,
		       entry->checks > SEED_CHECKS ||
			       now.ms - entry->added_ms >= SEED_AGE_MS);
	if (pong == NULL)
		dti_table_dead(discv4->table, entry, &discv4->random);
	else if (pong->has_record_seq && pong->record_seq > entry->record_seq)
		ask_record(discv4, &request->node, now);
}

/* Its TCP port is news. Another address or UDP port would have to be proven: what
 * is written there by hand may be behind a NAT that has another. */
void dti_discv4_record_came(struct dti_discv4 *discv4,
			    const struct dt_record *record,
			    struct dti_discv4_now now)
{
	struct dti_table_entry *entry =
		dti_table_find(discv4->table, &record->node.id);
	const struct dt_endpoint *endpoint = &record->node.endpoint;
	struct dt_node node = record->node;

	if (entry == NULL || record->seq < entry->record_seq)
		return;
	dti_table_set_record_seq(discv4->table, entry, record->seq);
	node.endpoint.udp_port = entry->node.endpoint.udp_port;
	if (dti_endpoint_same_ip(endpoint, &entry->node.endpoint) &&
	    endpoint->tcp_port != 0 &&
	    dti_query_accepts(discv4, &entry->node.endpoint, &node))
		(void)dti_table_add(discv4->table, &node, &entry->place, true,
				    now.ms);
}
