/* SPDX-License-Identifier: MIT */
#ifndef DTI_DURATION_H
#define DTI_DURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Read "15s", "500ms", "1m30s", "0": whole numbers with units h, m, s, ms, us,
 * ns, each at most once, largest first; only 0 may go without a unit. False:
 * not that, or more than 2^63-1 ns; *@out_ns is untouched.
 */
bool dti_duration_parse(int64_t *out_ns, const char *text);

#define DTI_DURATION_TEXT_SIZE 64
/**
 * Write it in the same form, exact, each unit as large as can be: 90s is
 * "1m30s". A negative one, which parse does not take, gets a "-" in front.
 */
void dti_duration_format(char *out, size_t size, int64_t ns);

#endif /* DTI_DURATION_H */
