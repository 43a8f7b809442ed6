/* SPDX-License-Identifier: MIT */
#include "tests/sim/measure.h"

#include <math.h>
#include <stdlib.h>

#include "lib/discv4/table.h"
#include "lib/node/id.h"

#include "tests/require.h"

#define CLOSEST  16
#define STEP_MS  100
#define LIMIT_MS 120000 /* a lookup takes a few seconds */

struct lookup {
	struct world_node *asker;
	struct dti_discv4_question question;
	struct world_answer answer;
	int64_t begun_ms;
	bool is_over; /* it has ended, or whoever asked has left */
};

static void begin(struct swarm *swarm, struct lookup *lookup)
{
	lookup->question.kind = DTI_QUERY_LOOKUP;
	dti_random_fill(world_random(swarm->world), &lookup->question.target,
			sizeof(lookup->question.target));
	lookup->begun_ms = world_now_ms(swarm->world);
	/* One that has just come up has not been told of anybody yet. */
	do
		lookup->asker = swarm_any(swarm);
	while (!dti_discv4_is_ready(lookup->asker->discv4) ||
	       world_ask(lookup->asker, &lookup->answer, &lookup->question) !=
		       DT_OK);
}

/* How many of the closest that there are it has found, and how many there are.
 */
static size_t count_found(struct swarm *swarm, const struct lookup *lookup,
			  size_t *there)
{
	const struct world_node *truth[CLOSEST];
	size_t found = 0;

	*there = world_closest(swarm->world, truth, CLOSEST,
			       &lookup->question.target, lookup->asker);
	for (size_t i = 0; i < *there; i++) {
		for (size_t j = 0; j < lookup->answer.count; j++)
			found += dti_node_id_equal(&lookup->answer.nodes[j].id,
						   &truth[i]->node.id);
	}
	return found;
}

static void add(struct lookup_figures *sum, struct swarm *swarm,
		const struct lookup *lookup)
{
	size_t there;
	size_t found = count_found(swarm, lookup, &there);

	sum->count++;
	sum->recall += (double)found / (double)there;
	sum->exact += found == there;
	sum->time_ms += (double)(lookup->answer.done_ms - lookup->begun_ms);
	sum->asked += lookup->answer.answer.asked;
	sum->answered += lookup->answer.answer.answered;
}

/* Is it over? When it ends it is counted at once, against who is up then. */
static bool is_over(struct lookup_figures *sum, struct swarm *swarm,
		    struct lookup *lookup)
{
	if (lookup->is_over)
		return true;
	lookup->is_over = lookup->answer.done || !lookup->asker->discv4;
	if (lookup->answer.done)
		add(sum, swarm, lookup);
	return lookup->is_over;
}

static bool are_over(struct lookup_figures *sum, struct swarm *swarm,
		     struct lookup *lookups, size_t count)
{
	size_t over = 0;

	for (size_t i = 0; i < count; i++)
		over += is_over(sum, swarm, &lookups[i]);
	return over == count;
}

struct lookup_figures measure_lookups(struct swarm *swarm, size_t count)
{
	struct lookup *lookups = calloc(count, sizeof(*lookups));
	struct lookup_figures sum = {0};
	int64_t limit_ms = world_now_ms(swarm->world) + LIMIT_MS;

	require(lookups != NULL, "room for lookups");
	for (size_t i = 0; i < count; i++)
		begin(swarm, &lookups[i]);
	while (!are_over(&sum, swarm, lookups, count)) {
		int64_t now_ms = world_now_ms(swarm->world);

		require(now_ms < limit_ms, "lookups that end");
		swarm_run(swarm, now_ms + STEP_MS);
	}
	free(lookups);
	return (struct lookup_figures){
		.count = sum.count,
		.recall = sum.recall / (double)sum.count,
		.exact = sum.exact / (double)sum.count,
		.time_ms = sum.time_ms / (double)sum.count,
		.asked = sum.asked / (double)sum.count,
		.answered = sum.answered / (double)sum.count,
	};
}

/* ---- tables ---- */

/* Who is up and closest to a node itself: does it know them? */
static double near(struct swarm *swarm, const struct world_node *node)
{
	const struct dti_table *table = dti_discv4_table(node->discv4);
	const struct world_node *truth[CLOSEST];
	size_t there = world_closest(swarm->world, truth, CLOSEST,
				     &node->node.id, node);
	size_t known = 0;

	for (size_t i = 0; i < there; i++) {
		const struct dti_table_entry *entry =
			dti_table_find(table, &truth[i]->node.id);

		known += entry && !entry->is_replacement;
	}
	return (double)known / (double)there;
}

struct table_figures measure_tables(struct swarm *swarm, size_t count)
{
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	size_t all = 0;
	size_t verified = 0;
	size_t dead = 0;
	size_t dead_verified = 0;
	double near_sum = 0;

	for (size_t i = 0; i < count; i++) {
		const struct world_node *node = swarm_any(swarm);
		size_t here = dti_table_entries(dti_discv4_table(node->discv4),
						entries);

		for (size_t j = 0; j < here; j++) {
			bool is_dead = !swarm_is_up(swarm, &entries[j]->node);

			verified += entries[j]->liveness > 0;
			dead += is_dead;
			dead_verified += is_dead && entries[j]->liveness > 0;
		}
		all += here;
		near_sum += near(swarm, node);
	}
	return (struct table_figures){
		.entries = (double)all / (double)count,
		.verified = (double)verified / (double)all,
		.dead = (double)dead / (double)all,
		.dead_verified = (double)dead_verified / (double)verified,
		.near = near_sum / (double)count,
	};
}

double measure_traffic(struct swarm *swarm, struct traffic *traffic)
{
	uint64_t sent = world_figures(swarm->world)->sent;
	int64_t now_ms = world_now_ms(swarm->world);
	double rate = (double)(sent - traffic->sent) * 1000 /
		      (double)(now_ms - traffic->since_ms) /
		      (double)swarm->up_count;

	*traffic = (struct traffic){.sent = sent, .since_ms = now_ms};
	return rate;
}

double measure_round_trip_ms(void)
{
	struct world_plan usual = world_plan_usual(0, 1);

	return (double)(usual.latency_least_ms + usual.latency_most_ms +
			WORLD_JITTER_MS);
}

double measure_least_rounds(size_t nodes)
{
	double to_get_near = log2((double)nodes / CLOSEST) / log2(2 * CLOSEST);

	return to_get_near + (double)CLOSEST / 3;
}
