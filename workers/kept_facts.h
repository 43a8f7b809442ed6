/* SPDX-License-Identifier: MIT */
#ifndef DTI_KEPT_FACTS_H
#define DTI_KEPT_FACTS_H

/*
 * Facts that could not be stored yet, the oldest first, as many as a limit says.
 * Owner: one thread at a time.
 */

#include "workers/node_fact.h"

struct dti_kept_facts {
	const struct dt_allocator *allocator; /* set this and the limit */
	size_t limit;
	struct dti_node_fact *facts;
	size_t count;
	size_t size; /* of the allocation, in facts */
};

/**
 * Keep some more: beyond the limit the oldest go, and if there is no memory,
 * these do.
 */
void dti_kept_facts_add(struct dti_kept_facts *kept,
			const struct dti_node_fact *facts, size_t count);
/** Forget them all, and give the memory back. */
void dti_kept_facts_clear(struct dti_kept_facts *kept);

#endif /* DTI_KEPT_FACTS_H */
