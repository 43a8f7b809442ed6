/* SPDX-License-Identifier: MIT */
#ifndef BENCH_HARNESS_MARKUP_H
#define BENCH_HARNESS_MARKUP_H

#include <stdio.h>

/** @text as it must be written in HTML, also between quotes. */
void bench_markup_write(FILE *file, const char *text);

/** Paragraphs: @text is split at empty lines. */
void bench_markup_write_paragraphs(FILE *file, const char *text);

#endif /* BENCH_HARNESS_MARKUP_H */
