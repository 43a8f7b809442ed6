/* SPDX-License-Identifier: MIT */
#ifndef DTI_CACHELINE_H
#define DTI_CACHELINE_H

/** What one thread writes and another reads is this far from the rest. */
#define DTI_CACHELINE 64

#endif /* DTI_CACHELINE_H */
