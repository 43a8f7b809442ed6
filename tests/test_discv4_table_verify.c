/* SPDX-License-Identifier: MIT */
#include <signal.h>

#include "lib/discv4/table_state.h"

#include "tests/harness.h"
#include "tests/table_scene.h"

Test(discv4_table_verify, a_sound_table_passes)
{
	struct table_scene scene;

	table_scene_begin(&scene, false);
	table_scene_fill(&scene, NEAR, NULL, 5);
	table_scene_fill(&scene, FAR, NULL, DTI_BUCKET_MEMBERS);

	dti_table_verify(scene.table);
	table_scene_end(&scene);
}

#ifdef DIALTONE_ASSERT
/* The last entry of a full bucket, behind which replacements stand. */
static struct dti_table_entry **last_entry(struct table_scene *scene)
{
	table_scene_begin(scene, false);
	table_scene_fill(scene, FAR, NULL, DTI_BUCKET_MEMBERS);
	dti_table_verify(scene->table);
	return &scene->table->buckets[FAR].members[DTI_BUCKET_SIZE - 1];
}

Test(discv4_table_verify, a_node_in_another_bucket_is_noticed,
     .signal = SIGABRT)
{
	struct table_scene scene;

	(*last_entry(&scene))->place = dti_place_of(&scene.self);

	dti_table_verify(scene.table);
}

Test(discv4_table_verify, a_node_that_is_there_twice_is_noticed,
     .signal = SIGABRT)
{
	struct table_scene scene;
	struct dti_table_entry **last = last_entry(&scene);

	last[0]->node.id = last[1]->node.id;

	dti_table_verify(scene.table);
}

Test(discv4_table_verify, an_entry_among_the_replacements_is_noticed,
     .signal = SIGABRT)
{
	struct table_scene scene;
	struct dti_table_entry **last = last_entry(&scene);
	struct dti_table_entry *entry = last[0];

	last[0] = last[1];
	last[1] = entry;

	dti_table_verify(scene.table);
}

Test(discv4_table_verify, a_node_counted_with_another_network_is_noticed,
     .signal = SIGABRT)
{
	struct table_scene scene;

	(*last_entry(&scene))->node.endpoint.ip[0]++;

	dti_table_verify(scene.table);
}

Test(discv4_table_verify, a_network_counted_wrongly_is_noticed,
     .signal = SIGABRT)
{
	struct table_scene scene;
	struct dti_table_entry *entry = *last_entry(&scene);

	cr_assert(dti_subnet_counts_add(&scene.table->subnets, &entry->subnet));

	dti_table_verify(scene.table);
}
#endif
