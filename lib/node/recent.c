/* SPDX-License-Identifier: MIT */
#include "lib/node/recent.h"

#include <sodium/crypto_shorthash.h>
#include <string.h>

#include "lib/memory.h"

#define WAYS 8 /* places that one thing may have */

/* All zero: free, since no time is before 0. */
struct place {
	uint64_t hash;
	int64_t until_ms;
};

struct dti_recent {
	const struct dt_allocator *allocator;
	uint8_t key[crypto_shorthash_KEYBYTES];
	size_t sets; /* a power of two */
	struct place places[];
};

struct dti_recent *dti_recent_create(size_t capacity, const uint8_t key[16],
				     const struct dt_allocator *allocator)
{
	struct dti_recent *recent;
	size_t sets = 1;

	while (sets * WAYS < capacity)
		sets *= 2;
	recent = dti_calloc(allocator, 1,
			    sizeof(*recent) +
				    sets * WAYS * sizeof(recent->places[0]));
	if (!recent)
		return NULL;
	recent->allocator = allocator;
	recent->sets = sets;
	memcpy(recent->key, key, sizeof(recent->key));
	return recent;
}

void dti_recent_destroy(struct dti_recent *recent)
{
	if (recent)
		dti_free(recent->allocator, recent);
}

static uint64_t hash_of(const struct dti_recent *recent, const void *bytes,
			size_t length)
{
	uint8_t digest[crypto_shorthash_BYTES];
	uint64_t hash;

	crypto_shorthash(digest, bytes, length, recent->key);
	memcpy(&hash, digest, sizeof(hash));
	return hash;
}

/* The first of WAYS. */
static size_t set_of(const struct dti_recent *recent, uint64_t hash)
{
	return (hash & (recent->sets - 1)) * WAYS;
}

bool dti_recent_has(const struct dti_recent *recent, const void *bytes,
		    size_t length, int64_t now_ms)
{
	uint64_t hash = hash_of(recent, bytes, length);
	const struct place *set = &recent->places[set_of(recent, hash)];

	for (size_t i = 0; i < WAYS; i++)
		if (set[i].hash == hash && now_ms < set[i].until_ms)
			return true;
	return false;
}

void dti_recent_add(struct dti_recent *recent, const void *bytes, size_t length,
		    int64_t until_ms)
{
	uint64_t hash = hash_of(recent, bytes, length);
	struct place *set = &recent->places[set_of(recent, hash)];
	struct place *chosen = set;

	for (size_t i = 0; i < WAYS && chosen->hash != hash; i++)
		if (set[i].hash == hash || set[i].until_ms < chosen->until_ms)
			chosen = &set[i];
	*chosen = (struct place){.hash = hash, .until_ms = until_ms};
}
