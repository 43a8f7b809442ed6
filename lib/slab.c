/* SPDX-License-Identifier: MIT */
#include "lib/slab.h"

#include <stdint.h>
#include <string.h>

#include "lib/assert.h"
#include "lib/memory.h"

enum {
	FIRST_COUNT = 16,
	MAX_COUNT = 512
};

struct dti_slab_chunk {
	struct dti_slab_chunk *next;
	uint64_t objects[];
};

void dti_slab_init(struct dti_slab *slab, size_t object_size, size_t limit,
		   const struct dt_allocator *allocator)
{
	*slab = (struct dti_slab){
		.allocator = allocator,
		.object_size = object_size,
		.next_count = FIRST_COUNT,
		.left = limit,
	};
}

void dti_slab_fini(struct dti_slab *slab)
{
	while (slab->chunks != NULL) {
		struct dti_slab_chunk *chunk = slab->chunks;

		slab->chunks = chunk->next;
		dti_free(slab->allocator, chunk);
	}
	slab->free = NULL;
}

void dti_slab_give(struct dti_slab *slab, void *object)
{
	memcpy(object, &slab->free, sizeof(slab->free));
	slab->free = object;
}

/* Given back from the last to the first: they are taken in memory's order. */
static bool grow(struct dti_slab *slab)
{
	size_t count =
		slab->next_count < slab->left ? slab->next_count : slab->left;
	struct dti_slab_chunk *chunk;
	unsigned char *objects;

	if (count == 0)
		return false;
	chunk = dti_malloc(slab->allocator,
			   sizeof(*chunk) + count * slab->object_size);
	if (chunk == NULL)
		return false;
	chunk->next = slab->chunks;
	slab->chunks = chunk;
	slab->left -= count;
	objects = (unsigned char *)chunk->objects;
	for (size_t i = count; i-- > 0;)
		dti_slab_give(slab, objects + i * slab->object_size);
	if (slab->next_count < MAX_COUNT)
		slab->next_count *= 2;
	return true;
}

void *dti_slab_take(struct dti_slab *slab)
{
	void *object;

	if (slab->free == NULL && !grow(slab))
		return NULL;
	object = slab->free;
	DTI_ASSERT(object != NULL);
	memcpy(&slab->free, object, sizeof(slab->free));
	return object;
}

bool dti_slab_reserve(struct dti_slab *slab, size_t count)
{
	void *taken = NULL;
	void *object = NULL;
	size_t i;

	for (i = 0; i < count && (object = dti_slab_take(slab)) != NULL; i++) {
		memcpy(object, &taken, sizeof(taken));
		taken = object;
	}
	while (taken != NULL) {
		object = taken;
		memcpy(&taken, object, sizeof(taken));
		dti_slab_give(slab, object);
	}
	return i == count;
}
