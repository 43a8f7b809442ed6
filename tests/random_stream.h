/* SPDX-License-Identifier: MIT */
#ifndef TESTS_RANDOM_STREAM_H
#define TESTS_RANDOM_STREAM_H

/* Numbers from a seed (splitmix64): the same seed, the same run. */

#include <stdbool.h>
#include <stdint.h>

struct random_stream {
	uint64_t state;
};

static inline uint64_t random_next(struct random_stream *stream)
{
	uint64_t z = stream->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/** 0 to @below - 1 */
static inline int random_below(struct random_stream *stream, int below)
{
	return (int)(random_next(stream) % (uint64_t)below);
}

/** True in @percent of 100 cases. */
static inline bool random_chance(struct random_stream *stream, int percent)
{
	return random_below(stream, 100) < percent;
}

#endif /* TESTS_RANDOM_STREAM_H */
