/* SPDX-License-Identifier: MIT */
/* The table against a model of it: random operations, all compared. */
#include <stdlib.h>
#include <string.h>

#include "lib/node/endpoint.h"
#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/random_stream.h"
#include "tests/table_model.h"
#include "tests/table_scene.h"

enum {
	STEPS = 100000,
	BUCKETS = 6, /* the farthest, which have nodes */
	A_BUCKET = MODEL_NODES / BUCKETS
};

/* What dti_table_version() is about. */
struct sight {
	struct dt_node_id id;
	struct dt_endpoint endpoint;
	uint32_t liveness;
	uint64_t record_seq;
};

struct pair {
	struct table_scene scene;
	struct model model;
	struct random_stream random;
	struct dt_node_id ids[MODEL_NODES];
	struct dti_place places[MODEL_NODES];
	int64_t now_ms;
	/* Of the step before. */
	struct sight seen[DTI_TABLE_ENTRIES_MAX];
	uint64_t version;
};

static void begin(struct pair *pair, bool limit_lan, uint64_t seed)
{
	memset(pair, 0, sizeof(*pair));
	table_scene_begin(&pair->scene, limit_lan);
	pair->model.limit_lan = limit_lan;
	pair->random.state = seed;
	for (unsigned int i = 0; i < MODEL_NODES; i++) {
		unsigned int bucket = FAR - i / A_BUCKET;
		struct dt_node node =
			table_scene_node(&pair->scene, bucket, NULL);

		pair->ids[i] = node.id;
		pair->places[i] = dti_place_of(&node.id);
		pair->model.bucket_of[i] = bucket;
	}
}

static struct dti_table_entry *find(struct pair *pair, int node)
{
	return dti_table_find(pair->scene.table, &pair->ids[node]);
}

/* Which replacement was promoted is chance; that one was, is not. */
static void expect_promotion(struct pair *pair, unsigned int bucket)
{
	const struct model_row *row = &pair->model.replacements[bucket];
	int promoted = -1;

	for (int i = 0; i < row->count; i++) {
		const struct dti_table_entry *entry = find(pair, row->nodes[i]);

		cr_assert_not_null(entry);
		if (entry->is_replacement)
			continue;
		cr_assert_eq(promoted, -1);
		promoted = row->nodes[i];
	}
	cr_assert_neq(promoted, -1);
	model_promote(&pair->model, promoted);
}

static void expect_removed(struct pair *pair, int node)
{
	cr_assert_null(find(pair, node));
	if (model_remove(&pair->model, node))
		expect_promotion(pair, pair->model.bucket_of[node]);
}

static bool is_alike(const struct pair *pair, int node,
		     const struct dti_table_entry *entry)
{
	const struct model_node *expected = &pair->model.nodes[node];
	struct dt_endpoint endpoint = model_endpoint(expected->address);

	return dti_node_id_equal(&entry->node.id, &pair->ids[node]) &&
	       dti_endpoint_equal(&entry->node.endpoint, &endpoint) &&
	       entry->added_ms == expected->added_ms &&
	       entry->alive_ms == expected->alive_ms &&
	       entry->record_seq == expected->record_seq &&
	       entry->liveness == expected->liveness &&
	       entry->checks == expected->checks &&
	       entry->failures == expected->failures &&
	       entry->bucket == pair->model.bucket_of[node];
}

static void expect_found(struct pair *pair, int node)
{
	const struct dti_table_entry *entry = find(pair, node);
	bool is_entry = model_is_entry(&pair->model, node);
	bool is_replacement = model_is_replacement(&pair->model, node);

	cr_assert_eq(entry != NULL, is_entry || is_replacement);
	if (entry == NULL)
		return;
	cr_assert_eq(entry->is_replacement, is_replacement);
	cr_assert(is_alike(pair, node, entry));
}

static void expect_sizes(const struct pair *pair)
{
	struct dti_table_sizes sizes = table_scene_sizes(&pair->scene);
	size_t entries = 0;
	size_t replacements = 0;
	size_t verified = 0;

	for (size_t i = 0; i < DTI_BUCKETS; i++) {
		const struct model_row *row = &pair->model.entries[i];

		cr_assert_eq(sizes.buckets[i], (size_t)row->count);
		entries += (size_t)row->count;
		replacements += (size_t)pair->model.replacements[i].count;
		for (int j = 0; j < row->count; j++)
			verified +=
				pair->model.nodes[row->nodes[j]].liveness > 0;
	}
	cr_assert_eq(sizes.entries, entries);
	cr_assert_eq(sizes.replacements, replacements);
	cr_assert_eq(sizes.verified, verified);
}

/* The entries are the model's, in its order; new ones make a new version. */
static void expect_entries(struct pair *pair)
{
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	struct sight seen[DTI_TABLE_ENTRIES_MAX];
	size_t all = dti_table_entries(pair->scene.table, entries);
	size_t count = 0;
	uint64_t version = dti_table_version(pair->scene.table);

	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < DTI_BUCKETS; i++)
		for (int j = 0; j < pair->model.entries[i].count; j++) {
			const struct dti_table_entry *entry = entries[count];

			int node = pair->model.entries[i].nodes[j];

			cr_assert(count < all && !entry->is_replacement &&
				  is_alike(pair, node, entry));
			seen[count].id = entry->node.id;
			seen[count].endpoint = entry->node.endpoint;
			seen[count].liveness = entry->liveness;
			seen[count].record_seq = entry->record_seq;
			count++;
		}
	cr_assert_eq(count, all);
	if (memcmp(seen, pair->seen, sizeof(seen)) != 0)
		cr_assert_gt(version, pair->version);
	else
		cr_assert_eq(version, pair->version);
	pair->version = version;
	memcpy(pair->seen, seen, sizeof(seen));
}

static int compare_bytes(const struct dti_place *target,
			 const struct dti_place *a, const struct dti_place *b)
{
	for (size_t i = 0; i < sizeof(target->bytes); i++) {
		int of_a = a->bytes[i] ^ target->bytes[i];
		int of_b = b->bytes[i] ^ target->bytes[i];

		if (of_a != of_b)
			return of_a - of_b;
	}
	return 0;
}

/* By selection: the closest that was not given yet, again and again. */
static int next_closest(const struct pair *pair, const struct dti_place *target,
			bool verified_only, const struct dti_place *last)
{
	int closest = -1;

	for (int i = 0; i < MODEL_NODES; i++) {
		if (!model_is_entry(&pair->model, i) ||
		    (verified_only && pair->model.nodes[i].liveness == 0) ||
		    (last != NULL &&
		     compare_bytes(target, &pair->places[i], last) <= 0))
			continue;
		if (closest < 0 || compare_bytes(target, &pair->places[i],
						 &pair->places[closest]) < 0)
			closest = i;
	}
	return closest;
}

static void expect_closest(struct pair *pair)
{
	const struct dti_table_entry *found[DTI_BUCKET_SIZE];
	struct dti_place target =
		pair->places[random_below(&pair->random, MODEL_NODES)];
	size_t max = (size_t)random_below(&pair->random, 17);
	bool verified_only = random_chance(&pair->random, 50);
	const struct dti_place *last = NULL;
	size_t count;

	target.bytes[random_below(&pair->random, 32)] ^= 0x5a;
	count = dti_table_closest(pair->scene.table, found, max, &target,
				  verified_only);
	if (next_closest(pair, &target, true, NULL) < 0)
		verified_only = false;
	for (size_t i = 0; i < max; i++) {
		int expected = next_closest(pair, &target, verified_only, last);

		cr_assert_eq(i < count, expected >= 0);
		if (expected < 0)
			return;
		cr_assert(dti_node_id_equal(&found[i]->node.id,
					    &pair->ids[expected]));
		last = &pair->places[expected];
	}
	cr_assert_eq(count, max);
}

static void add(struct pair *pair, int node)
{
	struct model_address address = {
		.network = random_below(&pair->random, MODEL_NETWORKS),
		.host = random_below(&pair->random, 3),
		.udp_port = random_chance(&pair->random, 2) ? 0 : 30303,
	};
	struct dt_node added = {.id = pair->ids[node],
				.endpoint = model_endpoint(address)};
	bool proven = random_chance(&pair->random, 30);

	/* Most of the time it says what it said before. */
	if (find(pair, node) != NULL && random_chance(&pair->random, 60)) {
		address = pair->model.nodes[node].address;
		added.endpoint = model_endpoint(address);
	}
	cr_assert_eq(
		dti_table_add(pair->scene.table, &added, &pair->places[node],
			      proven, pair->now_ms),
		model_add(&pair->model, node, address, proven, pair->now_ms));
}

/* One operation on a node that is in the table. */
static void change(struct pair *pair, int node, struct dti_table_entry *entry)
{
	struct dti_table *table = pair->scene.table;
	struct dti_random *random = &pair->scene.random;
	uint64_t seq = random_next(&pair->random) % 3;
	bool removed = false;

	switch (random_below(&pair->random, 16)) {
	case 0:
		dti_table_remove(table, entry, random);
		removed = true;
		break;
	case 1:
	case 2:
	case 3:
		removed = dti_table_dead(table, entry, random);
		cr_assert_eq(removed, model_dead(&pair->model, node));
		break;
	case 4:
		dti_table_find_answered(table, entry);
		pair->model.nodes[node].failures = 0;
		break;
	case 5:
	case 6:
	case 7:
		removed = dti_table_find_failed(table, entry, random);
		cr_assert_eq(removed, model_find_failed(&pair->model, node));
		break;
	case 8:
		dti_table_set_record_seq(table, entry, seq);
		pair->model.nodes[node].record_seq = seq;
		break;
	default:
		dti_table_alive(table, entry, pair->now_ms);
		model_alive(&pair->model, node, pair->now_ms);
		break;
	}
	if (removed)
		expect_removed(pair, node);
}

/* Is it the last in its bucket of those that have liveness, or have none? */
static void expect_next(const struct pair *pair, int node, bool has_liveness)
{
	const struct model_row *row =
		&pair->model.entries[pair->model.bucket_of[node]];
	int last = -1;

	for (int i = 0; i < row->count; i++) {
		if (pair->model.nodes[row->nodes[i]].liveness > 0)
			last = row->nodes[i];
	}
	cr_assert_eq(pair->model.nodes[node].liveness > 0, has_liveness);
	cr_assert(has_liveness ? last == node
			       : model_is_entry(&pair->model, node));
}

static void check_next(struct pair *pair)
{
	const struct dti_table *table = pair->scene.table;
	const struct dti_table_entry *known =
		dti_table_to_check(table, &pair->scene.random);
	const struct dti_table_entry *fresh =
		dti_table_to_verify(table, &pair->scene.random);
	struct dti_table_sizes sizes = table_scene_sizes(&pair->scene);

	cr_assert_eq(known == NULL, sizes.verified == 0);
	cr_assert_eq(fresh == NULL, sizes.verified == sizes.entries);
	for (int i = 0; i < MODEL_NODES; i++) {
		if (known != NULL &&
		    dti_node_id_equal(&known->node.id, &pair->ids[i]))
			expect_next(pair, i, true);
		if (fresh != NULL &&
		    dti_node_id_equal(&fresh->node.id, &pair->ids[i]))
			expect_next(pair, i, false);
	}
}

static void step(struct pair *pair)
{
	int node = random_below(&pair->random, MODEL_NODES);
	struct dti_table_entry *entry = find(pair, node);

	pair->now_ms++;
	if (entry == NULL || random_chance(&pair->random, 40))
		add(pair, node);
	else
		change(pair, node, entry);
	dti_table_verify(pair->scene.table);
	expect_entries(pair);
	expect_sizes(pair);
	expect_found(pair, node);
	expect_found(pair, random_below(&pair->random, MODEL_NODES));
	check_next(pair);
	if (pair->now_ms % 16 == 0)
		expect_closest(pair);
}

/* On the heap: it is too large for a small stack. */
static void run(bool limit_lan, uint64_t seed)
{
	struct pair *pair = malloc(sizeof(*pair));

	cr_assert_not_null(pair);
	begin(pair, limit_lan, seed);
	for (int i = 0; i < STEPS; i++)
		step(pair);
	table_scene_end(&pair->scene);
	free(pair);
}

Test(discv4_table_model, any_operations_leave_what_the_model_says,
     .timeout = 300)
{
	run(false, 1);
}

Test(discv4_table_model, so_they_do_when_the_lan_is_limited, .timeout = 300)
{
	run(true, 2);
}
