/* SPDX-License-Identifier: MIT */
#include "lib/rlpx/frame_writer.h"

#include <string.h>

#include "lib/assert.h"

/* The list [0, 0]: capability and context, that nobody uses. */
static const uint8_t header_list[] = {0xc2, 0x80, 0x80};

static void write_header(uint8_t header[DTI_FRAME_BLOCK], size_t length)
{
	memset(header, 0, DTI_FRAME_BLOCK);
	header[0] = (uint8_t)(length >> 16);
	header[1] = (uint8_t)(length >> 8);
	header[2] = (uint8_t)length;
	memcpy(header + 3, header_list, sizeof(header_list));
}

void dti_frame_seal(struct dti_frame_stream *stream,
		    const struct dti_frame_keys *keys, uint8_t *frame,
		    size_t length)
{
	size_t padded = dti_frame_padded(length);
	uint8_t *body = frame + DTI_FRAME_HEAD;

	DTI_ASSERT(length <= DTI_FRAME_BODY_MAX);
	write_header(frame, length);
	dti_frame_crypt(stream, keys, frame, DTI_FRAME_BLOCK);
	dti_frame_header_mac(stream, keys, frame + DTI_FRAME_BLOCK, frame);
	memset(body + length, 0, padded - length);
	dti_frame_crypt(stream, keys, body, padded);
	dti_keccak_update(&stream->mac, body, padded);
	dti_frame_body_mac(stream, keys, body + padded);
}
