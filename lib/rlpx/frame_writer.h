/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_FRAME_WRITER_H
#define DTI_RLPX_FRAME_WRITER_H

#include "lib/rlpx/frame.h"

/**
 * dti_frame_seal - make a frame of a body, in place.
 * @frame: dti_frame_size(@length) bytes, with the body at DTI_FRAME_HEAD.
 * @length: of the body, at most DTI_FRAME_BODY_MAX.
 *
 * Frames must be sent in the order in which they were sealed, each whole.
 */
void dti_frame_seal(struct dti_frame_stream *stream,
		    const struct dti_frame_keys *keys, uint8_t *frame,
		    size_t length);

#endif /* DTI_RLPX_FRAME_WRITER_H */
