/* SPDX-License-Identifier: MIT */
#ifndef TESTS_REPLAY_ACTIVE_H
#define TESTS_REPLAY_ACTIVE_H

/* From a node's number to the task of its latest dial. */

#include "lib/dialstate/task.h"

struct active_dials {
	struct dti_task *tasks; /* open addressing by their node's number */
	bool *used;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

void active_fini(struct active_dials *active);
/** Remember @task as the latest of its node. False: no memory. */
bool active_set(struct active_dials *active, const struct dti_task *task);
/** NULL: the node was never dialed. */
const struct dti_task *active_find(const struct active_dials *active,
				   const struct dt_node_id *id);

#endif /* TESTS_REPLAY_ACTIVE_H */
