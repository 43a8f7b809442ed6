/* SPDX-License-Identifier: MIT */
#include "tests/replay/active.h"

#include <stdlib.h>

#include "lib/node/id.h"

#include "tests/replay/trace.h"

enum {
	FIRST_CAPACITY = 64
};

void active_fini(struct active_dials *active)
{
	free(active->tasks);
	free(active->used);
	*active = (struct active_dials){0};
}

/* Where it is, or where it would be. There is always a free place. */
static size_t place_of(const struct active_dials *active,
		       const struct dt_node_id *id)
{
	uint64_t hash = trace_id_number(id) * UINT64_C(0x9e3779b97f4a7c15);
	size_t place = (size_t)(hash >> 32) & (active->capacity - 1);

	while (active->used[place] &&
	       !dti_node_id_equal(&active->tasks[place].node.id, id))
		place = (place + 1) & (active->capacity - 1);
	return place;
}

static bool make(struct active_dials *out, size_t capacity)
{
	*out = (struct active_dials){
		.tasks = calloc(capacity, sizeof(*out->tasks)),
		.used = calloc(capacity, sizeof(*out->used)),
		.capacity = capacity,
	};
	if (out->tasks != NULL && out->used != NULL)
		return true;
	active_fini(out);
	return false;
}

static bool grow(struct active_dials *active)
{
	size_t capacity =
		active->capacity != 0 ? 2 * active->capacity : FIRST_CAPACITY;
	struct active_dials grown;

	if (!make(&grown, capacity))
		return false;
	for (size_t i = 0; i < active->capacity; i++)
		if (active->used[i])
			(void)active_set(&grown, &active->tasks[i]);
	active_fini(active);
	*active = grown;
	return true;
}

bool active_set(struct active_dials *active, const struct dti_task *task)
{
	size_t place;

	if (2 * active->count >= active->capacity && !grow(active))
		return false;
	place = place_of(active, &task->node.id);
	active->count += active->used[place] ? 0 : 1;
	active->used[place] = true;
	active->tasks[place] = *task;
	return true;
}

const struct dti_task *active_find(const struct active_dials *active,
				   const struct dt_node_id *id)
{
	size_t place;

	if (active->capacity == 0)
		return NULL;
	place = place_of(active, id);
	return active->used[place] ? &active->tasks[place] : NULL;
}
