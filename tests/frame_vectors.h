/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FRAME_VECTORS_H
#define TESTS_FRAME_VECTORS_H

/* The frames of tests/vectors/rlpx-frames.txt: of EIP-8's session, in order. */

#include "tests/eip8_session.h"
#include "tests/vectors.h"

#define FRAME_VECTORS 8 /* how many there are */

struct frame_vector {
	bool from_a;
	unsigned int code;
	bool is_snappy;
	uint8_t payload[512]; /* not compressed */
	size_t payload_length;
	uint8_t frame[256];
	size_t frame_length;
};

/** All of them, to the end of the file. */
void frame_vectors_read(struct frame_vector out[FRAME_VECTORS]);

static inline struct dti_bytes frame_bytes(const struct frame_vector *vector)
{
	return (struct dti_bytes){vector->frame, vector->frame_length};
}

#endif /* TESTS_FRAME_VECTORS_H */
