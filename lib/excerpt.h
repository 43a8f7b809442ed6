/* SPDX-License-Identifier: MIT */
#ifndef DTI_EXCERPT_H
#define DTI_EXCERPT_H

#include "lib/span.h"

#define DTI_EXCERPT_BYTES 40 /* a value that is longer is shortened to this */

/** A value made fit for an error's sentence. */
struct dti_excerpt {
	char text[sizeof("\\xff") * DTI_EXCERPT_BYTES + sizeof("...")];
};

/**
 * The first bytes of a value, "..." if there are more, and what is not
 * printable ASCII as "\x0a". To be used on the spot:
 * dti_error_set(error, code, "\"%s\" is not ...", dti_excerpt_of(p, n).text)
 */
struct dti_excerpt dti_excerpt_of(const char *value, size_t length);

static inline struct dti_excerpt dti_excerpt_span(struct dti_span value)
{
	return dti_excerpt_of(value.text, value.length);
}

#endif /* DTI_EXCERPT_H */
