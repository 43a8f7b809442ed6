/* SPDX-License-Identifier: MIT */
#ifndef BENCH_CONTENDERS_COUNTED_MEMORY_H
#define BENCH_CONTENDERS_COUNTED_MEMORY_H

/* How many bytes are asked for and not freed. For one thread. */

#include <stddef.h>

#include "lib/dialtone.h"

/** Begin with zeros. */
struct counted_memory {
	size_t live_bytes;
	size_t most_bytes; /* at any time */
};

/** Its functions; @memory must outlive what is allocated with them. */
struct dt_allocator counted_memory_allocator(struct counted_memory *memory);

#endif /* BENCH_CONTENDERS_COUNTED_MEMORY_H */
