/* SPDX-License-Identifier: MIT */
/*
 * How the table is filled. A refresh looks up the own id, and then three random
 * targets, beginning with what is known and the bootnodes. Without refreshes the
 * bootnodes are greeted at the start: they, and who comes, are all there is.
 */
#include "lib/discv4/state.h"

#define RANDOM_LOOKUPS   3
/*
 * Refreshes come at 1, 2, 4, ... seconds, until the usual time between them is
 * less: the network may be young, or its nodes may have looked when we were not
 * there yet. With as many entries as these there is no hurry: half a minute is
 * where that begins.
 */
#define ENTRIES_ENOUGH   16
#define FIRST_DELAY_MS   INT64_C(1000)
#define ENOUGH_DOUBLINGS 5
#define MOST_DOUBLINGS   20

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

static int64_t half_to_all(struct dti_discv4 *discv4, int64_t ms)
{
	uint32_t half = (uint32_t)(ms / 2);

	return half + dti_random_below(&discv4->random, half + 1);
}

static int64_t refresh_delay(struct dti_discv4 *discv4)
{
	int64_t most_ms = discv4->config.refresh_ms;
	int64_t usual_ms = half_to_all(
		discv4, most_ms > FIRST_DELAY_MS ? most_ms : FIRST_DELAY_MS);
	bool enough = dti_discv4_entries(discv4) >= ENTRIES_ENOUGH;
	int64_t delay_ms;

	/* The network was lost: begin anew. */
	if (discv4->had_enough && !enough)
		discv4->refresh_doublings = 0;
	discv4->had_enough = enough;
	if (enough && discv4->refresh_doublings < ENOUGH_DOUBLINGS)
		discv4->refresh_doublings = ENOUGH_DOUBLINGS;
	delay_ms = FIRST_DELAY_MS << discv4->refresh_doublings;
	if (discv4->refresh_doublings < MOST_DOUBLINGS)
		discv4->refresh_doublings++;
	return delay_ms < usual_ms ? delay_ms : usual_ms;
}

static void end_refresh(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	discv4->ready = true;
	discv4->refresh_random = false;
	if (discv4->config.refresh_ms == 0)
		return;
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

static void add_all(struct dti_discv4 *discv4, const struct dt_node *nodes,
		    size_t count, struct dti_discv4_now now)
{
	for (size_t i = 0; i < count; i++) {
		struct dti_place place = dti_place_of(&nodes[i].id);

		(void)dti_table_add(discv4->table, &nodes[i], &place, false,
				    now.ms);
	}
}

/* Who answers is proven, and so are we to whoever pings us back. */
static void greet(struct dti_discv4 *discv4, struct dti_discv4_now now)
{
	for (size_t i = 0; i < discv4->config.bootnode_count; i++)
		(void)dti_discv4_ping(discv4, &discv4->bootnodes[i], now);
}

/*
 * Whoever knows nobody has nobody to look for: it is ready at once, for a first
 * node of a network is pinged once by those who begin with it.
 */
static bool knows_somebody(const struct dti_discv4 *discv4)
{
	return discv4->config.bootnode_count > 0 ||
	       dti_discv4_entries(discv4) > 0;
}

void dti_discv4_begin_refresh(struct dti_discv4 *discv4,
			      struct dti_discv4_now now)
{
	struct dti_table_sizes sizes;

	discv4->next_refresh_ms = INT64_MAX; /* end_refresh() sets it */
	dti_table_sizes(discv4->table, &sizes);
	if (sizes.verified == 0)
		add_all(discv4, discv4->seeds, discv4->seed_count, now);
	add_all(discv4, discv4->bootnodes, discv4->config.bootnode_count, now);
	if (discv4->config.refresh_ms == 0)
		greet(discv4, now);
	else if (knows_somebody(discv4))
		begin_lookup(discv4, &discv4->config.self.id, now);
	if (discv4->refresh_lookups == 0)
		end_refresh(discv4, now);
}
