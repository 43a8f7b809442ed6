/* SPDX-License-Identifier: MIT */
#include "lib/container.h"
#include "lib/discv4/table.h"
#include "lib/node/id.h"

#include "tests/harness.h"
#include "tests/table_scene.h"

enum {
	MEMBERS = DTI_BUCKET_SIZE + DTI_BUCKET_REPLACEMENTS
};

Test(discv4_table_check, who_is_alive_is_verified_and_goes_to_the_front)
{
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	struct table_scene scene;
	struct dt_node nodes[4];
	struct dti_table_entry *entry;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, nodes, 4);
	entry = table_scene_find(&scene, &nodes[2]);
	dti_table_alive(scene.table, entry, 1000);
	dti_table_alive(scene.table, entry, 2000);
	dti_table_verify(scene.table);

	cr_assert_eq(entry->liveness, 2u);
	cr_assert_eq(entry->checks, 2u);
	cr_assert_eq(entry->alive_ms, 2000);
	dti_table_entries(scene.table, entries);
	cr_assert_eq(entries[0], entry);
	for (size_t i = 1; i < 4; i++)
		cr_assert_eq(
			entries[i],
			table_scene_find(&scene, &nodes[i <= 2 ? i - 1 : i]));
	table_scene_end(&scene);
}

Test(discv4_table_check, who_is_dead_keeps_a_third_of_its_liveness)
{
	static const struct {
		uint32_t before;
		uint32_t after; /* 0: it was removed */
	} cases[] = {{0, 0}, {1, 0}, {2, 0}, {3, 1}, {5, 1}, {6, 2}, {100, 33}};

	for (size_t i = 0; i < dti_array_length(cases); i++) {
		struct table_scene scene;
		struct dt_node node;
		bool removed;

		table_scene_begin(&scene, false);
		table_scene_fill(&scene, FAR, &node, 1);
		table_scene_verify_node(&scene, &node, cases[i].before);
		removed = dti_table_dead(scene.table,
					 table_scene_find(&scene, &node),
					 &scene.random);

		cr_assert_eq(removed, cases[i].after == 0, "%u",
			     cases[i].before);
		if (removed) {
			cr_assert_null(dti_table_find(scene.table, &node.id));
		} else {
			struct dti_table_entry *entry =
				table_scene_find(&scene, &node);

			cr_assert_eq(entry->liveness, cases[i].after);
			cr_assert_eq(entry->checks, cases[i].before);
			cr_assert_eq(entry->alive_ms, 1);
		}
		table_scene_end(&scene);
	}
}

Test(discv4_table_check, a_replacement_takes_the_place_of_the_dead)
{
	struct table_scene scene;
	struct dt_node nodes[DTI_BUCKET_SIZE + 1];

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, nodes, DTI_BUCKET_SIZE + 1);
	cr_assert(dti_table_dead(scene.table,
				 table_scene_find(&scene, &nodes[0]),
				 &scene.random));

	cr_assert_not(table_scene_find(&scene, &nodes[DTI_BUCKET_SIZE])
			      ->is_replacement);
	cr_assert_eq(table_scene_sizes(&scene).replacements, 0u);
	table_scene_end(&scene);
}

Test(discv4_table_check, a_replacement_is_checked_as_an_entry_is)
{
	struct table_scene scene;
	struct dt_node nodes[MEMBERS];
	struct dti_table_entry *entry;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, nodes, MEMBERS);
	entry = table_scene_find(&scene, &nodes[DTI_BUCKET_SIZE]);
	for (int i = 0; i < 3; i++)
		dti_table_alive(scene.table, entry, 9);
	dti_table_verify(scene.table);
	cr_assert(entry->is_replacement);
	cr_assert_eq(entry->liveness, 3u);
	cr_assert_not(dti_table_dead(scene.table, entry, &scene.random));
	table_scene_fill(&scene, FAR, NULL, DTI_BUCKET_REPLACEMENTS - 1);
	cr_assert_eq(dti_table_find(scene.table, &nodes[DTI_BUCKET_SIZE].id),
		     entry, "it had gone to the front, so it is the last left");

	cr_assert(dti_table_dead(scene.table, entry, &scene.random));
	cr_assert_eq(table_scene_sizes(&scene).entries,
		     (size_t)DTI_BUCKET_SIZE);
	cr_assert_eq(table_scene_sizes(&scene).replacements,
		     DTI_BUCKET_REPLACEMENTS - 1u);
	table_scene_end(&scene);
}

Test(discv4_table_check, five_silences_in_a_row_remove_from_a_bucket_half_full)
{
	for (size_t size = 1; size <= DTI_BUCKET_SIZE + 1; size++) {
		struct table_scene scene;
		struct dt_node nodes[DTI_BUCKET_SIZE + 1];
		bool removed = false;

		table_scene_begin(&scene, false);
		table_scene_fill(&scene, FAR, nodes, size);
		for (int i = 0; i < 5; i++) {
			cr_assert_not(removed, "at the fifth, not before");
			removed = dti_table_find_failed(
				scene.table,
				table_scene_find(&scene, &nodes[0]),
				&scene.random);
			dti_table_verify(scene.table);
		}

		cr_assert_eq(removed, size >= DTI_BUCKET_SIZE / 2, "%zu nodes",
			     size);
		cr_assert_eq(dti_table_find(scene.table, &nodes[0].id) == NULL,
			     removed);
		cr_assert_eq(table_scene_sizes(&scene).entries,
			     removed ? size - 1 : size);
		table_scene_end(&scene);
	}
}

Test(discv4_table_check, who_was_spared_goes_when_its_bucket_is_richer)
{
	struct table_scene scene;
	struct dt_node node;
	struct dti_table_entry *entry;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, &node, 1);
	entry = table_scene_find(&scene, &node);
	for (uint32_t i = 1; i <= 20; i++) {
		cr_assert_not(dti_table_find_failed(scene.table, entry,
						    &scene.random));
		cr_assert_eq(entry->failures, i);
	}
	table_scene_fill(&scene, FAR, NULL, DTI_BUCKET_SIZE / 2 - 1);

	cr_assert(dti_table_find_failed(scene.table, entry, &scene.random));
	cr_assert_null(dti_table_find(scene.table, &node.id));
	table_scene_end(&scene);
}

Test(discv4_table_check, an_answer_ends_the_row_of_silences)
{
	struct table_scene scene;
	struct dt_node nodes[DTI_BUCKET_SIZE];
	struct dti_table_entry *entry;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, nodes, DTI_BUCKET_SIZE);
	entry = table_scene_find(&scene, &nodes[0]);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 4; i++)
			cr_assert_not(dti_table_find_failed(scene.table, entry,
							    &scene.random));
		dti_table_find_answered(scene.table, entry);
		cr_assert_eq(entry->failures, 0u);
	}

	cr_assert_eq(table_scene_find(&scene, &nodes[0]), entry);
	table_scene_end(&scene);
}

Test(discv4_table_check, each_bucket_is_checked_as_often_as_it_has_verified)
{
	enum {
		NEAR_NODES = 6,
		FAR_NODES = 2,
		SHARE = 1000,
		DRAWS = (NEAR_NODES + FAR_NODES) * SHARE
	};
	size_t drawn[DTI_BUCKETS] = {0};
	struct table_scene scene;
	struct dt_node nodes[MEMBERS];

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, NEAR, nodes, MEMBERS);
	for (size_t i = 0; i < NEAR_NODES; i++)
		table_scene_verify_node(&scene, &nodes[i], 1);
	table_scene_fill(&scene, FAR, nodes, DTI_BUCKET_SIZE);
	for (size_t i = 0; i < FAR_NODES; i++)
		table_scene_verify_node(&scene, &nodes[i], 1);
	for (int i = 0; i < DRAWS; i++)
		drawn[dti_table_to_check(scene.table, &scene.random)->bucket]++;

	cr_assert_gt(drawn[NEAR], NEAR_NODES * SHARE * 9 / 10u);
	cr_assert_gt(drawn[FAR], FAR_NODES * SHARE * 9 / 10u);
	cr_assert_eq(drawn[NEAR] + drawn[FAR], (size_t)DRAWS);
	table_scene_end(&scene);
}

/* The order in which entries are checked that all answer. */
Test(discv4_table_check, who_was_silent_for_longest_is_checked_first)
{
	struct table_scene scene;
	struct dt_node nodes[DTI_BUCKET_SIZE];

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, nodes, DTI_BUCKET_SIZE);
	for (size_t i = 0; i < DTI_BUCKET_SIZE - 2; i++)
		table_scene_verify_node(&scene, &nodes[i], 1);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < DTI_BUCKET_SIZE - 2; i++) {
			struct dti_table_entry *next =
				dti_table_to_check(scene.table, &scene.random);

			cr_assert_eq(next, table_scene_find(&scene, &nodes[i]));
			dti_table_alive(scene.table, next, 2);
		}
	}
	table_scene_end(&scene);
}

Test(discv4_table_check, who_did_not_answer_is_checked_next)
{
	struct table_scene scene;
	struct dt_node nodes[DTI_BUCKET_SIZE];
	struct dti_table_entry *silent;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, nodes, DTI_BUCKET_SIZE);
	for (size_t i = 0; i < DTI_BUCKET_SIZE; i++)
		table_scene_verify_node(&scene, &nodes[i], 3);
	silent = table_scene_find(&scene, &nodes[DTI_BUCKET_SIZE - 1]);
	cr_assert_neq(dti_table_to_check(scene.table, &scene.random), silent);
	dti_table_find_failed(scene.table, silent, &scene.random);
	cr_assert_eq(dti_table_to_check(scene.table, &scene.random), silent);

	/* A check that fails does not send it back. */
	cr_assert_not(dti_table_dead(scene.table, silent, &scene.random));
	cr_assert_eq(dti_table_to_check(scene.table, &scene.random), silent);
	cr_assert(dti_table_dead(scene.table, silent, &scene.random));
	table_scene_end(&scene);
}

Test(discv4_table_check, those_without_liveness_are_not_to_be_checked_again)
{
	struct table_scene scene;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, NULL, MEMBERS);

	cr_assert_null(dti_table_to_check(scene.table, &scene.random));
	table_scene_end(&scene);
}

Test(discv4_table_check, in_an_empty_table_there_is_nothing_to_check)
{
	struct table_scene scene;

	table_scene_begin(&scene, false);

	cr_assert_null(dti_table_to_check(scene.table, &scene.random));
	cr_assert_null(dti_table_to_verify(scene.table, &scene.random));
	table_scene_end(&scene);
}

Test(discv4_table_check, each_entry_without_liveness_is_as_likely_to_be_next)
{
	enum {
		EACH = 4,
		BUCKETS_USED = 3,
		SHARE = 1000,
		DRAWS = EACH * BUCKETS_USED * SHARE
	};
	const struct dti_table_entry *entries[DTI_TABLE_ENTRIES_MAX];
	size_t drawn[DTI_TABLE_ENTRIES_MAX] = {0};
	struct table_scene scene;
	struct dt_node nodes[2 * EACH];
	size_t count;

	table_scene_begin(&scene, false);
	for (unsigned int i = 0; i < BUCKETS_USED; i++) {
		table_scene_fill(&scene, NEAR + i, nodes, 2 * EACH);
		for (size_t j = 0; j < EACH; j++)
			table_scene_verify_node(&scene, &nodes[2 * j], 1);
	}
	for (int i = 0; i < DRAWS; i++) {
		const struct dti_table_entry *next =
			dti_table_to_verify(scene.table, &scene.random);
		size_t at = 0;

		dti_table_entries(scene.table, entries);
		while (entries[at] != next)
			at++;
		drawn[at]++;
	}

	count = dti_table_entries(scene.table, entries);
	cr_assert_eq(count, 2u * EACH * BUCKETS_USED);
	for (size_t i = 0; i < count; i++) {
		size_t share = entries[i]->liveness > 0 ? 0 : SHARE;

		cr_assert_geq(drawn[i], share * 8 / 10u, "%zu", i);
		cr_assert_leq(drawn[i], share * 12 / 10u, "%zu", i);
	}
	table_scene_end(&scene);
}

Test(discv4_table_check, once_all_are_verified_there_is_nothing_to_verify)
{
	struct table_scene scene;
	struct dt_node node;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, &node, 1);
	cr_assert_not_null(dti_table_to_verify(scene.table, &scene.random));
	table_scene_verify_node(&scene, &node, 1);

	cr_assert_null(dti_table_to_verify(scene.table, &scene.random));
	table_scene_end(&scene);
}

Test(discv4_table_check, the_number_of_its_record_is_kept)
{
	struct table_scene scene;
	struct dt_node node;
	struct dti_table_entry *entry;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, FAR, &node, 1);
	entry = table_scene_find(&scene, &node);
	dti_table_set_record_seq(scene.table, entry, UINT64_MAX);
	cr_assert_eq(entry->record_seq, UINT64_MAX);
	dti_table_set_record_seq(scene.table, entry, 3);

	cr_assert_eq(entry->record_seq, 3u, "also a lower one");
	table_scene_end(&scene);
}
