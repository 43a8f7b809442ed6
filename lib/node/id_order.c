/* SPDX-License-Identifier: MIT */
#include "lib/node/id_order.h"

#include <string.h>

struct dti_id_order_key dti_id_order_key_of(const struct dt_node *node)
{
	struct dti_id_order_key key = {.node = node};

	for (size_t i = 0; i < sizeof(key.prefix); i++)
		key.prefix = key.prefix << 8 | node->id.bytes[i];
	return key;
}

static bool comes_before(const struct dti_id_order_key *a,
			 const struct dti_id_order_key *b)
{
	if (a->prefix != b->prefix)
		return a->prefix < b->prefix;
	return memcmp(a->node->id.bytes, b->node->id.bytes,
		      sizeof(a->node->id.bytes)) < 0;
}

/* Merge the sorted from[0..middle) and from[middle..count); equals keep order */
static void merge(struct dti_id_order_key *to,
		  const struct dti_id_order_key *from, size_t middle,
		  size_t count)
{
	size_t left = 0;
	size_t right = middle;

	for (size_t i = 0; i < count; i++) {
		bool take_right = left == middle ||
				  (right < count &&
				   comes_before(&from[right], &from[left]));

		to[i] = from[take_right ? right++ : left++];
	}
}

/*
 * Merge sort, and not qsort(3), which may allocate behind the allocator's back
 * and promises neither its time nor an order of equals.
 */
void dti_id_order_sort(struct dti_id_order_key *keys,
		       struct dti_id_order_key *scratch, size_t count)
{
	struct dti_id_order_key *from = keys;
	struct dti_id_order_key *to = scratch;

	for (size_t width = 1; width < count; width *= 2) {
		struct dti_id_order_key *sorted = to;

		for (size_t low = 0; low < count;) {
			size_t left = count - low;
			size_t run = left / 2 < width ? left : 2 * width;
			size_t middle = run < width ? run : width;

			merge(&to[low], &from[low], middle, run);
			low += run;
		}
		to = from;
		from = sorted;
	}
	if (from != keys)
		memcpy(keys, from, count * sizeof(*keys));
}
