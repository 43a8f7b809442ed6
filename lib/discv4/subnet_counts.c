/* SPDX-License-Identifier: MIT */
#include "lib/discv4/subnet_counts.h"

#include <string.h>

#include "lib/assert.h"
#include "lib/memory.h"

#define FIRST_CAPACITY 16

void dti_subnet_counts_init(struct dti_subnet_counts *counts, bool limit_lan,
			    const struct dt_allocator *allocator)
{
	*counts = (struct dti_subnet_counts){
		.allocator = allocator,
		.limit_lan = limit_lan,
	};
}

void dti_subnet_counts_fini(struct dti_subnet_counts *counts)
{
	dti_free(counts->allocator, counts->slots);
}

struct dti_subnet
dti_subnet_counts_subnet(const struct dti_subnet_counts *counts,
			 const struct dt_endpoint *endpoint)
{
	if (!counts->limit_lan && dti_address_is_private(endpoint))
		return (struct dti_subnet){{0}};
	return dti_subnet_of(endpoint);
}

bool dti_subnet_is_exempt(const struct dti_subnet *subnet)
{
	const struct dti_subnet exempt = {{0}};

	return dti_subnet_equal(subnet, &exempt);
}

size_t dti_subnet_counts_find(const struct dti_subnet_counts *counts,
			      const struct dti_subnet *subnet)
{
	size_t low = 0;
	size_t high = counts->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(&counts->slots[middle].subnet, subnet,
			   sizeof(*subnet)) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool stands_at(const struct dti_subnet_counts *counts, size_t index,
		      const struct dti_subnet *subnet)
{
	return index < counts->count &&
	       dti_subnet_equal(&counts->slots[index].subnet, subnet);
}

size_t dti_subnet_counts_get(const struct dti_subnet_counts *counts,
			     const struct dti_subnet *subnet)
{
	size_t index = dti_subnet_counts_find(counts, subnet);

	return stands_at(counts, index, subnet) ? counts->slots[index].nodes
						: 0;
}

static bool make_room(struct dti_subnet_counts *counts)
{
	struct dti_subnet_count *slots;
	size_t capacity =
		counts->capacity == 0 ? FIRST_CAPACITY : 2 * counts->capacity;

	if (counts->count < counts->capacity)
		return true;
	slots = dti_realloc(counts->allocator, counts->slots,
			    capacity * sizeof(*slots));
	if (slots == NULL)
		return false;
	counts->slots = slots;
	counts->capacity = capacity;
	return true;
}

bool dti_subnet_counts_add(struct dti_subnet_counts *counts,
			   const struct dti_subnet *subnet)
{
	size_t index = dti_subnet_counts_find(counts, subnet);

	if (dti_subnet_is_exempt(subnet))
		return true;
	if (!stands_at(counts, index, subnet)) {
		if (!make_room(counts))
			return false;
		memmove(&counts->slots[index + 1], &counts->slots[index],
			(counts->count - index) * sizeof(counts->slots[0]));
		counts->slots[index] =
			(struct dti_subnet_count){.subnet = *subnet};
		counts->count++;
	}
	DTI_ASSERT(counts->slots[index].nodes < UINT8_MAX);
	counts->slots[index].nodes++;
	return true;
}

void dti_subnet_counts_remove(struct dti_subnet_counts *counts,
			      const struct dti_subnet *subnet)
{
	size_t index = dti_subnet_counts_find(counts, subnet);

	if (dti_subnet_is_exempt(subnet))
		return;
	DTI_ASSERT(stands_at(counts, index, subnet));
	if (--counts->slots[index].nodes > 0)
		return;
	counts->count--;
	memmove(&counts->slots[index], &counts->slots[index + 1],
		(counts->count - index) * sizeof(counts->slots[0]));
}
