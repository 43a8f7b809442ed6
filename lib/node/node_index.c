/* SPDX-License-Identifier: MIT */
#include "lib/node/node_index.h"

#include <string.h>

#include "lib/memory.h"
#include "lib/node/endpoint.h"
#include "lib/node/id_order.h"
#include "lib/node/node_copy.h"
#include "lib/node/shuffle.h"

struct dti_node_index {
	/* First those with an address, then the others, each sorted by id. */
	struct dt_node *nodes;
	size_t with_address;
	size_t count;
	char *names; /* all host names, one after the other */
};

/* Those with an address in front; how many. */
static size_t fill_keys(struct dti_id_order_key *keys,
			const struct dt_node *nodes, size_t count)
{
	size_t front = 0;
	size_t back = count;

	for (size_t i = 0; i < count; i++) {
		bool has = dti_endpoint_has_address(&nodes[i].endpoint);

		keys[has ? front++ : --back] = dti_id_order_key_of(&nodes[i]);
	}
	return front;
}

static void copy_nodes(struct dti_node_index *index,
		       const struct dti_id_order_key *keys)
{
	char *name = index->names;

	for (size_t i = 0; i < index->count; i++)
		name = dti_node_copy(&index->nodes[i], name, keys[i].node);
}

static bool allocate(struct dti_node_index *index, const struct dt_node *nodes,
		     const struct dt_allocator *allocator)
{
	index->nodes =
		dti_calloc(allocator, index->count, sizeof(*index->nodes));
	index->names = dti_malloc(
		allocator, dti_node_copy_names_size(nodes, index->count));
	return index->nodes && index->names;
}

dt_err dti_node_index_create(struct dti_node_index **out,
			     const struct dt_node *nodes, size_t count,
			     const struct dt_allocator *allocator)
{
	struct dti_node_index *index;
	struct dti_id_order_key *keys;

	if (count > UINT32_MAX)
		return DT_ERR_NO_MEMORY;
	index = dti_calloc(allocator, 1, sizeof(*index));
	keys = dti_calloc(allocator, count, 2 * sizeof(*keys));
	if (index)
		index->count = count;
	if (!index || !keys || !allocate(index, nodes, allocator)) {
		dti_free(allocator, keys);
		dti_node_index_destroy(index, allocator);
		return DT_ERR_NO_MEMORY;
	}
	index->with_address = fill_keys(keys, nodes, count);
	dti_id_order_sort(keys, keys + count, index->with_address);
	dti_id_order_sort(keys + index->with_address, keys + count,
			  count - index->with_address);
	copy_nodes(index, keys);
	dti_free(allocator, keys);
	*out = index;
	return DT_OK;
}

void dti_node_index_destroy(struct dti_node_index *index,
			    const struct dt_allocator *allocator)
{
	if (!index)
		return;
	dti_free(allocator, index->nodes);
	dti_free(allocator, index->names);
	dti_free(allocator, index);
}

static const struct dt_node *find_sorted(const struct dt_node *nodes,
					 size_t count,
					 const struct dt_node_id *id)
{
	while (count > 0) {
		size_t middle = count / 2;
		int order = memcmp(id->bytes, nodes[middle].id.bytes,
				   sizeof(id->bytes));

		if (order == 0)
			return &nodes[middle];
		if (order > 0) {
			nodes += middle + 1;
			count -= middle + 1;
		} else {
			count = middle;
		}
	}
	return NULL;
}

const struct dt_node *dti_node_index_find(const struct dti_node_index *index,
					  const struct dt_node_id *id)
{
	const struct dt_node *found =
		find_sorted(index->nodes, index->with_address, id);

	if (found)
		return found;
	return find_sorted(index->nodes + index->with_address,
			   index->count - index->with_address, id);
}

static void copy_out(struct dt_node *out, const struct dt_node *from,
		     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		out[i] = from[i];
		out[i].host_name = NULL;
	}
}

static bool bit_of(const struct dt_node_id *id, size_t bit)
{
	return id->bytes[bit / 8] >> (7 - bit % 8) & 1;
}

/* The first bit in which two different ids differ. */
static size_t first_difference(const struct dt_node_id *a,
			       const struct dt_node_id *b)
{
	size_t bit = 0;

	while (a->bytes[bit / 8] == b->bytes[bit / 8])
		bit += 8;
	while (bit_of(a, bit) == bit_of(b, bit))
		bit++;
	return bit;
}

/* How many of @count nodes, equal before @bit and sorted, do not have it. */
static size_t count_without(const struct dt_node *nodes, size_t count,
			    size_t bit)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;

		if (bit_of(&nodes[middle].id, bit))
			count = middle;
		else
			low = middle + 1;
	}
	return low;
}

/*
 * A walk down the trie that the sorted ids are. All nodes of a range have a
 * common prefix; the first bit after it parts the range in two, and every node
 * of the half that has the target's bit is closer than every node of the other.
 * So the near half is taken whole and the rest looked for in the far one, or
 * the near half has enough.
 */
size_t dti_node_index_closest(const struct dti_node_index *index,
			      struct dt_node *out, size_t max,
			      const struct dt_node_id *target)
{
	const struct dt_node *range = index->nodes;
	size_t size = index->with_address;
	size_t found = 0;

	if (max == 0)
		return 0;
	/* Here found < max, so the range has two nodes or more. */
	while (size > max - found) {
		size_t bit =
			first_difference(&range[0].id, &range[size - 1].id);
		size_t without = count_without(range, size, bit);
		bool has = bit_of(target, bit);
		const struct dt_node *near = has ? range + without : range;
		const struct dt_node *far = has ? range : range + without;
		size_t near_size = has ? size - without : without;

		if (near_size >= max - found) {
			range = near;
			size = near_size;
		} else {
			copy_out(out + found, near, near_size);
			found += near_size;
			range = far;
			size -= near_size;
		}
	}
	copy_out(out + found, range, size);
	return found + size;
}

size_t dti_node_index_random(const struct dti_node_index *index,
			     struct dt_node *out, size_t max, uint64_t seed)
{
	size_t count = max < index->with_address ? max : index->with_address;
	struct dti_shuffle shuffle;

	dti_shuffle_init(&shuffle, (uint32_t)index->with_address, seed);
	for (size_t i = 0; i < count; i++)
		copy_out(&out[i],
			 &index->nodes[dti_shuffle_at(&shuffle, (uint32_t)i)],
			 1);
	return count;
}
