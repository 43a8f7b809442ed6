/* SPDX-License-Identifier: MIT */
#ifndef DTI_ASSERT_H
#define DTI_ASSERT_H

/*
 * Assertions are for this library's own mistakes, never for an embedder's
 * input. They are compiled in where tests run (debug, asan, tsan) and out of
 * release builds: the library must not abort in somebody else's process.
 */

#ifdef DIALTONE_ASSERT
#include <assert.h>
#define DTI_ASSERT(condition) assert(condition)
#else
#define DTI_ASSERT(condition) ((void)sizeof(condition))
#endif

#endif /* DTI_ASSERT_H */
