/* SPDX-License-Identifier: MIT */
#ifndef CMD_ALLOCATOR_H
#define CMD_ALLOCATOR_H

/* What the program's allocator says of itself. */

#include <stdbool.h>
#include <stdint.h>

struct cmd_allocator_figures {
	const char *name;   /* "jemalloc", "glibc malloc" */
	bool has_resident;  /* active and resident are known */
	uint64_t allocated; /* bytes that the program holds */
	uint64_t active;    /* in pages that hold any of them */
	uint64_t resident;  /* in physical memory */
	uint64_t mapped;    /* of address space */
};

struct cmd_allocator_figures cmd_allocator_read(void);

#endif /* CMD_ALLOCATOR_H */
