/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_PAGE_TABLES_H
#define BENCH_HARNESS_PAGE_TABLES_H

#include <stddef.h>
#include <stdio.h>

#include "bench/harness/measured.h"

/** All figures of all contenders at one point. */
void bench_page_tables_write_point(FILE *file,
				   const struct bench_measured *measured,
				   size_t point);

#endif /* BENCH_HARNESS_PAGE_TABLES_H */
