/* SPDX-License-Identifier: MIT */
#include "lib/discv4/distance.h"

#include <endian.h>
#include <string.h>

#define WORD_BYTES         8
#define WORDS              (sizeof(struct dti_place) / WORD_BYTES)
/* Nearer nodes share bucket 0: a 65,536th of the network, so next to none. */
#define NEAREST_OWN_BUCKET 240

/* Big endian, so that words compare as their bytes do. */
static uint64_t word_of(const struct dti_place *place, size_t index)
{
	uint64_t word;

	memcpy(&word, &place->bytes[index * WORD_BYTES], WORD_BYTES);
	return be64toh(word);
}

unsigned int dti_place_log_distance(const struct dti_place *a,
				    const struct dti_place *b)
{
	for (size_t i = 0; i < WORDS; i++) {
		uint64_t distance = word_of(a, i) ^ word_of(b, i);

		if (distance != 0)
			return (unsigned int)(64 * (WORDS - i)) -
			       (unsigned int)__builtin_clzll(distance);
	}
	return 0;
}

unsigned int dti_place_bucket(unsigned int log_distance)
{
	return log_distance > NEAREST_OWN_BUCKET
		       ? log_distance - NEAREST_OWN_BUCKET
		       : 0;
}

int dti_place_compare(const struct dti_place *target, const struct dti_place *a,
		      const struct dti_place *b)
{
	for (size_t i = 0; i < WORDS; i++) {
		uint64_t of_target = word_of(target, i);
		uint64_t of_a = word_of(a, i) ^ of_target;
		uint64_t of_b = word_of(b, i) ^ of_target;

		if (of_a != of_b)
			return of_a < of_b ? -1 : 1;
	}
	return 0;
}
