/* SPDX-License-Identifier: MIT */
#include "tests/frame_vectors.h"

#include <stdlib.h>
#include <string.h>

#include "tests/require.h"

/* @line: DIRECTION_NUMBER_CODE_SNAPPY=PAYLOAD:FRAME */
static void read_line(struct frame_vector *out, char *line)
{
	char *payload = vectors_cut(line, '=');
	char *frame = vectors_cut(payload, ':');
	char *number = vectors_cut(line, '_');
	char *code = vectors_cut(number, '_');
	char *is_snappy = vectors_cut(code, '_');

	out->from_a = strcmp(line, "a2b") == 0;
	out->code = (unsigned int)strtoul(code, NULL, 10);
	out->is_snappy = strcmp(is_snappy, "true") == 0;
	out->payload_length =
		vectors_bytes(out->payload, sizeof(out->payload), payload);
	out->frame_length =
		vectors_bytes(out->frame, sizeof(out->frame), frame);
}

void frame_vectors_read(struct frame_vector out[FRAME_VECTORS])
{
	struct vectors vectors = vectors_open("rlpx-frames.txt");
	size_t count = 0;
	char *line;

	while ((line = vectors_next(&vectors)) != NULL) {
		require(count < FRAME_VECTORS, "as many frames as are known");
		read_line(&out[count++], line);
	}
	require(count == FRAME_VECTORS, "as many frames as are known");
}
