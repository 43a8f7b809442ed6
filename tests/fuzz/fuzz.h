/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

/*
 * A fuzz target feeds one input to one parser and checks what must hold for
 * any input. Its seeds lie beside it: fuzz_enode.c has enode.in/.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/** Run the target on @data. Always returns 0. */
int LLVMFuzzerTestOneInput(/* NOLINT(readability-identifier-naming) */
			   const uint8_t *data, size_t size);

/** Say which property does not hold, and abort: that is how a fuzzer sees it */
static inline void fuzz_check(bool holds, const char *property)
{
	if (holds)
		return;
	(void)fprintf(stderr, "does not hold: %s\n", property);
	abort();
}

#endif /* TESTS_FUZZ_H */
