/* SPDX-License-Identifier: MIT */
#include "workers/cmd/allocator.h"

#include <stddef.h>

#ifndef DIALTONE_NO_JEMALLOC

#include <jemalloc/jemalloc.h>

static uint64_t read_figure(const char *name)
{
	size_t value = 0;
	size_t size = sizeof(value);

	/* Only a jemalloc built without statistics does not know them. */
	return mallctl(name, &value, &size, NULL, 0) == 0 ? value : 0;
}

struct cmd_allocator_figures cmd_allocator_read(void)
{
	uint64_t epoch = 1;

	/* A new epoch: without it the figures are those of the last one. */
	(void)mallctl("epoch", NULL, NULL, &epoch, sizeof(epoch));
	return (struct cmd_allocator_figures){
		.name = "jemalloc",
		.has_resident = true,
		.allocated = read_figure("stats.allocated"),
		.active = read_figure("stats.active"),
		.resident = read_figure("stats.resident"),
		.mapped = read_figure("stats.mapped"),
	};
}

#else /* DIALTONE_NO_JEMALLOC */

#include <malloc.h>

struct cmd_allocator_figures cmd_allocator_read(void)
{
	struct mallinfo2 figures = mallinfo2();

	return (struct cmd_allocator_figures){
		.name = "glibc malloc",
		.allocated = figures.uordblks + figures.hblkhd,
		.mapped = figures.arena + figures.hblkhd,
	};
}

#endif /* DIALTONE_NO_JEMALLOC */
