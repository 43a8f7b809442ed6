/* SPDX-License-Identifier: MIT */
#ifndef TESTS_COUNTING_ALLOCATOR_H
#define TESTS_COUNTING_ALLOCATOR_H

#include "lib/dialtone.h"

/** Counts the bytes that are asked for. For one thread. Begin with zeros. */
struct counting_allocator {
	size_t calls; /* of malloc and realloc so far */
	size_t live_bytes;
	size_t peak_bytes;
};

/** Its functions; @allocator must outlive what is allocated with them. */
struct dt_allocator
counting_allocator_functions(struct counting_allocator *allocator);

#endif /* TESTS_COUNTING_ALLOCATOR_H */
