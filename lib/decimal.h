/* SPDX-License-Identifier: MIT */
#ifndef DTI_DECIMAL_H
#define DTI_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Read a number of decimal digits only, from 0 to @max; leading zeros are
 * allowed. False: not that; *@out is untouched.
 */
bool dti_decimal_parse(uint32_t *out, const char *text, size_t length,
		       uint32_t max);

#endif /* DTI_DECIMAL_H */
