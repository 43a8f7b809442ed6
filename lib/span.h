/* SPDX-License-Identifier: MIT */
#ifndef DTI_SPAN_H
#define DTI_SPAN_H

/*
 * A piece of somebody else's text, for parsers: @length bytes, no NUL behind
 * them. The cutting functions never leave the piece that they are given.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct dti_span {
	const char *text;
	size_t length;
};

/** The index of the first @byte, or the length if there is none. */
static inline size_t dti_span_find(struct dti_span span, char byte)
{
	const char *found =
		span.length == 0 ? NULL : memchr(span.text, byte, span.length);

	return found == NULL ? span.length : (size_t)(found - span.text);
}

/** The index of the last @byte, or the length if there is none. */
static inline size_t dti_span_find_last(struct dti_span span, char byte)
{
	for (size_t i = span.length; i > 0; i--)
		if (span.text[i - 1] == byte)
			return i - 1;
	return span.length;
}

/** The first @length bytes, or all if it is shorter. */
static inline struct dti_span dti_span_first(struct dti_span span,
					     size_t length)
{
	if (span.length > length)
		span.length = length;
	return span;
}

/** What is behind the first @length bytes. */
static inline struct dti_span dti_span_skip(struct dti_span span, size_t length)
{
	if (length > span.length)
		length = span.length;
	if (length > 0) {
		span.text += length;
		span.length -= length;
	}
	return span;
}

static inline bool dti_span_equal(struct dti_span span, const char *text)
{
	return span.length == strlen(text) &&
	       (span.length == 0 || memcmp(span.text, text, span.length) == 0);
}

/** White space within a line. */
static inline bool dti_is_blank(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/** Without white space at both ends. */
static inline struct dti_span dti_span_trim(struct dti_span span)
{
	while (span.length > 0 && dti_is_blank(span.text[span.length - 1]))
		span.length--;
	while (span.length > 0 && dti_is_blank(span.text[0]))
		span = dti_span_skip(span, 1);
	return span;
}

#endif /* DTI_SPAN_H */
