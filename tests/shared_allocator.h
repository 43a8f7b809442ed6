/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SHARED_ALLOCATOR_H
#define TESTS_SHARED_ALLOCATOR_H

#include <stdatomic.h>

#include "lib/dialtone.h"

/** Counts, and can refuse; for several threads. Begin with zeros. */
struct shared_allocator {
	_Atomic uint64_t calls;   /* of malloc and realloc so far */
	_Atomic int64_t live;     /* allocations that were not freed yet */
	_Atomic int64_t bytes;    /* in them, as the C library rounds them */
	_Atomic uint64_t fail_at; /* the call to refuse, from 1; 0: none */
	_Atomic bool fail_all;    /* refuse each call */
	_Atomic uint64_t refused;
};

/** Its functions; @allocator must outlive what is allocated with them. */
struct dt_allocator
shared_allocator_functions(struct shared_allocator *allocator);

#endif /* TESTS_SHARED_ALLOCATOR_H */
