/* SPDX-License-Identifier: MIT */
#include "workers/kept_facts.h"

#include <string.h>

#include "lib/memory.h"

/* False: no memory. */
static bool make_room(struct dti_kept_facts *kept, size_t count)
{
	size_t size = kept->count + count;
	struct dti_node_fact *facts;

	if (size <= kept->size)
		return true;
	/* For twice as many: it is going to last. */
	size = size > kept->limit / 2 ? kept->limit : 2 * size;
	if (size > SIZE_MAX / sizeof(*facts))
		return false;
	facts = dti_realloc(kept->allocator, kept->facts,
			    size * sizeof(*facts));
	if (!facts)
		return false;
	kept->facts = facts;
	kept->size = size;
	return true;
}

static void drop_oldest(struct dti_kept_facts *kept, size_t count)
{
	kept->count -= count;
	memmove(kept->facts, kept->facts + count,
		kept->count * sizeof(*kept->facts));
}

void dti_kept_facts_add(struct dti_kept_facts *kept,
			const struct dti_node_fact *facts, size_t count)
{
	if (count > kept->limit) {
		facts += count - kept->limit;
		count = kept->limit;
	}
	if (kept->count > kept->limit - count)
		drop_oldest(kept, kept->count - (kept->limit - count));
	if (count == 0 || !make_room(kept, count))
		return;
	memcpy(kept->facts + kept->count, facts, count * sizeof(*facts));
	kept->count += count;
}

void dti_kept_facts_clear(struct dti_kept_facts *kept)
{
	dti_free(kept->allocator, kept->facts);
	kept->facts = NULL;
	kept->count = 0;
	kept->size = 0;
}
