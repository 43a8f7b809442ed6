/* SPDX-License-Identifier: MIT */
#include "tests/sim/victim.h"

#include <stdlib.h>

#include "lib/discv4/draw.h"
#include "lib/discv4/state.h"
#include "lib/node/shuffle.h"

#include "tests/require.h"
#include "tests/sim/identities.h"

#define DOWN_MS    5000 /* before a node that is started anew is up again */
#define STEP_MS    100
#define LIMIT_MS   120000
#define LOOKUPS    4  /* of each victim */
#define CANDIDATES 16 /* drawn at a time */
#define DRAWS      8

const char *victim_name(enum victim_kind kind)
{
	static const char *const names[VICTIM_KINDS] = {
		[VICTIM_FRESH] = "fresh",
		[VICTIM_RESTART] = "restarted",
		[VICTIM_LONG] = "long",
	};

	return names[kind];
}

void victims_begin(struct victims *victims, struct swarm *swarm)
{
	victims->swarm = swarm;
	for (enum victim_kind kind = 0; kind < VICTIM_KINDS; kind++)
		for (size_t i = 0; i < VICTIMS_OF_KIND; i++) {
			struct world_node *node = swarm_guest(swarm);

			victims->nodes[kind][i] = node;
			if (kind != VICTIM_FRESH)
				world_up(node, swarm->bootnodes,
					 SWARM_BOOTNODES);
		}
}

/* What a node remembers of its table when it is down. */
struct memory {
	struct dt_node seeds[DTI_SEEDS_MAX];
	size_t count;
};

static void remember(struct memory *memory, const struct world_node *node,
		     struct dti_random *random)
{
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	size_t count =
		dti_table_entries(dti_discv4_table(node->discv4), entries);

	struct dti_shuffle order;

	memory->count = 0;
	dti_shuffle_init(&order, (uint32_t)count,
			 dti_random_below(random, UINT32_MAX));
	for (uint32_t i = 0; i < count && memory->count < DTI_SEEDS_MAX; i++) {
		const struct dti_table_entry *entry =
			entries[dti_shuffle_at(&order, i)];

		if (entry->liveness > 0)
			memory->seeds[memory->count++] = entry->node;
	}
}

static void come_up(struct victims *victims, struct world_node *node,
		    const struct memory *memory, bool early)
{
	world_up_again(node, victims->swarm->bootnodes, SWARM_BOOTNODES,
		       memory->seeds, memory->count);
	/* As if its first refresh had ended. */
	if (early)
		node->discv4->ready = true;
}

void victims_suffer(struct victims *victims, struct attack *attack, bool early)
{
	static const struct memory nothing;
	struct memory *memories = calloc(VICTIMS_OF_KIND, sizeof(*memories));
	int64_t now_ms = world_now_ms(victims->swarm->world);

	require(memories != NULL, "room for seeds");
	for (size_t i = 0; i < VICTIMS_OF_KIND; i++) {
		struct world_node *node = victims->nodes[VICTIM_RESTART][i];

		remember(&memories[i], node,
			 world_random(victims->swarm->world));
		world_down(node);
		for (enum victim_kind kind = 0; kind < VICTIM_KINDS; kind++)
			attack_add_victim(attack, victims->nodes[kind][i]);
	}
	attack_run(attack, now_ms + DOWN_MS);
	for (size_t i = 0; i < VICTIMS_OF_KIND; i++) {
		come_up(victims, victims->nodes[VICTIM_RESTART][i],
			&memories[i], early);
		come_up(victims, victims->nodes[VICTIM_FRESH][i], &nothing,
			early);
	}
	free(memories);
}

/* ---- figures ---- */

/* Sums, until all are counted. */
struct count {
	size_t all;
	size_t his;
};

static void add(struct count *count, const struct dt_node *node)
{
	count->all++;
	count->his += identities_own(&node->endpoint);
}

static double share(const struct count *count)
{
	return count->all ? (double)count->his / (double)count->all : 0;
}

static void count_table(const struct world_node *node,
			struct count buckets[DTI_BUCKETS],
			struct count *candidates, struct dti_random *random)
{
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	struct dt_discv4_entry drawn_from[DT_DISCV4_ENTRIES] = {0};
	size_t count =
		dti_table_entries(dti_discv4_table(node->discv4), entries);

	for (size_t i = 0; i < count; i++) {
		add(&buckets[entries[i]->bucket], &entries[i]->node);
		drawn_from[i].node = entries[i]->node;
		drawn_from[i].bucket = entries[i]->bucket;
	}
	for (int i = 0; i < DRAWS; i++) {
		struct dt_node drawn[CANDIDATES];
		size_t some =
			dti_discv4_draw(drawn, CANDIDATES, drawn_from, count,
					dti_random_below(random, UINT32_MAX));

		for (size_t j = 0; j < some; j++)
			add(candidates, &drawn[j]);
	}
}

static void measure_kind(struct victims *victims, enum victim_kind kind,
			 struct victim_figures *figures)
{
	struct dti_random *random = world_random(victims->swarm->world);
	struct count buckets[DTI_BUCKETS] = {0};
	struct count candidates = {0};
	struct count table = {0};

	for (size_t i = 0; i < VICTIMS_OF_KIND; i++)
		count_table(victims->nodes[kind][i], buckets, &candidates,
			    random);
	for (size_t i = 0; i < DTI_BUCKETS; i++) {
		table.all += buckets[i].all;
		table.his += buckets[i].his;
		figures->by_bucket[i] = share(&buckets[i]);
		figures->in_bucket[i] =
			(double)buckets[i].all / VICTIMS_OF_KIND;
	}
	figures->entries = (double)table.all / VICTIMS_OF_KIND;
	figures->table = share(&table);
	figures->candidates = share(&candidates);
}

struct lookups {
	struct world_answer answers[VICTIM_KINDS][VICTIMS_OF_KIND][LOOKUPS];
};

static void begin_lookups(struct victims *victims, struct lookups *lookups)
{
	struct dti_discv4_question question = {.kind = DTI_QUERY_LOOKUP};

	for (size_t i = 0; i < VICTIM_KINDS * VICTIMS_OF_KIND * LOOKUPS; i++) {
		size_t kind = i / (VICTIMS_OF_KIND * LOOKUPS);
		size_t one = i / LOOKUPS % VICTIMS_OF_KIND;

		dti_random_fill(world_random(victims->swarm->world),
				&question.target, sizeof(question.target));
		require(world_ask(victims->nodes[kind][one],
				  &lookups->answers[kind][one][i % LOOKUPS],
				  &question) == DT_OK,
			"a lookup");
	}
}

static bool are_done(const struct lookups *lookups)
{
	for (size_t i = 0; i < VICTIM_KINDS * VICTIMS_OF_KIND * LOOKUPS; i++) {
		size_t kind = i / (VICTIMS_OF_KIND * LOOKUPS);
		size_t one = i / LOOKUPS % VICTIMS_OF_KIND;

		if (!lookups->answers[kind][one][i % LOOKUPS].done)
			return false;
	}
	return true;
}

static void count_lookups(const struct lookups *lookups, enum victim_kind kind,
			  struct victim_figures *figures)
{
	struct count results = {0};
	struct count captured = {0};

	for (size_t i = 0; i < VICTIMS_OF_KIND * LOOKUPS; i++) {
		const struct world_answer *answer =
			&lookups->answers[kind][i / LOOKUPS][i % LOOKUPS];
		struct count these = {0};

		for (size_t j = 0; j < answer->count; j++)
			add(&these, &answer->nodes[j]);
		results.all += these.all;
		results.his += these.his;
		captured.all++;
		captured.his += these.his == these.all;
	}
	figures->results = share(&results);
	figures->captured = share(&captured);
}

void victims_measure(struct victims *victims, struct attack *attack,
		     struct victim_figures figures[VICTIM_KINDS])
{
	struct world *world = victims->swarm->world;
	struct lookups *lookups = calloc(1, sizeof(*lookups));
	int64_t limit_ms = world_now_ms(world) + LIMIT_MS;

	require(lookups != NULL, "room for lookups");
	for (enum victim_kind kind = 0; kind < VICTIM_KINDS; kind++)
		measure_kind(victims, kind, &figures[kind]);
	begin_lookups(victims, lookups);
	while (!are_done(lookups)) {
		require(world_now_ms(world) < limit_ms, "lookups that end");
		attack_run(attack, world_now_ms(world) + STEP_MS);
	}
	for (enum victim_kind kind = 0; kind < VICTIM_KINDS; kind++)
		count_lookups(lookups, kind, &figures[kind]);
	free(lookups);
}
