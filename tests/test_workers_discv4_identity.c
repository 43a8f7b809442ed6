/* SPDX-License-Identifier: MIT */
#include "lib/node/id.h"

#include "workers/discv4.h"

#include "tests/discovery_scene.h"
#include "tests/folder.h"
#include "tests/harness.h"

/* The same key is the same node, wherever it listens. */
Test(workers_discv4_identity, a_node_is_known_by_its_key, .timeout = 60)
{
	struct folder folder = folder_make();
	struct dt_node first;
	struct dt_node second;

	for (uint32_t i = 0; i < 2; i++) {
		struct discovery_plan plan;
		struct dt_node_key key;
		struct dt_node_id id;
		dt_discv4 *node;

		discovery_plan_init(&plan, i);
		plan.config.node_key_file = folder_file(&folder, "key");
		cr_assert_eq(dt_discv4_create(&node, &plan.config, NULL, NULL),
			     DT_OK);
		*(i == 0 ? &first : &second) = dt_discv4_self(node);
		dt_discv4_destroy(node);
		cr_assert_eq(
			dt_node_key_read(&key, plan.config.node_key_file, NULL),
			DT_OK);
		cr_assert_eq(dt_node_key_id(&id, &key), DT_OK);
		cr_assert(dti_node_id_equal(&id, &first.id));
	}
	cr_assert(dti_node_id_equal(&first.id, &second.id));
	folder_remove(&folder);
}
