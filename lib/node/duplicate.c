/* SPDX-License-Identifier: MIT */
#include "lib/node/duplicate.h"

#include <string.h>

#include "lib/memory.h"
#include "lib/node/id.h"

/*
 * What is sorted in the nodes' stead. The id's first bytes stand here too:
 * nearly every comparison ends with them and does not visit the nodes.
 */
struct entry {
	uint64_t prefix;
	size_t index;
};

static uint64_t prefix_of(const struct dt_node *node)
{
	uint64_t prefix = 0;

	for (size_t i = 0; i < sizeof(prefix); i++)
		prefix = prefix << 8 | node->id.bytes[i];
	return prefix;
}

static bool comes_before(const struct dt_node *nodes, struct entry a,
			 struct entry b)
{
	if (a.prefix != b.prefix)
		return a.prefix < b.prefix;
	return memcmp(&nodes[a.index].id, &nodes[b.index].id,
		      sizeof(nodes->id)) < 0;
}

/* Merge the sorted from[0..middle) and from[middle..count); equals keep order */
static void merge(struct entry *to, const struct entry *from, size_t middle,
		  size_t count, const struct dt_node *nodes)
{
	size_t left = 0;
	size_t right = middle;

	for (size_t i = 0; i < count; i++) {
		bool take_right =
			left == middle ||
			(right < count &&
			 comes_before(nodes, from[right], from[left]));

		to[i] = take_right ? from[right++] : from[left++];
	}
}

/*
 * Merge sort, and not qsort(3), which may allocate behind the allocator's back
 * and promises neither its time nor an order of equals. Returns the sorted one
 * of the two arrays.
 */
static struct entry *sort(struct entry *from, struct entry *to, size_t count,
			  const struct dt_node *nodes)
{
	for (size_t width = 1; width < count; width *= 2) {
		struct entry *sorted = to;

		for (size_t low = 0; low < count;) {
			size_t left = count - low;
			size_t run = left / 2 < width ? left : 2 * width;
			size_t middle = run < width ? run : width;

			merge(&to[low], &from[low], middle, run, nodes);
			low += run;
		}
		to = from;
		from = sorted;
	}
	return from;
}

static struct dti_duplicate first_repeat(const struct entry *sorted,
					 size_t count,
					 const struct dt_node *nodes)
{
	struct dti_duplicate duplicate = {.found = false};

	for (size_t i = 1; i < count; i++) {
		size_t first = sorted[i - 1].index;
		size_t second = sorted[i].index;

		if (sorted[i - 1].prefix != sorted[i].prefix ||
		    !dti_node_id_equal(&nodes[first].id, &nodes[second].id))
			continue;
		if (duplicate.found && duplicate.second < second)
			continue;
		duplicate = (struct dti_duplicate){true, first, second};
	}
	return duplicate;
}

dt_err dti_duplicate_find(struct dti_duplicate *out,
			  const struct dt_node *nodes, size_t count,
			  const struct dt_allocator *allocator)
{
	struct entry *entries;

	*out = (struct dti_duplicate){.found = false};
	if (count < 2)
		return DT_OK;
	entries = dti_calloc(allocator, count, 2 * sizeof(*entries));
	if (entries == NULL)
		return DT_ERR_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		entries[i] = (struct entry){prefix_of(&nodes[i]), i};
	*out = first_repeat(sort(entries, entries + count, count, nodes), count,
			    nodes);
	dti_free(allocator, entries);
	return DT_OK;
}
