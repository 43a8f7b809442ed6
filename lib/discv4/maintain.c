/* SPDX-License-Identifier: MIT */
/*
 * How the table is filled and kept true. A refresh looks up the own id, and
 * then three random targets, beginning with what is known and the bootnodes. A
 * check pings one entry; those that were only heard of come sooner.
 */
#include "lib/discv4/state.h"
#include "lib/node/endpoint.h"

#define RANDOM_LOOKUPS  3
/*
 * Refreshes come at 1, 2, 4, ... seconds, until the usual time between them is
 * less: the network may be young, or its nodes may have looked when we were not
 * there yet. With as many entries as these there is no hurry.
 */
#define ENTRIES_ENOUGH  16
#define FIRST_DELAY_MS  INT64_C(1000)
#define ENOUGH_DELAY_MS INT64_C(30000)
#define MOST_DOUBLINGS  20
#define HASTE           5 /* checks come so much sooner while some are unproven */
/* Worth remembering on disk: so many checks passed, or so old. */
#define SEED_CHECKS     5
#define SEED_AGE_MS     (INT64_C(5) * 60 * 1000)

/* ---- refresh ---- */

static void begin_lookup(struct dti_discv4 *discv4,
			 const struct dt_node_id *target,
			 struct dti_discv4_now now)
{
	struct dti_discv4_question question = {
		.kind = DTI_QUERY_LOOKUP,
		.target = *target,
	};

	discv4->refresh_lookups++;
	if (!dti_query_begin(discv4, &question, true, now))
		discv4->refresh_lookups--; /* no memory: the others will do */
}

static size_t entries(const struct dti_discv4 *discv4)
{
	struct dti_table_sizes sizes;

	dti_table_sizes(discv4->table, &sizes);
	return sizes.entries;
}

static int64_t half_to_all(struct dti_discv4 *discv4, int64_t ms)
{
	uint32_t half = (uint32_t)(ms / 2);

	return half + dti_random_below(&discv4->random, half + 1);
}

static int64_t refresh_delay(struct dti_discv4 *discv4)
{
	int64_t usual_ms = half_to_all(discv4, discv4->config.refresh_ms);
	bool enough = entries(discv4) >= ENTRIES_ENOUGH;
	int64_t delay_ms;

	/* The network was lost: begin anew. */
	if (discv4->had_enough && !enough)
		discv4->refresh_doublings = 0;
	discv4->had_enough = enough;
	delay_ms = FIRST_DELAY_MS << discv4->refresh_doublings;
	if (discv4->refresh_doublings < MOST_DOUBLINGS)
		discv4->refresh_doublings++;
	if (enough && delay_ms < ENOUGH_DELAY_MS)
		delay_ms = ENOUGH_DELAY_MS;
	return delay_ms < usual_ms ? delay_ms : usual_ms;
}

static void end_refresh(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	discv4->ready = true;
	discv4->refresh_random = false;
	discv4->figures.refreshes++;
	discv4->next_refresh_ms = now.ms + refresh_delay(discv4);
}

static void begin_random(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	struct dt_node_id target;

	discv4->refresh_random = true;
	for (int i = 0; i < RANDOM_LOOKUPS; i++) {
		dti_random_fill(&discv4->random, &target, sizeof(target));
		begin_lookup(discv4, &target, now);
	}
}

void dti_discv4_refreshed(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	if (--discv4->refresh_lookups > 0)
		return;
	if (!discv4->refresh_random)
		begin_random(discv4, now);
	if (discv4->refresh_lookups == 0)
		end_refresh(discv4, now);
}

static void begin_refresh(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	discv4->next_refresh_ms = INT64_MAX; /* end_refresh() sets it */
	for (size_t i = 0; i < discv4->config.bootnode_count; i++) {
		const struct dt_node *node = &discv4->bootnodes[i];
		struct dti_place place = dti_place_of(&node->id);

		(void)dti_table_add(discv4->table, node, &place, false, now.ms);
	}
	begin_lookup(discv4, &discv4->config.self.id, now);
	if (discv4->refresh_lookups == 0)
		end_refresh(discv4, now);
}

/* ---- checks ---- */

static bool has_unproven(const struct dti_discv4 *discv4)
{
	struct dti_table_sizes sizes;

	dti_table_sizes(discv4->table, &sizes);
	return sizes.verified < sizes.entries;
}

/* NULL: all are proven. */
static const struct dti_table_entry *
pick_unproven(const struct dti_discv4 *discv4, struct dti_random *random)
{
	const struct dti_table_entry *all[DTI_TABLE_ENTRIES_MAX];
	size_t count = dti_table_entries(discv4->table, all);
	uint32_t unproven = 0;

	for (size_t i = 0; i < count; i++) {
		if (all[i]->liveness == 0)
			all[unproven++] = all[i];
	}
	if (unproven == 0)
		return NULL;
	return all[dti_random_below(random, unproven)];
}

static void check(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	struct dti_random *random = &discv4->random;
	const struct dti_table_entry *entry = NULL;
	struct dt_node node;

	/* Half of them, so that a flood of the unproven hides no dead node. */
	if (dti_random_below(random, 2) == 0)
		entry = pick_unproven(discv4, random);
	if (entry == NULL)
		entry = dti_table_to_check(discv4->table, random);
	if (entry == NULL)
		return;
	node = entry->node;
	if (dti_discv4_ping(discv4, &node, DTI_REQUEST_CHECK, now) != NULL)
		discv4->figures.checks++;
}

static int64_t check_delay(struct dti_discv4 *discv4)
{
	int64_t delay_ms = discv4->config.check_ms;

	if (has_unproven(discv4))
		delay_ms /= HASTE;
	return delay_ms / 2 +
	       dti_random_below(&discv4->random, (uint32_t)delay_ms + 1);
}

void dti_discv4_maintain(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	if (!discv4->started)
		return;
	if (discv4->next_refresh_ms <= now.ms)
		begin_refresh(discv4, now);
	if (entries(discv4) == 0) {
		discv4->next_check_ms = INT64_MAX;
		return;
	}
	if (discv4->next_check_ms <= now.ms)
		check(discv4, now);
	else if (discv4->next_check_ms != INT64_MAX)
		return;
	discv4->next_check_ms = now.ms + check_delay(discv4);
}

int64_t dti_discv4_maintain_deadline(const struct dti_discv4 *discv4)
{
	int64_t check_ms = discv4->next_check_ms;

	if (!discv4->started)
		return INT64_MAX;
	/* The first entry came since the last tick: begin to check. */
	if (check_ms == INT64_MAX && entries(discv4) > 0)
		return 0;
	return check_ms < discv4->next_refresh_ms ? check_ms
						  : discv4->next_refresh_ms;
}

/* ---- what comes of it ---- */

void dti_discv4_ponged(struct dti_discv4 *discv4,
		       const struct dti_request *request,
		       struct dti_discv4_now now)
{
	const struct dt_node *node = &request->node;
	struct dti_table_entry *entry =
		dti_table_find(discv4->table, &node->id);
	struct dti_place place;

	(void)dti_proofs_ponged(discv4->proofs, &node->id, &node->endpoint,
				now.ms);
	if (entry != NULL &&
	    dti_endpoint_equal(&entry->node.endpoint, &node->endpoint)) {
		dti_table_alive(discv4->table, entry, now.ms);
		return;
	}
	/* Strangers may not fill a table that knows nobody yet. */
	if (!discv4->ready && entry == NULL &&
	    (request->purpose_kind & DTI_REQUEST_BACK) != 0)
		return;
	if (!dti_netrestrict_allows(discv4->config.netrestrict,
				    &node->endpoint))
		return;
	place = dti_place_of(&node->id);
	(void)dti_table_add(discv4->table, node, &place, true, now.ms);
	entry = dti_table_find(discv4->table, &node->id);
	if (entry != NULL)
		dti_table_alive(discv4->table, entry, now.ms);
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
		dti_table_find(discv4->table, &request->node.id);

	if (pong == NULL)
		discv4->figures.checks_failed++;
	if (entry == NULL)
		return;
	seams->checked(seams->context, entry, pong != NULL,
		       entry->checks > SEED_CHECKS ||
			       now.ms - entry->added_ms >= SEED_AGE_MS);
	if (pong == NULL)
		dti_table_dead(discv4->table, entry, &discv4->random);
	else if (pong->has_record_seq && pong->record_seq > entry->record_seq)
		ask_record(discv4, &request->node, now);
}

/* Its ports are news; a new address would have to be proven first. */
void dti_discv4_record_came(struct dti_discv4 *discv4,
			    const struct dt_record *record,
			    struct dti_discv4_now now)
{
	struct dti_table_entry *entry =
		dti_table_find(discv4->table, &record->node.id);
	struct dt_node node;

	if (entry == NULL || record->seq < entry->record_seq)
		return;
	dti_table_set_record_seq(discv4->table, entry, record->seq);
	node = record->node;
	if (!dti_endpoint_same_ip(&node.endpoint, &entry->node.endpoint) ||
	    node.endpoint.udp_port == 0 || node.endpoint.tcp_port == 0)
		return;
	(void)dti_table_add(discv4->table, &node, &entry->place, true, now.ms);
}
