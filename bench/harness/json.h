/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_JSON_H
#define BENCH_HARNESS_JSON_H

#include <stdio.h>

#include "bench/harness/machine.h"
#include "bench/harness/measured.h"

/** Medians, minima and maxima, machine, targets: one object. */
void bench_json_write(FILE *file, const struct bench_measured *measured,
		      const struct bench_machine *machine);

/** A string in its quotes. */
void bench_json_write_string(FILE *file, const char *text);

/** null for what is not finite. */
void bench_json_write_number(FILE *file, double value);

#endif /* BENCH_HARNESS_JSON_H */
