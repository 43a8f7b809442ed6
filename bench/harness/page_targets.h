/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_PAGE_TARGETS_H
#define BENCH_HARNESS_PAGE_TARGETS_H

#include <stdio.h>

#include "bench/harness/measured.h"

/** A table of all targets at all points where they hold. */
void bench_page_targets_write(FILE *file,
			      const struct bench_measured *measured);

/** NAME-targets.html: table rows for the whole report, one a target. */
void bench_page_targets_write_summary(FILE *file,
				      const struct bench_measured *measured);

#endif /* BENCH_HARNESS_PAGE_TARGETS_H */
