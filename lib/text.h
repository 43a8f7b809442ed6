/* SPDX-License-Identifier: MIT */
#ifndef DTI_TEXT_H
#define DTI_TEXT_H

/*
 * A text that is put together piece by piece in the caller's buffer. It always
 * ends in NUL, and what does not fit is cut off but counted, as snprintf(3)
 * does.
 */

#include <stddef.h>

struct dti_text {
	char *out;     /* may be NULL if size is 0 */
	size_t size;   /* of the buffer */
	size_t length; /* of the whole text, without the NUL */
};

/** Begin an empty text in @size bytes at @out. */
struct dti_text dti_text_begin(char *out, size_t size);

__attribute__((format(printf, 2, 3))) void
dti_text_append(struct dti_text *text, const char *format, ...);

#endif /* DTI_TEXT_H */
