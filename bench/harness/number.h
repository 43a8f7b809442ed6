/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_NUMBER_H
#define BENCH_HARNESS_NUMBER_H

#include <stdbool.h>

/**
 * Read all of @text as a finite decimal number. False: it is none, and *@out is
 * untouched.
 */
bool bench_number_parse(double *out, const char *text);

/** The same for a whole number from 1 to 1,000,000. */
bool bench_number_parse_count(unsigned int *out, const char *text);

#endif /* BENCH_HARNESS_NUMBER_H */
