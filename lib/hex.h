/* SPDX-License-Identifier: MIT */
#ifndef DTI_HEX_H
#define DTI_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Read exactly 2 * @size hex digits, of either case. False: @text is not that,
 * and @out is untouched.
 */
bool dti_hex_parse(uint8_t *out, size_t size, const char *text, size_t length);

/** Write 2 * @size lower-case hex digits and a NUL. */
void dti_hex_format(char *out, const uint8_t *bytes, size_t size);

#endif /* DTI_HEX_H */
