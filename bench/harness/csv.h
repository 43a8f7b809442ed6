/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_CSV_H
#define BENCH_HARNESS_CSV_H

#include <stdio.h>

#include "bench/harness/measured.h"

/** Every round of every contender, with all digits. */
void bench_csv_write(FILE *file, const struct bench_measured *measured);

/** A field; in quotes when it must be. */
void bench_csv_write_field(FILE *file, const char *text);

#endif /* BENCH_HARNESS_CSV_H */
