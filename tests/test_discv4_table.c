/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/container.h"
#include "lib/discv4/table.h"
#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/table_scene.h"

enum {
	MEMBERS = DTI_BUCKET_SIZE + DTI_BUCKET_REPLACEMENTS
};

Test(discv4_table, an_empty_table_has_nothing)
{
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	struct table_scene scene;
	struct dt_node node;

	table_scene_begin(&scene, false);
	node = table_scene_node(&scene, FAR, NULL);

	cr_assert_null(dti_table_find(scene.table, &node.id));
	cr_assert_null(dti_table_find(scene.table, &scene.self));
	cr_assert_eq(dti_table_entries(scene.table, entries), 0u);
	cr_assert_eq(table_scene_sizes(&scene).entries, 0u);
	table_scene_end(&scene);
	dti_table_destroy(NULL);
}

Test(discv4_table, without_memory_there_is_no_table)
{
	struct failing_allocator counter = {.fail_at = 1};
	struct dt_allocator allocator = failing_allocator_functions(&counter);
	struct dt_node_id self = table_scene_id(0);

	cr_assert_null(dti_table_create(&self, false, &allocator));
	cr_assert_eq(counter.calls, 1u);
	cr_assert_eq(counter.live, 0u);
}

Test(discv4_table, a_node_is_found_as_it_was_added)
{
	struct table_scene scene;
	struct dt_node node;
	struct dti_place place;
	const struct dti_table_entry *entry;

	table_scene_begin(&scene, false);
	node = table_scene_node(&scene, NEAR, "20.1.2.3");
	node.host_name = "not.kept.example";
	place = dti_place_of(&node.id);
	cr_assert_eq(dti_table_add(scene.table, &node, &place, false, 77),
		     DTI_TABLE_ADDED);

	entry = dti_table_find(scene.table, &node.id);
	cr_assert_not_null(entry);
	cr_assert(dti_node_id_equal(&entry->node.id, &node.id));
	cr_assert_eq(memcmp(&entry->node.endpoint, &node.endpoint,
			    sizeof(node.endpoint)),
		     0);
	cr_assert_null(entry->node.host_name);
	cr_assert_eq(memcmp(&entry->place, &place, sizeof(place)), 0);
	cr_assert_eq(entry->added_ms, 77);
	cr_assert_eq(entry->alive_ms, 0);
	cr_assert_eq(entry->liveness, 0u);
	cr_assert_eq(entry->checks, 0u);
	cr_assert_eq(entry->failures, 0u);
	cr_assert_eq(entry->record_seq, 0u);
	cr_assert_eq(entry->bucket, (unsigned int)NEAR);
	cr_assert_not(entry->is_replacement);
	table_scene_end(&scene);
}

Test(discv4_table, a_full_bucket_keeps_ten_more_as_replacements)
{
	struct table_scene scene;
	struct dt_node nodes[MEMBERS + 1];

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, nodes, MEMBERS + 1);

	for (size_t i = 0; i < DTI_BUCKET_SIZE; i++)
		cr_assert_not(
			table_scene_find(&scene, &nodes[i])->is_replacement);
	cr_assert_null(dti_table_find(scene.table, &nodes[DTI_BUCKET_SIZE].id),
		       "the first replacement gave way");
	for (size_t i = DTI_BUCKET_SIZE + 1; i <= MEMBERS; i++)
		cr_assert(table_scene_find(&scene, &nodes[i])->is_replacement);
	table_scene_end(&scene);
}

Test(discv4_table, sizes_tell_entries_and_replacements_apart)
{
	struct table_scene scene;
	struct dti_table_sizes sizes;
	struct dt_node nodes[3];

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, NEAR, nodes, 3);
	table_scene_fill(&scene, FAR, NULL, DTI_BUCKET_SIZE + 4);
	table_scene_verify_node(&scene, &nodes[1], 2);
	sizes = table_scene_sizes(&scene);

	cr_assert_eq(sizes.entries, 3u + DTI_BUCKET_SIZE);
	cr_assert_eq(sizes.replacements, 4u);
	cr_assert_eq(sizes.verified, 1u);
	for (size_t i = 0; i < DTI_BUCKETS; i++)
		cr_assert_eq(sizes.buckets[i], i == NEAR  ? 3u
					       : i == FAR ? DTI_BUCKET_SIZE
							  : 0u);
	table_scene_end(&scene);
}

Test(discv4_table, entries_come_bucket_by_bucket)
{
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	struct table_scene scene;
	struct dt_node far_nodes[2];
	struct dt_node near_nodes[2];

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, far_nodes, 2);
	table_scene_fill(&scene, NEAR, near_nodes, 2);

	cr_assert_eq(dti_table_entries(scene.table, entries), 4u);
	cr_assert_eq(entries[0], table_scene_find(&scene, &near_nodes[0]));
	cr_assert_eq(entries[1], table_scene_find(&scene, &near_nodes[1]));
	cr_assert_eq(entries[2], table_scene_find(&scene, &far_nodes[0]));
	cr_assert_eq(entries[3], table_scene_find(&scene, &far_nodes[1]));
	table_scene_end(&scene);
}

Test(discv4_table, a_replacement_takes_the_place_of_a_removed_entry)
{
	struct table_scene scene;
	struct dt_node nodes[MEMBERS];
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	const struct dti_table_entry *last;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, nodes, MEMBERS);
	dti_table_remove(scene.table, table_scene_find(&scene, &nodes[3]),
			 &scene.random);
	dti_table_verify(scene.table);

	cr_assert_null(dti_table_find(scene.table, &nodes[3].id));
	cr_assert_eq(table_scene_sizes(&scene).entries,
		     (size_t)DTI_BUCKET_SIZE);
	cr_assert_eq(table_scene_sizes(&scene).replacements,
		     DTI_BUCKET_REPLACEMENTS - 1u);
	dti_table_entries(scene.table, entries);
	last = entries[DTI_BUCKET_SIZE - 1];
	for (size_t i = 0; i < DTI_BUCKET_SIZE; i++)
		cr_assert_not(dti_node_id_equal(&last->node.id, &nodes[i].id));
	table_scene_end(&scene);
}

Test(discv4_table, all_can_be_removed_in_any_order)
{
	for (uint32_t order = 0; order < 3; order++) {
		struct table_scene scene;
		struct dt_node nodes[MEMBERS];

		table_scene_begin(&scene, false);
		table_scene_fill(&scene, FAR, nodes, MEMBERS);
		for (size_t i = 0; i < MEMBERS; i++) {
			size_t at = order == 0   ? i
				    : order == 1 ? MEMBERS - 1 - i
						 : i * 7 % MEMBERS;

			dti_table_remove(scene.table,
					 table_scene_find(&scene, &nodes[at]),
					 &scene.random);
			dti_table_verify(scene.table);
		}

		cr_assert_eq(table_scene_sizes(&scene).entries, 0u);
		cr_assert_eq(table_scene_sizes(&scene).replacements, 0u);
		table_scene_end(&scene);
	}
}

/* What is done to an entry, and to a replacement, in turn. */
struct change {
	const char *name;
	void (*make)(struct table_scene *scene, const struct dt_node *node);
	bool shows;
};

static void pass_check(struct table_scene *scene, const struct dt_node *node)
{
	dti_table_alive(scene->table, table_scene_find(scene, node), 5);
}

static void fail_check(struct table_scene *scene, const struct dt_node *node)
{
	dti_table_dead(scene->table, table_scene_find(scene, node),
		       &scene->random);
}

static void remove_it(struct table_scene *scene, const struct dt_node *node)
{
	dti_table_remove(scene->table, table_scene_find(scene, node),
			 &scene->random);
}

static void tell_record(struct table_scene *scene, const struct dt_node *node)
{
	dti_table_set_record_seq(scene->table, table_scene_find(scene, node),
				 4);
}

static void tell_no_record(struct table_scene *scene,
			   const struct dt_node *node)
{
	dti_table_set_record_seq(scene->table, table_scene_find(scene, node),
				 0);
}

static void answer_find(struct table_scene *scene, const struct dt_node *node)
{
	dti_table_find_answered(scene->table, table_scene_find(scene, node));
}

static void fail_find(struct table_scene *scene, const struct dt_node *node)
{
	cr_assert_not(dti_table_find_failed(
		scene->table, table_scene_find(scene, node), &scene->random));
}

static void add_again(struct table_scene *scene, const struct dt_node *node)
{
	cr_assert_eq(table_scene_add(scene, node, true), DTI_TABLE_KNOWN);
}

static void change_port(struct table_scene *scene, const struct dt_node *node)
{
	struct dt_node changed = *node;

	changed.endpoint.tcp_port++;
	cr_assert_eq(table_scene_add(scene, &changed, true), DTI_TABLE_KNOWN);
}

Test(discv4_table, its_version_grows_when_what_entries_show_changes)
{
	static const struct change changes[] = {
		{"alive", pass_check, true},
		{"dead", fail_check, true},
		{"removed", remove_it, true},
		{"record", tell_record, true},
		{"same record", tell_no_record, false},
		{"find answered", answer_find, false},
		{"find failed", fail_find, true},
		{"added again", add_again, false},
		{"other port", change_port, true},
	};

	for (size_t i = 0; i < dti_array_length(changes); i++) {
		struct table_scene scene;
		struct dt_node nodes[MEMBERS];
		uint64_t before;

		table_scene_begin(&scene, false);
		table_scene_fill(&scene, FAR, nodes, MEMBERS);
		before = dti_table_version(scene.table);
		changes[i].make(&scene, &nodes[MEMBERS - 2]);
		cr_assert_eq(dti_table_version(scene.table), before,
			     "%s: a replacement does not show",
			     changes[i].name);

		changes[i].make(&scene, &nodes[5]);
		if (changes[i].shows)
			cr_assert_gt(dti_table_version(scene.table), before,
				     "%s", changes[i].name);
		else
			cr_assert_eq(dti_table_version(scene.table), before,
				     "%s", changes[i].name);
		table_scene_end(&scene);
	}
}

Test(discv4_table, its_version_grows_with_new_entries_only)
{
	struct table_scene scene;
	uint64_t before;

	table_scene_begin(&scene, false);
	for (size_t i = 0; i < DTI_BUCKET_SIZE; i++) {
		before = dti_table_version(scene.table);
		table_scene_fill(&scene, FAR, NULL, 1);
		cr_assert_gt(dti_table_version(scene.table), before);
	}
	before = dti_table_version(scene.table);
	table_scene_fill(&scene, FAR, NULL, DTI_BUCKET_REPLACEMENTS + 1);

	cr_assert_eq(dti_table_version(scene.table), before);
	table_scene_end(&scene);
}
