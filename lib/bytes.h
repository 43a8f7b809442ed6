/* SPDX-License-Identifier: MIT */
#ifndef DTI_BYTES_H
#define DTI_BYTES_H

#include <stddef.h>
#include <stdint.h>

/** A piece of somebody else's bytes; @bytes may be NULL if @length is 0. */
struct dti_bytes {
	const uint8_t *bytes;
	size_t length;
};

#endif /* DTI_BYTES_H */
