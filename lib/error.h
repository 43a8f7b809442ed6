/* SPDX-License-Identifier: MIT */
#ifndef DTI_ERROR_H
#define DTI_ERROR_H

#include "lib/dialtone.h"

/**
 * Write a failure's sentence (printf-like) and return @code, so that a caller
 * can `return dti_error_set(...)`. @error may be NULL: then only @code is left.
 */
__attribute__((format(printf, 3, 4))) dt_err
dti_error_set(struct dt_error *error, dt_err code, const char *format, ...);

#endif /* DTI_ERROR_H */
