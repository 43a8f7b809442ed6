/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_FRAME_READER_H
#define DTI_RLPX_FRAME_READER_H

/*
 * Frames as they come in. MACs are compared in constant time, and nothing is
 * decrypted before: an announced size is the peer's own, and is within the
 * limit, when it is first looked at.
 *
 * The reader keeps as much of a body as it is given room for; the MAC is of all
 * of it. Who wants whole bodies gives room when one is announced. Nothing is
 * allocated.
 */

#include <stdbool.h>

#include "lib/rlpx/frame.h"
#include "lib/rlpx/refusal.h"

/** Where a body goes: the caller's memory, of whole blocks. */
struct dti_frame_room {
	uint8_t *bytes;
	size_t size;
};

enum dti_frame_step {
	DTI_FRAME_MORE,      /* all input is taken, more must come */
	DTI_FRAME_ANNOUNCED, /* `length` is known, nothing of the body taken */
	DTI_FRAME_WHOLE,     /* what fits of the body is in the room */
	DTI_FRAME_REFUSED    /* for `refusal`; only wiping is left */
};

struct dti_frame_reader {
	struct dti_frame_stream stream;
	uint32_t limit;  /* bytes of a body that may be announced */
	uint32_t length; /* of the body, once announced */
	uint32_t taken;  /* of the part that is being read */
	bool in_body;
	enum dti_refusal refusal;
	uint8_t head[DTI_FRAME_HEAD]; /* header, MAC; or a body's MAC */
};

/** @mac: ingress of the secrets. @limit: at most DTI_FRAME_BODY_MAX. */
void dti_frame_reader_init(struct dti_frame_reader *reader,
			   const struct dti_keccak *mac, uint32_t limit);

/** How many bytes are missing until something happens. */
size_t dti_frame_reader_needs(const struct dti_frame_reader *reader);
/**
 * dti_frame_reader_take - take bytes as they come, joined or split anywhere.
 * @room: the same from when a body is announced until it is whole.
 * @input: is left with what is behind the step.
 */
enum dti_frame_step dti_frame_reader_take(struct dti_frame_reader *reader,
					  const struct dti_frame_keys *keys,
					  struct dti_frame_room room,
					  struct dti_bytes *input);
/** What of a whole body is in @room. */
struct dti_bytes dti_frame_reader_body(const struct dti_frame_reader *reader,
				       struct dti_frame_room room);

#endif /* DTI_RLPX_FRAME_READER_H */
