/* SPDX-License-Identifier: MIT */
#include "lib/dialstate/lookup_buffer.h"

#include "lib/assert.h"
#include "lib/memory.h"

enum {
	FIRST_CAPACITY = 16
};

static struct dti_lookup_entry *entry_at(struct dti_lookup_buffer *buffer,
					 uint64_t position)
{
	uint64_t index = (buffer->head + position) & (buffer->capacity - 1);

	return &buffer->entries[index];
}

static bool grow(struct dti_lookup_buffer *buffer,
		 const struct dt_allocator *allocator)
{
	struct dti_lookup_buffer grown = {
		.capacity = buffer->capacity != 0 ? 2 * buffer->capacity
						  : FIRST_CAPACITY,
		.count = buffer->count,
	};

	grown.entries =
		dti_calloc(allocator, grown.capacity, sizeof(*grown.entries));
	if (grown.entries == NULL)
		return false;
	for (uint64_t i = 0; i < buffer->count; i++)
		grown.entries[i] = *entry_at(buffer, i);
	dti_free(allocator, buffer->entries);
	*buffer = grown;
	return true;
}

bool dti_lookup_buffer_append(struct dti_lookup_buffer *buffer,
			      const struct dt_node *node, int64_t now_ms,
			      const struct dt_allocator *allocator)
{
	struct dti_lookup_entry entry = {.node = *node, .arrived_ms = now_ms};

	if (buffer->count == buffer->capacity && !grow(buffer, allocator))
		return false;
	if (node->host_name != NULL) {
		entry.host_name = dti_strdup(allocator, node->host_name);
		if (entry.host_name == NULL)
			return false;
		entry.node.host_name = entry.host_name;
	}
	*entry_at(buffer, buffer->count++) = entry;
	return true;
}

struct dti_lookup_entry dti_lookup_buffer_take(struct dti_lookup_buffer *buffer)
{
	struct dti_lookup_entry entry;

	DTI_ASSERT(buffer->count > 0);
	entry = *entry_at(buffer, 0);
	buffer->head = (buffer->head + 1) & (buffer->capacity - 1);
	buffer->count--;
	return entry;
}

void dti_lookup_entry_fini(struct dti_lookup_entry *entry,
			   const struct dt_allocator *allocator)
{
	dti_free(allocator, entry->host_name);
	entry->host_name = NULL;
	entry->node.host_name = NULL;
}

void dti_lookup_buffer_fini(struct dti_lookup_buffer *buffer,
			    const struct dt_allocator *allocator)
{
	while (buffer->count > 0) {
		struct dti_lookup_entry entry = dti_lookup_buffer_take(buffer);

		dti_lookup_entry_fini(&entry, allocator);
	}
	dti_free(allocator, buffer->entries);
	*buffer = (struct dti_lookup_buffer){0};
}
