/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAILING_ALLOCATOR_H
#define TESTS_FAILING_ALLOCATOR_H

#include "lib/dialtone.h"

/** Counts, and lets one allocation fail. For one thread. Begin with zeros. */
struct failing_allocator {
	size_t fail_at; /* which malloc or realloc is to fail, from 1; 0: none */
	size_t calls;   /* of malloc and realloc so far */
	size_t live;    /* allocations that were not freed yet */
};

/** Its functions; @allocator must outlive what is allocated with them. */
struct dt_allocator
failing_allocator_functions(struct failing_allocator *allocator);

#endif /* TESTS_FAILING_ALLOCATOR_H */
