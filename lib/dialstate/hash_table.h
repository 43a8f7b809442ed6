/* SPDX-License-Identifier: MIT */
#ifndef DTI_DIALSTATE_HASH_TABLE_H
#define DTI_DIALSTATE_HASH_TABLE_H

/*
 * uthash, told to take its memory from the embedder and to survive without.
 * Its macros expand inside a function of index.c, which has these variables in
 * scope: `allocator`, and `added`, which becomes false if memory ran out (the
 * element is then not in the table).
 */

#include "lib/memory.h"

#define HASH_NONFATAL_OOM            1
#define uthash_nonfatal_oom(element) (added = false)
#define uthash_malloc(size)          dti_malloc(allocator, size)
#define uthash_free(pointer, size)   dti_free(allocator, pointer)

#include <uthash.h>

#endif /* DTI_DIALSTATE_HASH_TABLE_H */
