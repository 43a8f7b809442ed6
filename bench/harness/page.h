/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_PAGE_H
#define BENCH_HARNESS_PAGE_H

/*
 * A program's part of the report: pieces of HTML, from which report.sh makes
 * one page.
 */

#include <stdio.h>

#include "bench/harness/machine.h"
#include "bench/harness/measured.h"

/** NAME.html: a section with plots, targets, limits and tables. */
void bench_page_write(FILE *file, const struct bench_measured *measured,
		      const struct bench_machine *machine);

/** machine.html: what the page says once, at its head. */
void bench_page_write_machine(FILE *file, const struct bench_machine *machine);

#endif /* BENCH_HARNESS_PAGE_H */
