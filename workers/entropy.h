/* SPDX-License-Identifier: MIT */
#ifndef DTI_ENTROPY_H
#define DTI_ENTROPY_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Fill @out with @length bytes from the kernel. False: it has none to give (no
 * getrandom(2)); @out is then not to be used.
 * Thread: any. Blocks: only while the kernel's generator was never seeded
 * (early boot).
 */
bool dti_entropy_fill(void *out, size_t length);

#endif /* DTI_ENTROPY_H */
