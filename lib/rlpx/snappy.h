/* SPDX-License-Identifier: MIT */
#ifndef DTI_RLPX_SNAPPY_H
#define DTI_RLPX_SNAPPY_H

/*
 * Messages as snappy blocks. Reading is libsnappy's, which allocates nothing
 * for it. Written blocks are of literals only: libsnappy's compressor allocates
 * with C++'s new, and without memory would end the embedder's process; and what
 * this library has to say is a few bytes that do not shrink.
 */

#include <stdbool.h>

#include "lib/bytes.h"

#define DTI_SNAPPY_MAX      0xffffffu /* bytes that a message may inflate to */
#define DTI_SNAPPY_OVERHEAD 8         /* bytes that a block may be longer */

/**
 * How large a block says to be when inflated, whatever that is. False: it does
 * not say. Only the beginning of the block is needed.
 */
bool dti_snappy_size(struct dti_bytes block, size_t *out);
/** @size: as dti_snappy_size() says. False: no block; @out is undefined. */
bool dti_snappy_inflate(uint8_t *out, size_t size, struct dti_bytes block);

/**
 * dti_snappy_begin - what stands before bytes that make them a block.
 * @length: of those, at most DTI_SNAPPY_MAX.
 * Returns how many bytes of @out are used.
 */
size_t dti_snappy_begin(uint8_t out[DTI_SNAPPY_OVERHEAD], size_t length);

#endif /* DTI_RLPX_SNAPPY_H */
