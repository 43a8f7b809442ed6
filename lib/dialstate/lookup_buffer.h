/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_LOOKUP_BUFFER_H
#define DTI_DIALSTATE_LOOKUP_BUFFER_H

/*
 * Nodes that lookups found and that were not looked at yet, first in first out.
 * All O(1); memory is allocated only when more wait than ever before.
 */

#include "lib/dialtone.h"

struct dti_lookup_entry {
	struct dt_node node;
	char *host_name; /* node.host_name; owned by whoever has the entry */
	int64_t arrived_ms;
};

struct dti_lookup_buffer {
	struct dti_lookup_entry *entries;
	uint64_t capacity; /* a power of two, or 0 */
	uint64_t head;     /* index of the oldest, if count > 0 */
	uint64_t count;
};

/** Copies the name. False: no memory. */
bool dti_lookup_buffer_append(struct dti_lookup_buffer *buffer,
			      const struct dt_node *node, int64_t now_ms,
			      const struct dt_allocator *allocator);
/** Take the oldest one out; the buffer is not empty. */
struct dti_lookup_entry
dti_lookup_buffer_take(struct dti_lookup_buffer *buffer);
/** Free what a taken entry owns. */
void dti_lookup_entry_fini(struct dti_lookup_entry *entry,
			   const struct dt_allocator *allocator);
void dti_lookup_buffer_fini(struct dti_lookup_buffer *buffer,
			    const struct dt_allocator *allocator);

#endif /* DTI_DIALSTATE_LOOKUP_BUFFER_H */
